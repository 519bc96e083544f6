// A response hook from the incident to the operator's automation: the real engine, driver, store, requests, command
// line, outbox and a receiver, over a restart; afterwards everything that was written is searched for the secrets.
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hookSecrets } from '../../src/alerts/channel-secrets.js';
import { hook } from '../../src/alerts/channels/hook.js';
import { createOutbox } from '../../src/alerts/outbox.js';
import { runCommandLine } from '../../src/cli/program.js';
import type { HookMode } from '../../src/core/hook.js';
import type { Input } from '../../src/core/io.js';
import type { Spec } from '../../src/core/spec.js';
import { createClock } from '../../src/edge/clock.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { postForChannels } from '../../src/edge/post-for-channels.js';
import { createRedact } from '../../src/edge/redact.js';
import { createLive, liveDefaults } from '../../src/live.js';
import { recoverEngine } from '../../src/recover.js';
import { replay } from '../../src/replay.js';
import { openReader } from '../../src/store/open-reader.js';
import { openStore } from '../../src/store/open-store.js';
import { takeRequests } from '../../src/take-requests.js';
import { eventually } from '../helpers/eventually.js';
import { makeSpec } from '../helpers/make-spec.js';
import { type Receiver, startReceiver, status } from '../helpers/receiver.js';
import { skewedBlock } from '../helpers/skewed-block.js';

const releases: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

const secret = 'hook-sign-key-0123456789';
const urlKey = 'k3y-0123456789abcdef';
const seen: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-hooks-'));
  releases.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function specOf(mode: HookMode): Spec {
  const respond = { mode, minSeverity: 'low', waitMs: 600_000 } as const;
  const when = { detectors: ['priceDeviation'], minSeverity: 'low' } as const;
  const title = 'A coin is off its peg';
  const playbook = { name: 'drain', title, when, runbook: null, checklist: [], hook: respond };
  return { ...makeSpec(['ethereum']), channels: [], playbooks: [playbook] };
}

/** One life of the daemon's middle; `stop` ends it as SIGTERM does. */
async function life(folder: string, mode: HookMode, receiver: Receiver) {
  const clock = createClock();
  const log = createLog({ level: 'debug', redact: (text) => text }, (line) => seen.push(line));
  const metrics = createMetrics();
  const { meter } = metrics;
  const store = await openStore({ folder }, { log, clock, meter });
  const engine = recoverEngine(store, log);
  const config = { playbook: 'drain', url: receiver.url, secret, timeoutMs: 5000, allowPrivate: true };
  const redact = createRedact(hookSecrets(config));
  const outbox = createOutbox(
    { channels: [hook(config, { post: postForChannels, clock, redact, version: '1.2.3' })] },
    {
      store,
      clock,
      random: Math.random,
      log,
      meter,
      settle: (alertId, outcome, attempts, more) =>
        void live.push({ kind: 'receipt', atMs: clock.now(), alertId, outcome, attempts, ...more }),
    },
  );
  const live = createLive(liveDefaults, {
    engine,
    store,
    clock,
    log,
    meter,
    freeSpace: async () => 'ok',
    deliver: (alerts) => outbox.offer(alerts),
    stored: (input) => requests.done(input),
    watch: () => {},
  });
  await live.push({ kind: 'start', atMs: clock.now(), spec: specOf(mode) });
  const running = live.run();
  const requests = takeRequests(folder, { clock, log, push: live.push });
  outbox.start();
  return {
    live,
    async stop(): Promise<void> {
      requests.stop();
      await outbox.close(1000);
      live.stop();
      await running;
      seen.push(await metrics.registry.metrics(), JSON.stringify(outbox.report()));
      await store.close();
    },
  };
}

let n = 0;
/** A block of now in which one coin of the pool costs this much of the other. */
function block(skew: number): Input {
  return skewedBlock(++n, Date.now(), skew);
}

async function pegwatch(...args: string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const world = { env: {}, out: say, err: say, signal: new AbortController().signal };
  const code = await runCommandLine(args, world);
  seen.push(...lines);
  return { code, out: lines.join('\n') };
}

function states(folder: string): Promise<string[]> {
  const reader = openReader(folder);
  const found = [...reader.entries({ kinds: ['hook'] })];
  return reader.close().then(() => found.flatMap((one) => (one.kind === 'hook' ? [one.hook.state] : [])));
}

/** Everything under a folder, as text. */
function written(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'));
}

test('a call waits for a person over a restart, goes signed and once, and leaves an audit and no secret', async () => {
  const receiver = await startReceiver((response, nth, { path, headers, body }) => {
    // The first answer is an error that repeats all it was told.
    response.writeHead(nth === 1 ? 500 : 200).end(`${path} ${JSON.stringify(headers)} ${body}`);
  });
  releases.push(receiver.close);
  const folder = newFolder();
  const first = await life(folder, 'approve', receiver);
  await first.live.push(block(1));
  await first.live.push(block(1.3));
  await eventually(async () => (await states(folder)).includes('awaiting'));
  await first.stop();
  expect(receiver.received).toEqual([]);

  const listed = await pegwatch('hooks', 'list', '--state', 'awaiting', '--json', '--store', folder);
  const [waiting] = JSON.parse(listed.out);
  expect(waiting).toMatchObject({ playbook: 'drain', mode: 'approve', state: 'awaiting' });
  const words = ['--by', 'ann', '--reason', 'the pool is drained', '--store', folder];
  expect((await pegwatch('hooks', 'approve', 'inc-no-such-hook', ...words)).code).toBe(1);
  expect((await pegwatch('hooks', 'approve', waiting.id, '--by', 'ann', '--store', folder)).code).toBe(1);
  expect((await pegwatch('hooks', 'approve', waiting.id, ...words)).code).toBe(0);

  const second = await life(folder, 'approve', receiver);
  await eventually(async () => (await states(folder)).includes('sent'), 10_000);
  await second.stop();
  expect((await pegwatch('hooks', 'deny', waiting.id, ...words)).code).toBe(1);
  expect((await pegwatch('hooks', '--store', folder)).out).toContain('by ann: the pool is drained');
  expect((await states(folder)).slice(-3)).toEqual(['awaiting', 'queued', 'sent']);

  expect(receiver.received).toHaveLength(2);
  for (const { headers, body } of receiver.received) {
    const id = headers['webhook-id'];
    expect(id).toBe(waiting.id);
    const signed = `${id}.${headers['webhook-timestamp']}.${body}`;
    const mac = createHmac('sha256', secret).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${mac}`);
    expect(JSON.parse(body)).toMatchObject({
      type: 'hook.called',
      playbook: 'drain',
      approval: { by: 'ann', reason: 'the pool is drained' },
      incident: { coins: ['USDX'] },
    });
  }
  const timeline = await pegwatch('timeline', '--kind', 'approve', '--store', folder, '--from', '1h');
  expect(timeline.out).toContain('approve');

  const reader = openReader(folder);
  expect(replay(reader).difference).toBeNull();
  await reader.close();

  const left = [...seen, ...written(folder)].join('\n');
  expect(left).toContain('answered 500');
  expect(left).toContain('pegwatch_hooks_total{playbook="drain",state="sent"} 1');
  expect(left).toMatch(/pegwatch_alert_wait_seconds_count\{channel="hook:drain",severity="\w+"\} [1-9]/);
  expect(left).toMatch(/pegwatch_triage_wait_seconds_count\{severity="\w+"\} [1-9]/);
  for (const one of [secret, urlKey]) expect(left).not.toContain(one);
});

test('in dry-run nothing leaves, and the timeline says what would have', async () => {
  const receiver = await startReceiver(status(200));
  releases.push(receiver.close);
  const folder = newFolder();
  const daemon = await life(folder, 'dry-run', receiver);
  await daemon.live.push(block(1));
  await daemon.live.push(block(1.3));
  await eventually(async () => (await states(folder)).includes('would-send'));
  await daemon.stop();
  expect(receiver.received).toEqual([]);
  expect(new Set(await states(folder))).toEqual(new Set(['would-send']));
});
