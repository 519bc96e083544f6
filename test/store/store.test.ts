import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Effect, Input } from '../../src/core/io.js';
import { emptyHead } from '../../src/store/links.js';
import { openTables, putMeta } from '../../src/store/tables.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert, makeIncident } from '../helpers/make-alert.js';
import { makeSpec } from '../helpers/make-spec.js';
import { hashOf, makeBlock, makeSteps, tick } from './make-steps.js';
import { makeFolder, openTestStore } from './world.js';

const everyEffect: readonly Effect[] = [
  { kind: 'signal', signal: makeSignal({ id: 's1', impact: Number.NaN }) },
  { kind: 'signal-retracted', signalId: 's1', atMs: 5, why: 'its block died' },
  { kind: 'incident', incident: makeIncident({ id: 'i1' }), change: 'opened' },
  { kind: 'alert', alert: makeAlert({ id: 'a1', incidentId: 'i1' }) },
  { kind: 'watch', chain: 'bsc', source: 'bsc/oracle', address: `0x${'12'.repeat(20)}` },
  {
    kind: 'problem',
    atMs: 9,
    problem: { code: 'log-malformed', chain: 'bsc', source: null, message: '\u0000\ud800', raw: '0x' },
  },
];
const everyInput: readonly Input[] = [
  { kind: 'start', atMs: 1, spec: makeSpec() },
  makeBlock({ number: 1 }),
  makeBlock({ number: 2, logs: 40, calls: [{ source: 'x', call: 'y', data: null }] }),
  {
    kind: 'reorg',
    atMs: 3,
    chain: 'ethereum',
    keep: { number: 1, hash: hashOf('b1') },
    dead: [hashOf('b2')],
  },
  { kind: 'finalized', atMs: 4, chain: 'ethereum', number: 1 },
  { kind: 'silent', atMs: 5, chain: 'bsc', sinceMs: 2, reason: 'no heads' },
  { kind: 'heard', atMs: 6, chain: 'bsc' },
  { kind: 'receipt', atMs: 7, alertId: 'a1', outcome: 'delivered', attempts: 2 },
  tick(8),
];

describe('commit', () => {
  it('gives back every kind of input and effect exactly, after reopening too', async () => {
    const folder = makeFolder();
    const steps = makeSteps(1, ...everyInput.map((input): [Input, ...Effect[]] => [input, ...everyEffect]));
    const first = await openTestStore(folder);
    await first.commit(steps);
    expect([...first.steps(1)]).toStrictEqual(steps);
    await first.close();

    const store = await openTestStore(folder);
    expect(store.id).toBe(first.id);
    expect(store.lastSeq()).toBe(steps.length);
    expect([...store.steps(1)]).toStrictEqual(steps);
    expect(JSON.stringify([...store.steps(4)].map((step) => step.effects))).toBe(
      JSON.stringify(steps.slice(3).map((step) => step.effects)),
    );
    expect([...store.journal(8)].map(({ seq, input }) => [seq, input.kind])).toStrictEqual([
      [8, 'receipt'],
      [9, 'tick'],
    ]);
  });

  it('refuses steps that leave a hole, begin too early or are out of order, and stores nothing of them', async () => {
    const store = await openTestStore();
    await store.commit(makeSteps(1, tick(1), tick(2)));
    const refused = expect.objectContaining({ code: 'store-out-of-order' });
    await expect(store.commit(makeSteps(4, tick(3)))).rejects.toEqual(refused);
    await expect(store.commit(makeSteps(2, tick(3)))).rejects.toEqual(refused);
    await expect(store.commit([...makeSteps(3, tick(3)), ...makeSteps(5, tick(4))])).rejects.toEqual(refused);
    expect(store.lastSeq()).toBe(2);
    await store.commit(makeSteps(3, tick(3)));
    expect([...store.journal(1)].map(({ seq }) => seq)).toStrictEqual([1, 2, 3]);
  });

  it('stores nothing of a batch in which one step cannot be encoded, and goes on', async () => {
    const store = await openTestStore();
    const poisoned = { kind: 'problem', atMs: 1n } as unknown as Effect;
    await expect(
      store.commit(makeSteps(1, makeBlock({ number: 1, logs: 1 }), [tick(2), poisoned])),
    ).rejects.toThrow();
    expect([store.lastSeq(), [...store.entries({})], store.cursors()]).toStrictEqual([0, [], []]);
    await store.commit(makeSteps(1, tick(1)));
    expect(store.lastSeq()).toBe(1);
  });

  it('keeps the order of commits made before the earlier ones were durable', async () => {
    const store = await openTestStore();
    const resolved: number[] = [];
    const commits = Array.from({ length: 50 }, (_, i) =>
      store.commit(makeSteps(i + 1, makeBlock({ number: i + 1, logs: i % 7 }))).then(() => {
        resolved.push(i + 1);
        // What a promise acknowledges is there when it resolves.
        expect(store.lastSeq()).toBeGreaterThanOrEqual(i + 1);
      }),
    );
    await Promise.all(commits);
    expect(resolved).toStrictEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect([...store.journal(1)].map(({ seq }) => seq)).toStrictEqual(resolved);
  });

  it('finishes what was queued before it closes, and refuses what comes later', async () => {
    const folder = makeFolder();
    const store = await openTestStore(folder);
    const queued = store.commit(makeSteps(1, tick(1)));
    const closed = store.close();
    await expect(store.commit(makeSteps(2, tick(2)))).rejects.toEqual(
      expect.objectContaining({ code: 'store-closed' }),
    );
    await queued;
    await closed;
    expect((await openTestStore(folder)).lastSeq()).toBe(1);
  });

  it('fails for good where another writer moved the journal despite the lock, and stores nothing then', async () => {
    const folder = makeFolder();
    const store = await openTestStore(folder);
    await store.commit(makeSteps(1, tick(1)));
    const intruder = openTables(folder, false);
    await intruder?.root.transaction(() => {
      putMeta(intruder, 'head', { ...emptyHead(store.id), seq: 7 }, 8);
    });
    const failed = expect.objectContaining({ code: 'store-failed' });
    // Both were queued before the first one was refused.
    const commits = [
      store.commit(makeSteps(2, makeBlock({ number: 1, logs: 1 }))),
      store.commit(makeSteps(3, tick(3))),
    ];
    for (const outcome of await Promise.allSettled(commits)) {
      expect(outcome).toStrictEqual({ status: 'rejected', reason: failed });
    }
    await expect(store.commit(makeSteps(4, tick(4)))).rejects.toEqual(failed);
    await expect(store.saveCheckpoint(1, new Uint8Array(1))).rejects.toEqual(failed);
    expect([[...store.entries({})], store.cursors()]).toStrictEqual([[], []]);
    // What the other one promised is not there, and nobody reads past it.
    expect(() => [...store.journal(2)]).toThrow(/input 2 is missing/);
  });

  it('works in a folder whose name looks like a file with an extension', async () => {
    const folder = join(makeFolder(), 'deep', 'store.v1');
    await (await openTestStore(folder)).commit(makeSteps(1, tick(1)));
    expect(existsSync(join(folder, 'data.mdb'))).toBe(true);
  });
});

describe('cursors and recentBlocks', () => {
  it('follow blocks, reorgs and finality of each chain', async () => {
    const store = await openTestStore();
    await store.commit(
      makeSteps(
        1,
        makeBlock({ number: 10 }),
        makeBlock({ number: 11 }),
        makeBlock({ number: 90, chain: 'bsc', timeMs: 77 }),
        { kind: 'finalized', atMs: 1, chain: 'ethereum', number: 9 },
        { kind: 'finalized', atMs: 1, chain: 'polygon', number: 3 },
        makeBlock({ number: 12 }),
        {
          kind: 'reorg',
          atMs: 2,
          chain: 'ethereum',
          keep: { number: 10, hash: hashOf('b10') },
          dead: [hashOf('b12'), hashOf('b11')],
        },
      ),
    );
    const bsc = { chain: 'bsc', number: 90, hash: hashOf('b90'), timeMs: 77, finalized: null };
    const ethereum = { chain: 'ethereum', number: 10, hash: hashOf('b10'), timeMs: 10_000, finalized: 9 };
    expect(store.cursors()).toStrictEqual([bsc, ethereum]);
    expect(store.recentBlocks('ethereum', 5).map((b) => b.hash)).toStrictEqual([hashOf('b10')]);

    await store.commit(
      makeSteps(
        8,
        makeBlock({ number: 11, name: 'x11', parent: 'b10' }),
        makeBlock({ number: 12, name: 'x12' }),
      ),
    );
    expect(store.recentBlocks('ethereum', 5).map((b) => b.hash)).toStrictEqual(
      ['b10', 'x11', 'x12'].map(hashOf),
    );
    expect(store.recentBlocks('ethereum', 2).map((b) => b.hash)).toStrictEqual(['x11', 'x12'].map(hashOf));
    expect(store.recentBlocks('ethereum', 0)).toStrictEqual([]);
    expect(store.recentBlocks('nowhere', 5)).toStrictEqual([]);
    expect(store.recentBlocks('ethereum', 1)).toStrictEqual([makeBlock({ number: 12, name: 'x12' }).block]);
  });

  it('take a block that died and came back for alive', async () => {
    const store = await openTestStore();
    const b1 = makeBlock({ number: 1, logs: 1 });
    const die: Input = {
      kind: 'reorg',
      atMs: 2,
      chain: 'ethereum',
      keep: { number: 0, hash: hashOf('b0') },
      dead: [hashOf('b1')],
    };
    await store.commit(makeSteps(1, b1, die, b1));
    expect(store.recentBlocks('ethereum', 9)).toStrictEqual([b1.block]);
    expect(
      [...store.entries({ kinds: ['block'] })].map((e) => e.kind === 'block' && e.orphaned),
    ).toStrictEqual([true, false]);
  });
});

describe('the outbox', () => {
  const alert = (id: string, sequence = 1, atMs = 5): Effect => ({
    kind: 'alert',
    alert: makeAlert({ id, incidentId: 'i1', sequence, atMs }),
  });
  const receipt = (alertId: string, outcome: 'delivered' | 'refused'): Input => ({
    kind: 'receipt',
    atMs: 9,
    alertId,
    outcome,
    attempts: 1,
  });

  it('holds an alert from its intent to its receipt, over a restart', async () => {
    const folder = makeFolder();
    const first = await openTestStore(folder);
    await first.commit(makeSteps(1, [tick(1), alert('a1'), alert('a2', 2)], [tick(2), alert('a3', 3)]));
    await first.reschedule('a2', 3, 99, 'HTTP 503');
    await first.commit(makeSteps(3, receipt('a1', 'delivered')));
    await first.close();

    const store = await openTestStore(folder);
    expect(store.pendingDeliveries()).toStrictEqual([
      {
        alert: makeAlert({ id: 'a2', incidentId: 'i1', sequence: 2, atMs: 5 }),
        attempts: 3,
        dueAtMs: 99,
        lastProblem: 'HTTP 503',
        superseded: 0,
      },
      {
        alert: makeAlert({ id: 'a3', incidentId: 'i1', sequence: 3, atMs: 5 }),
        attempts: 0,
        dueAtMs: 5,
        lastProblem: null,
        superseded: 0,
      },
    ]);
    await store.commit(makeSteps(4, receipt('a3', 'refused'), receipt('unknown', 'delivered')));
    expect(store.pendingDeliveries().map((d) => d.alert.id)).toStrictEqual(['a2']);
    expect(store.alertsOf('i1').map(({ id, delivery }) => [id, delivery])).toStrictEqual([
      ['a1', 'delivered'],
      ['a2', 'pending'],
      ['a3', 'refused'],
    ]);
    expect(store.alertsOf('i')).toStrictEqual([]);
  });

  it('does not let a late failure bring back an alert that was delivered', async () => {
    const store = await openTestStore();
    await store.commit(makeSteps(1, [tick(1), alert('a1')]));
    const delivered = store.commit(makeSteps(2, receipt('a1', 'delivered')));
    await store.reschedule('a1', 2, 50, 'timed out');
    await delivered;
    expect(store.pendingDeliveries()).toStrictEqual([]);
  });

  it('keeps what a channel asked to remember, per incident and channel, over a restart', async () => {
    const folder = makeFolder();
    const first = await openTestStore(folder);
    const told = (alertId: string, remember?: string): Input => ({
      ...receipt(alertId, 'delivered'),
      ...(remember === undefined ? {} : { remember }),
    });
    const elsewhere = { ...makeAlert({ id: 'b1', incidentId: 'i1', sequence: 1, atMs: 5 }), channel: 'chat' };
    await first.commit(
      makeSteps(1, [tick(1), alert('a1'), alert('a2', 2), { kind: 'alert', alert: elsewhere }]),
    );
    expect(first.remembered('i1', 'traders')).toBeNull();
    await first.commit(makeSteps(2, told('a1', 'message 17'), told('a2')));
    await first.close();

    const store = await openTestStore(folder);
    expect(store.remembered('i1', 'traders')).toBe('message 17');
    expect(store.remembered('i1', 'chat')).toBeNull();
    expect(store.remembered('i2', 'traders')).toBeNull();
  });

  it('lists what was refused until it is resent, which queues it again under its id', async () => {
    const folder = makeFolder();
    const first = await openTestStore(folder);
    const refused = { ...receipt('a1', 'refused'), problem: 'answered 410' };
    await first.commit(makeSteps(1, [tick(1), alert('a1'), alert('a2', 2)], refused));
    await first.close();

    const store = await openTestStore(folder);
    expect(store.deadLetters().map(({ alert, ...how }) => [alert.id, how])).toStrictEqual([
      ['a1', { attempts: 1, problem: 'answered 410' }],
    ]);
    const resend = (alertId: string): Input => ({ kind: 'resend', atMs: 20, alertId });
    await store.commit(makeSteps(3, resend('a1'), resend('a1'), resend('a2'), resend('unknown')));
    expect(store.deadLetters()).toStrictEqual([]);
    expect(store.pendingDeliveries().map((one) => [one.alert.id, one.attempts, one.dueAtMs])).toStrictEqual([
      ['a2', 0, 5],
      ['a1', 0, 20],
    ]);
    expect([...store.entries({ kinds: ['resend'] })]).toHaveLength(4);
  });

  it('adds up how many alerts a newer one stands for, over a restart', async () => {
    const folder = makeFolder();
    const first = await openTestStore(folder);
    await first.commit(makeSteps(1, [tick(1), alert('a1'), alert('a2', 2), alert('a3', 3)]));
    await first.supersede(['a1'], 'a2');
    await first.supersede(['a2', 'unknown'], 'a3');
    await first.close();

    const store = await openTestStore(folder);
    expect(store.pendingDeliveries().map((one) => [one.alert.id, one.superseded])).toStrictEqual([['a3', 2]]);
    expect(store.alertsOf('i1').map(({ delivery }) => delivery)).toStrictEqual([
      'superseded',
      'superseded',
      'pending',
    ]);
  });

  it('can run empty again and again', async () => {
    const store = await openTestStore();
    for (let i = 0; i < 30; i++) {
      await store.commit(makeSteps(2 * i + 1, [tick(1), alert(`a${i}`)]));
      await store.commit(makeSteps(2 * i + 2, receipt(`a${i}`, 'delivered')));
    }
    expect(store.pendingDeliveries()).toStrictEqual([]);
    expect(store.counts().alerts).toBe(30);
  });
});

describe('incidents', () => {
  it('are found in their latest state, newest first, by life', async () => {
    const store = await openTestStore();
    const incident = (id: string, openedAtMs: number, life: 'open' | 'closed'): Effect => ({
      kind: 'incident',
      incident: makeIncident({ id, openedAtMs, life, updatedAtMs: openedAtMs + 1 }),
      change: life,
    });
    await store.commit(
      makeSteps(
        1,
        [tick(1), incident('old', 10, 'open'), incident('new', 20, 'open')],
        [tick(2), incident('old', 10, 'closed')],
      ),
    );
    expect([...store.incidents()].map((i) => [i.id, i.life])).toStrictEqual([
      ['new', 'open'],
      ['old', 'closed'],
    ]);
    expect([...store.incidents({ life: ['closed'] })].map((i) => i.id)).toStrictEqual(['old']);
    expect([...store.incidents({ limit: 1 })].map((i) => i.id)).toStrictEqual(['new']);
    // Its opening is corrected: it moves, and is not told twice.
    await store.commit(makeSteps(3, [tick(3), incident('old', 30, 'closed')]));
    expect([...store.incidents()].map((i) => i.id)).toStrictEqual(['old', 'new']);
    expect(store.incident('old')?.life).toBe('closed');
    expect(store.incident('none')).toBeNull();
    expect(store.counts()).toStrictEqual({ blocks: 0, signals: 0, incidents: 2, alerts: 0, problems: 0 });
  });
});

describe('checkpoint', () => {
  it('is the last one saved, over a restart', async () => {
    const folder = makeFolder();
    const first = await openTestStore(folder);
    expect(first.checkpoint()).toBeNull();
    await first.commit(makeSteps(1, tick(1), tick(2)));
    await first.saveCheckpoint(1, Uint8Array.of(1, 2, 3));
    await first.saveCheckpoint(2, new Uint8Array(100_000).fill(7));
    await first.close();
    const store = await openTestStore(folder);
    expect(store.checkpoint()).toStrictEqual({ seq: 2, state: new Uint8Array(100_000).fill(7) });
  });
});

describe('openStore', () => {
  it('says in a sentence that a folder cannot be used', async () => {
    const file = join(makeFolder(), 'file');
    writeFileSync(file, '');
    await expect(openTestStore(file)).rejects.toEqual(expect.objectContaining({ code: 'store-unwritable' }));
  });
});
