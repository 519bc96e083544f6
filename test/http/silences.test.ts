import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Input } from '../../src/core/io.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { createEngine } from '../../src/engine.js';
import { createHttpApp } from '../../src/http/app.js';
import type { StatusReport } from '../../src/http/status-report.js';
import { silenceDesk } from '../../src/silence-desk.js';
import { type Request as Asked, readRequests } from '../../src/store/request-folder.js';
import { makeSpec } from '../helpers/make-spec.js';
import { createManualClock } from '../helpers/manual-clock.js';

const token = 'a-token-of-a-test-0123456789';
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const log = createLog({ level: 'error', redact: (text) => text }, () => {});

/** The views over an engine that has begun, with what was asked for. */
function views(writeToken: string | null = token) {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-silences-'));
  folders.push(folder);
  const clock = createManualClock();
  const engine = createEngine();
  engine.step({ kind: 'start', atMs: clock.now(), spec: makeSpec() });
  const config = { spec: makeSpec(), http: { writeToken }, store: { folder } };
  const silences = silenceDesk(config, { engine, clock });
  const status = (): StatusReport => {
    throw new Error('not asked');
  };
  const { registry } = createMetrics();
  const app = createHttpApp({ registry, status, silences, coverage: () => [], log });
  const asked = (): readonly (Asked | null)[] => readRequests(folder).map(({ request }) => request);
  return { app, asked, clock, step: (input: Input) => engine.step(input) };
}

const wish = { by: 'ann', reason: 'maintenance', for: '2h', coins: ['USDX'] };

function send(method: string, body: unknown, authorization: string | null = `Bearer ${token}`): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method, body: text, headers: authorization === null ? {} : { authorization } };
}

test('a silence is asked for, listed when it stands, and ended', async () => {
  const { app, asked, clock, step } = views();
  const posted = await app.request('/silences', send('POST', { ...wish, upTo: 'critical' }));
  const { id } = (await posted.json()) as { id: string };
  expect([posted.status, typeof id]).toEqual([202, 'string']);
  const untilMs = clock.now() + 7_200_000;
  const match = { coins: ['USDX'], maxSeverity: 'critical' };
  const request = { kind: 'silence', silenceId: id, by: 'ann', reason: 'maintenance', untilMs, match };
  expect(asked()).toEqual([request]);

  expect(await (await app.request('/silences')).json()).toEqual({ silences: [] });
  step({ ...(asked()[0] as Extract<Asked, { kind: 'silence' }>), atMs: clock.now() });
  const listed = { id, by: 'ann', reason: 'maintenance', fromMs: clock.now(), untilMs, match };
  expect(await (await app.request('/silences')).json()).toEqual({ silences: [listed] });

  const word = { by: 'bob', reason: 'done' };
  const unknown = await app.request('/silences/sil-0', send('DELETE', word));
  expect([unknown.status, await unknown.json()]).toEqual([404, { error: 'no such silence stands' }]);
  expect((await app.request(`/silences/${id}`, send('DELETE', word))).status).toBe(202);
  expect(asked()).toContainEqual({ kind: 'unsilence', silenceId: id, ...word });
  clock.advance(7_200_000);
  expect(await (await app.request('/silences')).json()).toEqual({ silences: [] });
});

test('who shows no token, or another one, changes nothing; without one configured nobody does', async () => {
  const { app, asked } = views();
  for (const authorization of [null, 'Bearer', `Bearer ${token}x`, `Basic ${token}`, token]) {
    const response = await app.request('/silences', send('POST', wish, authorization));
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await app.request('/silences/sil-1', send('DELETE', wish, authorization))).status).toBe(401);
  }
  const closed = views(null);
  const response = await closed.app.request('/silences', send('POST', wish));
  expect([response.status, await response.json()]).toEqual([
    403,
    { error: 'writing is off: http.write.token is not configured' },
  ]);
  expect((await closed.app.request('/silences')).status).toBe(200);
  expect([...asked(), ...closed.asked()]).toEqual([]);
});

const { by: _, ...anonymous } = wish;
const bad: readonly [what: string, body: unknown, error: string][] = [
  ['no JSON', '{', 'The body is no JSON'],
  ['no object', '[]', 'It must be an object'],
  ['nobody who says so', anonymous, 'by is missing'],
  ['a reason of two lines', { ...wish, reason: 'a\nb' }, 'reason must be one line'],
  ['a reason that is a book', { ...wish, reason: 'x'.repeat(201) }, 'reason must be at most 200 letters'],
  ['no end', { ...wish, for: undefined }, 'It needs one of for and until'],
  ['two ends', { ...wish, until: '2026-01-01' }, 'It needs one of for and until'],
  ['a time that is none', { ...wish, for: 'long' }, 'for is no time such as 30m, 2h or 1d'],
  ['a moment that is none', { ...wish, for: undefined, until: 'noon' }, 'until is no moment such as'],
  [
    'an end in the past',
    { ...wish, for: undefined, until: '1970-01-01' },
    'It would be over before it began',
  ],
  ['more than a month', { ...wish, for: '31d' }, 'It would last for more than 30 days'],
  ['nothing that it is about', { ...wish, coins: undefined }, 'It must name coins, chains'],
  ['an unknown coin', { ...wish, coins: ['USDX', 'USDZ'] }, 'coins[1] is no known coin. Did you mean USDX?'],
  ['an unknown chain', { ...wish, chains: ['bcs'] }, 'chains[0] is no known chain. Did you mean bsc?'],
  ['an unknown detector', { ...wish, detectors: ['priceDeviatoin'] }, 'detectors[0] is no known detector.'],
  [
    'an unknown channel',
    { ...wish, channels: ['desc'] },
    'channels[0] is no known channel. Did you mean desk?',
  ],
  ['an unknown incident', { ...wish, incident: 'inc-0' }, 'incident is the id of none'],
  ['a list that is none', { ...wish, coins: 'USDX' }, 'coins must be a list'],
  ['an unknown severity', { ...wish, upTo: 'worst' }, 'upTo must be one of low, medium, high, critical'],
  ['an unknown key', { ...wish, coin: 'USDX' }, 'It has a key that is not known. Known: by, reason'],
];

test.each(bad)(
  'a wish with %s is refused in one line, and nothing of it comes back',
  async (_what, body, error) => {
    const { app, asked } = views();
    const response = await app.request('/silences', send('POST', body));
    expect(response.status).toBe(400);
    const said = (await response.json()) as { error: string };
    expect(said).toEqual({ error: expect.stringContaining(error) });
    expect(said.error).not.toMatch(/\n|USDZ|worst|noon|31d/);
    expect(asked()).toEqual([]);
  },
);

test('a body beyond all measure is refused unread, and other methods are', async () => {
  const { app, asked } = views();
  const long = send('POST', { ...wish, reason: 'x'.repeat(20_000) });
  expect((await app.request('/silences', long)).status).toBe(413);
  expect((await app.request('/silences', { method: 'PUT' })).status).toBe(405);
  expect((await app.request('/silences/sil-1')).status).toBe(405);
  expect(asked()).toEqual([]);
});
