// One number for everything that was decided: two runs that judged alike have the same digest, on any machine and
// however the steps were cut into batches. Property order does not count, the order of decisions does.

import { createHash } from 'node:crypto';
import type { Effect } from '../core/io.js';
import { toJson } from './json.js';

export interface Digest {
  /** Takes the decisions among a step's effects: signals and their retractions, incidents, alerts. */
  add(effects: readonly Effect[]): void;
  /** SHA-256 in hexadecimal over all decisions so far; more may be added afterwards. */
  value(): string;
  /** Decisions so far. */
  readonly count: number;
}

export function createDigest(): Digest {
  const hash = createHash('sha256');
  let count = 0;
  return {
    add(effects) {
      for (const effect of effects) {
        const decision = decisionOf(effect);
        if (decision === null) continue;
        count++;
        // JSON holds no line break, so that no decision runs into the next.
        hash.update(`${canonicalJson(decision)}\n`);
      }
    },
    value: () => hash.copy().digest('hex'),
    get count() {
      return count;
    },
  };
}

/** JSON with the properties of every object in order of their names. */
export function canonicalJson(value: unknown): string {
  return toJson(sorted(value));
}

function decisionOf(effect: Effect): Effect | null {
  switch (effect.kind) {
    case 'signal':
    case 'signal-retracted':
    case 'incident':
    case 'alert':
      return effect;
    default:
      return null;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
