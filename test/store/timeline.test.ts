import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, Input, Step } from '../../src/core/io.js';
import type { Entry, EntryQuery } from '../../src/store/store.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert, makeIncident } from '../helpers/make-alert.js';
import { hashOf, makeBlock, makeSteps, tick } from './make-steps.js';
import { makeFolder, openTestStore } from './world.js';

const chains = ['ethereum', 'bsc'];

/** The whole timeline said plainly: every fact of every step, sorted, then filtered one by one. */
function oracle(steps: readonly Step[], query: EntryQuery): Entry[] {
  const all: { entry: Entry; n: number; about: readonly string[] }[] = [];
  for (const { seq, input, effects } of steps) {
    if (input.kind === 'block' && input.logs.length <= 6 && input.calls.length === 0) {
      // An empty block is no line.
    } else if (input.kind === 'block') {
      const orphaned = steps.some(
        (later) =>
          later.seq > seq &&
          later.input.kind === 'reorg' &&
          later.input.chain === input.chain &&
          later.input.dead.includes(input.block.hash),
      );
      const entry: Entry = { seq, timeMs: input.block.timeMs, kind: 'block', input, orphaned };
      all.push({ entry, n: 0, about: [input.chain] });
    } else if (input.kind !== 'tick' && input.kind !== 'finalized') {
      const entry = { seq, timeMs: input.atMs, kind: input.kind, input } as Entry;
      all.push({ entry, n: 0, about: 'chain' in input ? [input.chain] : [] });
    }
    effects.forEach((effect, i) => {
      const found = effectEntry(steps, seq, i, effect);
      if (found !== null) all.push({ ...found, n: i + 1 });
    });
  }
  all.sort((a, b) => a.entry.timeMs - b.entry.timeMs || a.entry.seq - b.entry.seq || a.n - b.n);
  if (query.reverse) all.reverse();
  return all
    .filter(({ entry }) => query.fromMs === undefined || entry.timeMs >= query.fromMs)
    .filter(({ entry }) => query.toMs === undefined || entry.timeMs < query.toMs)
    .filter(({ entry }) => query.kinds === undefined || query.kinds.includes(entry.kind))
    .filter(({ about }) => query.chain === undefined || about.includes(query.chain))
    .map(({ entry }) => entry);
}

function effectEntry(
  steps: readonly Step[],
  seq: number,
  i: number,
  effect: Effect,
): { entry: Entry; about: readonly string[] } | null {
  switch (effect.kind) {
    case 'signal': {
      const { signal } = effect;
      const retracted = steps.some((step) =>
        step.effects.some(
          (other, j) =>
            other.kind === 'signal-retracted' &&
            other.signalId === signal.id &&
            (step.seq > seq || (step.seq === seq && j > i)),
        ),
      );
      return {
        entry: { seq, timeMs: signal.atMs, kind: 'signal', signal, retracted },
        about: [signal.chain],
      };
    }
    case 'signal-retracted': {
      const { signalId, why, atMs } = effect;
      const signals = steps.flatMap((step) => step.effects).filter((other) => other.kind === 'signal');
      const raised = signals.findLast((other) => other.signal.id === signalId);
      return {
        entry: { seq, timeMs: atMs, kind: 'signal-retracted', signalId, why },
        about: raised === undefined ? [] : [raised.signal.chain],
      };
    }
    case 'incident': {
      const { incident, change } = effect;
      return {
        entry: { seq, timeMs: incident.updatedAtMs, kind: 'incident', incident, change },
        about: incident.chains,
      };
    }
    case 'alert':
      return {
        entry: { seq, timeMs: effect.alert.atMs, kind: 'alert', alert: effect.alert },
        about: effect.alert.incident.chains,
      };
    case 'problem': {
      const { problem, atMs } = effect;
      return {
        entry: { seq, timeMs: atMs, kind: 'problem', problem },
        about: problem.chain === null ? [] : [problem.chain],
      };
    }
    default:
      return null;
  }
}

const timeMs = fc.integer({ min: 0, max: 12 });
const chain = fc.constantFrom(...chains);
const name = fc.constantFrom('p', 'q', 'r');
const input: fc.Arbitrary<Input> = fc.oneof(
  fc
    .record({
      number: fc.integer({ min: 1, max: 4 }),
      name,
      chain,
      timeMs,
      logs: fc.integer({ min: 0, max: 2 }),
    })
    .map(makeBlock),
  fc.record({ chain, name, number: fc.integer({ min: 0, max: 3 }), atMs: timeMs }).map(
    ({ chain, name, number, atMs }): Input => ({
      kind: 'reorg',
      atMs,
      chain,
      keep: { number, hash: hashOf('kept') },
      dead: [hashOf(name)],
    }),
  ),
  fc.record({ chain, atMs: timeMs }).map(({ chain, atMs }): Input => ({ kind: 'heard', atMs, chain })),
  fc.record({ chain, atMs: timeMs, endpoint: fc.option(name), reached: fc.boolean() }).map(
    (about): Input => ({
      kind: 'disagreement',
      number: 1,
      what: 'logs',
      by: 'receipts',
      sinceMs: 0,
      times: 1,
      ...about,
    }),
  ),
  timeMs.map(tick),
);
const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc
    .record({ id: name, chain, atMs: timeMs })
    .map((about): Effect => ({ kind: 'signal', signal: makeSignal(about) })),
  fc
    .record({ signalId: name, atMs: timeMs })
    .map((about): Effect => ({ kind: 'signal-retracted', ...about, why: '' })),
  fc
    .record({ id: name, chains: fc.subarray(chains), updatedAtMs: timeMs })
    .map((about): Effect => ({ kind: 'incident', incident: makeIncident(about), change: 'x' })),
  fc
    .record({ id: name, incidentId: name, atMs: timeMs })
    .map((about): Effect => ({ kind: 'alert', alert: makeAlert(about) })),
  fc.record({ chain: fc.option(chain), atMs: timeMs }).map(
    ({ chain, atMs }): Effect => ({
      kind: 'problem',
      atMs,
      problem: { code: 'call-failed', chain, source: null, message: '', raw: null },
    }),
  ),
);
const kinds = fc.subarray<Entry['kind']>([
  'block',
  'reorg',
  'heard',
  'disagreement',
  'signal',
  'signal-retracted',
  'incident',
  'alert',
]);
const query = fc.record(
  { fromMs: timeMs, toMs: timeMs, chain, kinds, reverse: fc.boolean() },
  { requiredKeys: [] },
) as fc.Arbitrary<EntryQuery>;

describe('entries', () => {
  it('are what a plain sort and filter of all facts gives, for any steps and any query', async () => {
    const store = await openTestStore();
    const told: Step[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(input, fc.array(effect, { maxLength: 3 })), { minLength: 1, maxLength: 6 }),
        fc.array(query, { minLength: 1, maxLength: 4 }),
        async (parts, queries) => {
          // The store only grows, as it does in life; so do the facts that the oracle knows.
          const steps = makeSteps(told.length + 1, ...parts.map(([i, e]): [Input, ...Effect[]] => [i, ...e]));
          told.push(...steps);
          await store.commit(steps);
          for (const one of [{}, ...queries]) {
            expect([...store.entries(one)]).toStrictEqual(oracle(told, one));
          }
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('are read over many chunks in both directions while the caller writes in between', async () => {
    const store = await openTestStore(makeFolder());
    const blocks = Array.from({ length: 1000 }, (_, i) => makeBlock({ number: i + 1, logs: 1 }));
    await store.commit(makeSteps(1, ...blocks));
    const seen: number[] = [];
    let seq = 1000;
    for (const entry of store.entries({ toMs: 2_000_000 })) {
      seen.push(entry.seq);
      // Later than the range: the reader must neither see it nor lose its place.
      if (seen.length % 300 === 0)
        await store.commit(makeSteps(++seq, makeBlock({ number: seq, timeMs: 3_000_000 + seq, logs: 1 })));
    }
    const all = Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(seen).toStrictEqual(all);
    expect([...store.entries({ toMs: 2_000_000, reverse: true })].map((e) => e.seq)).toStrictEqual(
      all.reverse(),
    );
  });

  it('list a block with calls and no logs, and neither empty blocks nor time', async () => {
    const store = await openTestStore();
    const call = { source: 'x', call: 'y', data: null };
    await store.commit(
      makeSteps(1, makeBlock({ number: 1 }), makeBlock({ number: 2, calls: [call] }), tick(9), {
        kind: 'finalized',
        atMs: 9,
        chain: 'ethereum',
        number: 1,
      }),
    );
    expect([...store.entries({})].map((e) => e.seq)).toStrictEqual([2]);
    expect(store.counts().blocks).toBe(2);
  });
});
