import { writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Input, Step } from '../../src/core/io.js';
import { createClock } from '../../src/edge/clock.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { takeRequests } from '../../src/take-requests.js';
import { commandLine as run } from '../helpers/command-line.js';
import { type ConfigFolder, writeConfigFolder } from '../helpers/config-folder.js';
import { eventually } from '../helpers/eventually.js';
import { makeAlert } from '../helpers/make-alert.js';
import { startReceiver, status } from '../helpers/receiver.js';

const releases: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

const log = createLog({ level: 'error', redact: (text) => text }, () => {});

function configFolder(webhook: string): ConfigFolder {
  return writeConfigFolder({
    chains: [{ chain: 'ethereum', chainId: 1, ws: 'ws://127.0.0.1:9' }],
    coins: [
      {
        coin: 'USDC',
        name: 'USD Coin',
        deployments: [
          {
            chain: 'ethereum',
            address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
            decimals: 6,
            kind: 'native',
          },
        ],
        sources: [{ chain: 'ethereum', protocol: 'erc20' }],
      },
    ],
    webhook,
  });
}

async function open(folder: string): Promise<Store> {
  return openStore({ folder }, { log, clock: createClock(), meter: createMetrics().meter });
}

const refusal = (alertId: string): Input => ({
  kind: 'receipt',
  atMs: 2,
  alertId,
  outcome: 'refused',
  attempts: 7,
  problem: 'answered 410: the receiver is gone for good',
});

/** A store with two dead letters. */
async function fill(folder: string): Promise<void> {
  const alerts = [
    makeAlert({ channel: 'desk' }),
    makeAlert({ channel: 'desk', sequence: 2, atMs: Date.UTC(2026, 1, 1) }),
  ];
  const steps: Step[] = [
    { seq: 1, input: { kind: 'tick', atMs: 1 }, effects: alerts.map((alert) => ({ kind: 'alert', alert })) },
    { seq: 2, input: refusal('inc-1-desk-1'), effects: [] },
    { seq: 3, input: refusal('inc-1-desk-2'), effects: [] },
  ];
  const store = await open(folder);
  await store.commit(steps);
  await store.close();
}

test('notify test sends a marked alert and its end, and a dry run sends nothing', async () => {
  const receiver = await startReceiver(status(200));
  releases.push(receiver.close);
  const { config } = configFolder(receiver.url);
  const dry = await run('notify', 'test', 'desk', '--dry-run', '--config', config);
  expect([dry.code, receiver.received.length]).toEqual([0, 0]);
  expect(dry.out).toContain('Nothing was sent');

  const sent = await run('notify', 'test', 'desk', '--config', config);
  expect(sent.code, sent.err).toBe(0);
  expect(sent.out).toContain('desk (webhook) took the test alert');
  const bodies = receiver.received.map(({ body }) => JSON.parse(body));
  expect(bodies.map(({ reason, severity }) => [reason, severity])).toEqual([
    ['opened', 'low'],
    ['resolved', 'low'],
  ]);
  for (const { title } of bodies) expect(title).toContain('TEST');
});

test('notify test says why a receiver did not take it, without its address', async () => {
  const receiver = await startReceiver((response) =>
    response.writeHead(500).end(`broken at ${receiver.url}`),
  );
  releases.push(receiver.close);
  const { config } = configFolder(receiver.url);
  const { code, out } = await run('notify', 'test', 'desk', '--config', config);
  expect([code, out]).toEqual([
    1,
    'desk (webhook) did not take the test alert: answered 500: broken at <desk>',
  ]);
});

test('notify test knows the channels there are', async () => {
  const { config } = configFolder('http://127.0.0.1:9/');
  const { code, err } = await run('notify', 'test', 'dekc', '--config', config);
  expect(code).toBe(1);
  expect(err).toContain('desk');
});

test('what was refused is listed and shown until it is resent, which the daemon takes up', async () => {
  const { config, store: folder } = configFolder('http://127.0.0.1:9/');
  await fill(folder);
  const listed = await run('deadletters', 'list', '--config', config);
  expect(listed.out.split('\n')).toEqual([
    '2026-01-01 00:00:00  inc-1-desk-1  high      7 attempts: answered 410: the receiver is gone for good',
    '2026-02-01 00:00:00  inc-1-desk-2  high      7 attempts: answered 410: the receiver is gone for good',
  ]);
  expect((await run('deadletters', 'show', 'inc-1-desk-2', '--store', folder)).out).toContain(
    'message 2 (opened, high)',
  );
  expect((await run('deadletters', 'resend', 'inc-1-desk-9', '--store', folder)).code).toBe(1);
  expect((await run('deadletters', 'resend', '--store', folder)).code).toBe(1);
  expect((await run('deadletters', 'resend', 'inc-1-desk-2', '--store', folder)).code).toBe(0);

  const store = await open(folder);
  releases.push(() => store.close());
  const pushed: Input[] = [];
  let seq = 3;
  const requests = takeRequests(folder, {
    clock: createClock(),
    log,
    async push(input) {
      await store.commit([{ seq: ++seq, input, effects: [] }]);
      pushed.push(input);
      requests.done(input);
    },
  });
  releases.push(() => requests.stop());
  await eventually(async () => pushed.length === 1 && (await readdir(join(folder, 'requests'))).length === 0);
  expect(store.pendingDeliveries().map(({ alert }) => alert.id)).toEqual(['inc-1-desk-2']);
  expect((await run('deadletters', 'list', '--store', folder)).out).not.toContain('inc-1-desk-2');
});

test('a request that makes no sense is thrown away, one that is half written is left alone', async () => {
  const { store: folder } = configFolder('http://127.0.0.1:9/');
  await mkdir(join(folder, 'requests'), { recursive: true });
  const bad = ['{', '[]', 'null', '{"kind":"resend"}', '{"kind":"drop","alertId":"x"}', 'x'.repeat(100_000)];
  const word = { kind: 'approve', hookId: 'x', verdict: 'approve', by: 'ann', reason: 'seen it' };
  for (const wrong of [{ verdict: 'maybe' }, { by: '' }, { reason: 'two\nlines' }, { by: 'x'.repeat(201) }])
    bad.push(JSON.stringify({ ...word, ...wrong }));
  for (const [i, text] of bad.entries()) writeFileSync(join(folder, 'requests', `${i}.json`), text);
  writeFileSync(join(folder, 'requests', '9.json.draft'), '{"kind":"res');
  const pushed: Input[] = [];
  const requests = takeRequests(folder, {
    clock: createClock(),
    log,
    push: async (input) => void pushed.push(input),
  });
  releases.push(() => requests.stop());
  await eventually(async () => (await readdir(join(folder, 'requests'))).join() === '9.json.draft');
  expect(pushed).toEqual([]);
});
