// Folds a stored journal through a fresh engine and compares what it decides with what was decided live.

import type { ChainName } from './core/chain.js';
import type { Effect, Input } from './core/io.js';
import type { Spec } from './core/spec.js';
import type { Ledgers } from './coverage/ledger.js';
import { createEngine } from './engine.js';
import { createJudgementLog, type JudgementChange } from './reports/judgement-changes.js';
import { canonicalJson, createDigest, type Digest } from './store/digest.js';
import type { StoreReader } from './store/store.js';

export interface ReplayResult {
  readonly inputs: number;
  readonly live: Summary;
  readonly replayed: Summary;
  /** The first step at which the two differ; null where they agree to the last byte. */
  readonly difference: {
    readonly seq: number;
    readonly live: string | null;
    readonly replayed: string | null;
  } | null;
  /** Signals that only one of the two raised, or both at another moment. */
  readonly changes: readonly JudgementChange[];
  /** Chains whose coverage comes out otherwise than it is stored; not looked at while a daemon writes. */
  readonly coverage: readonly ChainName[];
}

export interface Summary {
  readonly digest: string;
  readonly signals: number;
  readonly incidents: number;
  readonly alerts: number;
}

/** `rethink` may change the spec of every start (other thresholds); without it the stored spec is used. */
export function replay(reader: StoreReader, rethink: (spec: Spec) => Spec = (spec) => spec): ReplayResult {
  const engine = createEngine();
  const live = createTally();
  const replayed = createTally();
  const judgement = createJudgementLog();
  let inputs = 0;
  let difference: ReplayResult['difference'] = null;
  for (const { seq, input, effects } of reader.steps(1)) {
    const ours = engine.step(rethought(input, rethink));
    inputs++;
    judgement.add(effects, ours);
    live.add(effects);
    replayed.add(ours);
    difference ??= firstDifference(seq, effects, ours);
  }
  const coverage = otherCoverage(reader, engine.state.ledgers, inputs);
  return {
    inputs,
    live: live.summary(),
    replayed: replayed.summary(),
    difference,
    changes: judgement.changes(),
    coverage,
  };
}

function otherCoverage(reader: StoreReader, ours: Ledgers, inputs: number): readonly ChainName[] {
  const stored = reader.ledgers();
  if (reader.lastSeq() !== inputs) return [];
  return [...new Set([...stored.keys(), ...ours.keys()])].filter(
    (chain) => canonicalJson(stored.get(chain) ?? null) !== canonicalJson(ours.get(chain) ?? null),
  );
}

/** What replay compares: judgement and what follows from it, not the bookkeeping around it. */
function judged(effects: readonly Effect[]): Effect[] {
  return effects.filter((effect) => effect.kind !== 'watch' && effect.kind !== 'problem');
}

function rethought(input: Input, rethink: (spec: Spec) => Spec): Input {
  return input.kind === 'start' ? { ...input, spec: rethink(input.spec) } : input;
}

function firstDifference(
  seq: number,
  live: readonly Effect[],
  ours: readonly Effect[],
): ReplayResult['difference'] {
  if (live.length === 0 && ours.length === 0) return null;
  const a = judged(live).map((effect) => JSON.stringify(effect));
  const b = judged(ours).map((effect) => JSON.stringify(effect));
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i] !== b[i]) return { seq, live: a[i] ?? null, replayed: b[i] ?? null };
  }
  return null;
}

function createTally(): { add(effects: readonly Effect[]): void; summary(): Summary } {
  const digest: Digest = createDigest();
  const incidents = new Set<string>();
  let signals = 0;
  let alerts = 0;
  return {
    add(effects) {
      if (effects.length === 0) return;
      digest.add(judged(effects));
      for (const effect of effects) {
        if (effect.kind === 'signal') signals++;
        else if (effect.kind === 'alert') alerts++;
        else if (effect.kind === 'incident') incidents.add(effect.incident.id);
      }
    },
    summary: () => ({ digest: digest.value(), signals, incidents: incidents.size, alerts }),
  };
}
