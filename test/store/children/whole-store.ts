// A small store in which every table has rows, and everything that can be read from a store, as one text.
import { createHash } from 'node:crypto';
import { openStore } from '../../../src/store/open-store.js';
import type { Store, StoreReader } from '../../../src/store/store.js';
import { makeSignal } from '../../helpers/make.js';
import { hashOf, makeSteps, tick } from '../make-steps.js';
import { committedSteps } from './committed-steps.js';
import { quietDeps } from './quiet-deps.js';

export async function makeWholeStore(folder: string): Promise<void> {
  const store = await openStore({ folder }, quietDeps);
  let seq = 0;
  for (let i = 0; i < 30; i++) {
    await store.commit(committedSteps(seq + 1, 5));
    seq += 5;
    if (i % 10 === 0) await store.saveCheckpoint(seq, new Uint8Array(20_000).fill(i));
  }
  const steps = makeSteps(
    seq + 1,
    { kind: 'finalized', atMs: 1, chain: 'ethereum', number: 9 },
    {
      kind: 'reorg',
      atMs: 3,
      chain: 'ethereum',
      keep: { number: 149, hash: hashOf('b149') },
      dead: [hashOf('b150')],
    },
    [tick(4), { kind: 'signal', signal: makeSignal({ id: 's1' }) }],
    [tick(5), { kind: 'signal-retracted', signalId: 's1', atMs: 5, why: 'its block died' }],
    [tick(6), { kind: 'watch', chain: 'bsc', source: 'bsc/oracle', address: `0x${'12'.repeat(20)}` }],
    { kind: 'receipt', atMs: 7, alertId: 'a5', outcome: 'delivered', attempts: 2 },
    { kind: 'receipt', atMs: 8, alertId: 'a10', outcome: 'refused', attempts: 9, problem: 'gone' },
  );
  await store.commit(steps);
  await store.close();
}

/** Throws where something cannot be read. */
export function everythingIn(store: StoreReader & Partial<Pick<Store, 'checkpoint'>>): string {
  const everything = {
    id: store.id,
    lastSeq: store.lastSeq(),
    steps: [...store.steps(1)],
    entries: [...store.entries({})],
    backwards: [...store.entries({ reverse: true })].length,
    cursors: store.cursors(),
    recent: store.recentBlocks('ethereum', 50),
    incidents: [...store.incidents()],
    alerts: ['i0', 'i1', 'i2'].map((id) => store.alertsOf(id)),
    pending: store.pendingDeliveries(),
    dead: store.deadLetters(),
    watches: store.watches(),
    counts: store.counts(),
    checkpoint: store.checkpoint?.(),
  };
  return createHash('sha256').update(JSON.stringify(everything)).digest('hex');
}
