// What two runs over one journal told otherwise: alerts, what was kept back, response hooks, and signals taken back.
// Each is known by its id; two are the same when all is the same that a person would get to know of it.

import type { Alert } from '../core/alert.js';
import type { Effect } from '../core/io.js';
import { type Pair, pairUp } from './pair-up.js';

export type ToldKind = 'alert' | 'kept back' | 'hook' | 'retraction';

export interface Told {
  readonly kind: ToldKind;
  /** Id of the alert, the hook or the signal; of what was kept back, its channel and incident. */
  readonly id: string;
  readonly atMs: number;
  /** By name, as a person would say it. */
  readonly facts: Readonly<Record<string, string>>;
}

export type ToldChange = Pair<Told>;

export interface ToldLog {
  add(live: readonly Effect[], replayed: readonly Effect[]): void;
  changes(): readonly ToldChange[];
}

/** `textOf`: what a receiver would read. Holds no more than what differs. */
export function createToldLog(textOf: (alert: Alert) => string): ToldLog {
  const lost: Told[] = [];
  const gained: Told[] = [];
  return {
    add(live, replayed) {
      const [theirs, ours] = [told(live, textOf), told(replayed, textOf)];
      lost.push(...without(theirs, ours));
      gained.push(...without(ours, theirs));
    },
    changes: () => pairUp(lost, gained, keyOf).filter(isReal),
  };
}

function told(effects: readonly Effect[], textOf: (alert: Alert) => string): readonly Told[] {
  return effects.flatMap((effect): readonly Told[] => {
    switch (effect.kind) {
      case 'alert': {
        const { id, atMs, reason, state, severity } = effect.alert;
        return [{ kind: 'alert', id, atMs, facts: { reason, severity, state, text: textOf(effect.alert) } }];
      }
      case 'suppressed': {
        const { channel, incidentId, why, detail } = effect.suppressed;
        return [
          { kind: 'kept back', id: `${channel} ${incidentId}`, atMs: effect.atMs, facts: { why, detail } },
        ];
      }
      case 'hook': {
        const { id, atMs, state, by, reason } = effect.hook;
        return [{ kind: 'hook', id, atMs, facts: { state, by: by ?? 'nobody', reason: reason ?? 'none' } }];
      }
      case 'signal-retracted':
        return [{ kind: 'retraction', id: effect.signalId, atMs: effect.atMs, facts: { why: effect.why } }];
      default:
        return [];
    }
  });
}

function without(all: readonly Told[], others: readonly Told[]): readonly Told[] {
  if (all.length === 0) return [];
  const known = new Set(others.map((one) => JSON.stringify(one)));
  return all.filter((one) => !known.has(JSON.stringify(one)));
}

/** The same thing in another step of the journal is no difference: its moment is a fact of its own. */
function isReal({ live, replayed }: ToldChange): boolean {
  return JSON.stringify(live) !== JSON.stringify(replayed);
}

function keyOf({ kind, id }: Told): string {
  return `${kind} ${id}`;
}
