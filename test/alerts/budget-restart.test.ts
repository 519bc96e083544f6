// What an incident has said counts over a restart: the budget is read from the receipts in a real store.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Channel } from '../../src/alerts/channels/channel.js';
import { createOutbox } from '../../src/alerts/outbox.js';
import type { Alert } from '../../src/core/alert.js';
import type { Step } from '../../src/core/io.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { openStore } from '../../src/store/open-store.js';
import { makeAlert } from '../helpers/make-alert.js';
import { createManualClock } from '../helpers/manual-clock.js';

const folder = mkdtempSync(join(tmpdir(), 'pegwatch-budget-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One life of the daemon's outbox over the store; gives the sequences that reached the channel. */
async function life(nowMs: number, alerts: readonly Alert[]): Promise<number[]> {
  const clock = createManualClock(nowMs);
  const log = createLog({ level: 'error', redact: (text) => text }, () => {});
  const { meter } = createMetrics();
  const store = await openStore({ folder }, { log, clock, meter });
  const sent: number[] = [];
  const channel: Channel = {
    name: 'traders',
    kind: 'scripted',
    async send({ sequence }) {
      sent.push(sequence);
      return { kind: 'delivered' };
    },
  };
  let seq = store.lastSeq();
  const commits: Promise<void>[] = [];
  const commit = (step: Omit<Step, 'seq'>): Promise<void> => {
    const commit = store.commit([{ seq: ++seq, ...step }]);
    commits.push(commit);
    return commit;
  };
  const outbox = createOutbox(
    { channels: [channel] },
    {
      store,
      clock,
      random: () => 0,
      log,
      meter,
      settle(alertId, outcome, attempts, more) {
        const receipt = { kind: 'receipt', atMs: clock.now(), alertId, outcome, attempts, ...more } as const;
        void commit({ input: receipt, effects: [] });
      },
    },
  );
  outbox.start();
  for (const alert of alerts) {
    const effects = [{ kind: 'alert', alert }] as const;
    await commit({ input: { kind: 'tick', atMs: nowMs }, effects });
    const before = sent.length;
    outbox.offer([alert]);
    for (let i = 0; i < 50 && sent.length === before; i++) await Promise.resolve();
  }
  await outbox.close(10);
  await Promise.all(commits);
  await store.close();
  return sent;
}

test('a restart gives an incident no new budget, and an hour later it has one again', async () => {
  const startMs = Date.UTC(2026, 0, 1, 12);
  const alerts = (from: number, count: number, atMs: number): Alert[] =>
    Array.from({ length: count }, (_, i) =>
      makeAlert({ incidentId: 'a', sequence: from + i, severity: 'critical', atMs }),
    );
  const first = await life(startMs, alerts(1, 8, startMs));
  expect(first).toHaveLength(8);
  const second = await life(startMs + 60_000, alerts(9, 8, startMs + 60_000));
  expect(second).toEqual([9, 10, 11, 12]);
  // What waited is told by the newest of it, once there is a budget again.
  const third = await life(startMs + 3_700_000, []);
  expect(third).toEqual([16]);
});
