import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createClock } from '../../src/edge/clock.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { createHttpApp } from '../../src/http/app.js';
import { createHttp } from '../../src/http/http.js';
import { type ChainStatus, notReady, type StatusReport } from '../../src/http/status-report.js';
import { createManualClock } from '../helpers/manual-clock.js';

const chain: ChainStatus = {
  chain: 'ethereum',
  caughtUp: true,
  block: { number: 100, hash: '0xaa', timeMs: 1 },
  head: 100,
  finalized: 90,
  silent: false,
  callsPerBlock: 2.5,
  paces: [],
  coverage: null,
  problem: null,
};

const well: StatusReport = {
  version: '1.2.3',
  startedAtMs: 1,
  nowMs: 2,
  chains: [chain],
  store: { id: 's', seq: 7, sizeBytes: 1, freeBytes: 1, refused: null },
  incidentsOpen: { low: 0, medium: 0, high: 0, critical: 1 },
  channels: [
    { channel: 'traders', kind: 'webhook', pending: 0, oldestAtMs: null, failures: 0, lastProblem: null },
  ],
  silences: [],
  suppressed: [],
};

const lines: string[] = [];
const log = createLog({ level: 'debug', redact: (text) => text }, (line) => lines.push(line));
const { registry } = createMetrics();
const silences = { token: null, list: () => [], add: () => '', end: () => false };

function appWith(status: () => StatusReport = () => well) {
  return createHttpApp({ registry, status, silences, coverage: () => [], log });
}

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

test('/healthz says that the process lives, whatever the rest says', async () => {
  const app = appWith(() => {
    throw new Error('no status');
  });
  const response = await app.request('/healthz');
  expect([response.status, await response.json()]).toEqual([200, { alive: true }]);
});

test('/readyz is 200 when every chain is caught up and the store takes in', async () => {
  const response = await appWith().request('/readyz');
  expect([response.status, await response.json()]).toEqual([200, { ready: true, reasons: [] }]);
});

test('/readyz is 503 with a reason for each thing that is not', async () => {
  const ill: StatusReport = {
    ...well,
    chains: [
      { ...chain, caughtUp: false, head: 120 },
      { ...chain, chain: 'polygon', caughtUp: false, block: null, head: null },
      { ...chain, chain: 'bsc', silent: true, problem: 'no head for 60 s' },
      { ...chain, chain: 'arbitrum' },
    ],
    store: { ...well.store, refused: 'The disk is full.' },
  };
  const response = await appWith(() => ill).request('/readyz');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    ready: false,
    reasons: [
      {
        code: 'chain-behind',
        chain: 'ethereum',
        message: 'ethereum is not caught up: stored up to block 100 of 120.',
      },
      { code: 'chain-behind', chain: 'polygon', message: 'polygon is not caught up: nothing is stored yet.' },
      { code: 'chain-silent', chain: 'bsc', message: 'no head for 60 s' },
      { code: 'store-refused', chain: null, message: 'The disk is full.' },
    ],
  });
});

test('a daemon that follows no chain is not ready; one whose receiver is down is', () => {
  expect(notReady({ ...well, chains: [] }).map((reason) => reason.code)).toEqual(['no-chains']);
  const channels = [{ ...well.channels[0]!, pending: 9, failures: 9, lastProblem: 'answered 500' }];
  expect(notReady({ ...well, channels })).toEqual([]);
});

test('/status is the whole report with readiness in front', async () => {
  const response = await appWith().request('/status');
  expect(await response.json()).toEqual({ ready: true, reasons: [], ...well });
});

test('/metrics is the registry', async () => {
  const response = await appWith().request('/metrics');
  expect(response.headers.get('content-type')).toBe(registry.contentType);
  expect(await response.text()).toContain('# HELP pegwatch_inputs_total');
});

test('every answer forbids caching and guessing of types, errors included', async () => {
  const failing = appWith(() => {
    throw new Error('x');
  });
  for (const path of ['/healthz', '/readyz', '/status', '/metrics', '/nope']) {
    for (const app of [appWith(), failing]) {
      const { headers } = await app.request(path);
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  }
});

test('what is not there is 404, another method is 405, both JSON, and nothing sent comes back', async () => {
  const app = appWith();
  const missing = await app.request('/<script>alert(1)</script>?q=echo-me');
  expect([missing.status, await missing.json()]).toEqual([404, { error: 'not found' }]);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const wrong = await app.request('/status', { method });
    expect([wrong.status, await wrong.json(), wrong.headers.get('allow')]).toEqual([
      405,
      { error: 'method not allowed' },
      'GET, HEAD',
    ]);
  }
  const head = await app.request('/status', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('a view that fails says only that it failed; the log says what', async () => {
  const app = appWith(() => {
    throw new Error('inner detail');
  });
  const response = await app.request('/status');
  expect([response.status, await response.json()]).toEqual([500, { error: 'internal error' }]);
  expect(lines.at(-1)).toContain('inner detail');
});

async function serve(clock = createClock({ unref: true })) {
  const views = { registry, status: () => well, silences, coverage: () => [], log, clock };
  const http = await createHttp({ host: '127.0.0.1', port: 0 }, views);
  releases.push(() => http.close());
  return http;
}

test('is served on the given address, and gone after close', async () => {
  const { port, close } = await serve();
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect(response.status).toBe(200);
  await response.text();
  await Promise.all([close(), close()]);
  await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
});

test('close does not wait for a caller that never finishes its request', async () => {
  const clock = createManualClock();
  const { port, close } = await serve(clock);
  const socket = connect(port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.write('GET /status HTTP/1.1\r\nHost: x\r\n', () => resolve()));
  // The server has seen the half request once it answers a whole one that came later.
  await (await fetch(`http://127.0.0.1:${port}/healthz`)).text();
  const closed = close();
  clock.advance(1000);
  await closed;
  await ended;
});

test('a port that is taken is said in words, with what to do', async () => {
  const { port } = await serve();
  const again = createHttp(
    { host: '127.0.0.1', port },
    { registry, status: () => well, silences, coverage: () => [], log, clock: createClock() },
  );
  await expect(again).rejects.toMatchObject({
    code: 'http-unavailable',
    message: `Cannot listen on 127.0.0.1:${port}: it is already in use`,
  });
});
