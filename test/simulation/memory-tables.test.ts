import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, Input, Step } from '../../src/core/io.js';
import { writer } from '../../src/store/open-store.js';
import type { StoreReader } from '../../src/store/store.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert, makeIncident } from '../helpers/make-alert.js';
import { quietDeps } from '../store/children/quiet-deps.js';
import { hashOf, makeBlock, tick } from '../store/make-steps.js';
import { makeFolder, openTestStore } from '../store/world.js';
import { createDurable, memoryTables } from './memory-tables.js';

const name = fc.constantFrom('a', 'b', 'c');
const number = fc.integer({ min: 1, max: 12 });

const input: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ number, name, logs: fc.constantFrom(0, 2) }).map(makeBlock),
  fc.record({ number, dead: fc.array(name, { maxLength: 3 }) }).map(
    ({ number, dead }): Input => ({
      kind: 'reorg',
      atMs: 5_000,
      chain: 'ethereum',
      keep: { number, hash: hashOf('a') },
      dead: dead.map(hashOf),
    }),
  ),
  name.map((id): Input => ({ kind: 'receipt', atMs: 9_000, alertId: id, outcome: 'delivered', attempts: 1 })),
  number.map((n) => tick(n * 1_000)),
);

const effect: fc.Arbitrary<Effect> = fc.oneof(
  name.map((id): Effect => ({ kind: 'signal', signal: makeSignal({ id, atMs: 4_000 }) })),
  name.map((signalId): Effect => ({ kind: 'signal-retracted', signalId, atMs: 6_000, why: 'it died' })),
  fc.tuple(name, number).map(
    ([id, openedAtMs]): Effect => ({
      kind: 'incident',
      incident: makeIncident({ id, openedAtMs }),
      change: 'x',
    }),
  ),
  fc
    .tuple(name, name)
    .map(([id, incidentId]): Effect => ({ kind: 'alert', alert: makeAlert({ id, incidentId }) })),
);

const step = fc.tuple(input, fc.array(effect, { maxLength: 3 }));

/** All that a reader can be asked, but for sizes and identity. */
function everything(reader: StoreReader): unknown {
  return {
    lastSeq: reader.lastSeq(),
    steps: [...reader.steps(1)],
    entries: [...reader.entries({})],
    backwards: [...reader.entries({ reverse: true, chain: 'ethereum', fromMs: 2_000 })],
    cursors: reader.cursors(),
    recent: [reader.recentBlocks('ethereum', 3), reader.recentBlocks('ethereum', 100)],
    incidents: [...reader.incidents()],
    alerts: ['a', 'b', 'c'].map((id) => reader.alertsOf(id)),
    pending: reader.pendingDeliveries(),
    watches: reader.watches(),
    counts: reader.counts(),
  };
}

describe('the tables of the simulation', () => {
  it('hold what LMDB would hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 4 }),
        async (batches) => {
          const real = await openTestStore(makeFolder());
          const tables = memoryTables(createDurable(), async (apply) => apply());
          const ours = writer(tables, '', 'simulated', quietDeps, {
            keep: async () => {},
            closed: () => {},
          });
          for (const batch of batches) {
            const steps = batch.map(
              ([input, effects], i): Step => ({ seq: real.lastSeq() + 1 + i, input, effects }),
            );
            await real.commit(steps);
            await ours.commit(steps);
          }
          expect(everything(ours)).toEqual(everything(real));
          await real.close();
        },
      ),
      { numRuns: 25 },
    );
  });
});
