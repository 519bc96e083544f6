// Silences as people meet them: on the command line, over HTTP, in what a receiver gets, and in what is shown.
import { expect, test } from 'vitest';
import { replay } from '../../src/replay.js';
import { openReader } from '../../src/store/open-reader.js';
import { edit, writeConfigFolder } from '../helpers/config-folder.js';
import { type Daemon, pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { marketCoins, startMarket } from '../helpers/pretend-market.js';
import { startReceiver, status } from '../helpers/receiver.js';

const token = 'a-token-of-a-test-0123456789';

interface Told {
  readonly reason: string;
  readonly severity: string;
  readonly why: string;
  readonly after: { readonly why: string; readonly detail: string } | null;
  readonly incident: { readonly id: string; readonly coins: readonly string[] };
}

async function send(daemon: Daemon, method: string, path: string, body: unknown, shown = token) {
  const port = daemon.log.find(({ msg }) => msg === 'HTTP views are served')?.port;
  const headers = { authorization: `Bearer ${shown}`, 'content-type': 'application/json' };
  const init = { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { code: response.status, body: (await response.json()) as { id?: string; error?: string } };
}

async function suppressed(daemon: Daemon): Promise<{ why: string; incidentId: string; detail: string }[]> {
  return JSON.parse((await daemon.get('/status')).body).suppressed;
}

test('what a person silences is kept from the receiver, shown everywhere, and told when the silence ends', {
  timeout: 120_000,
}, async () => {
  const market = await startMarket('ethereum', 1);
  const receiver = await startReceiver(status(200));
  const told = (): Told[] => receiver.received.map(({ body }) => JSON.parse(body));
  const folder = writeConfigFolder({
    chains: [{ chain: 'ethereum', chainId: 1, ws: market.node.ws }],
    coins: marketCoins([market]),
    webhook: receiver.url,
    groupMs: 500,
  });
  edit(folder, 'pegwatch.yaml', 'http:\n', `http:\n  write:\n    token: \${TOKEN}\n`);
  const env = { TOKEN: token };
  const run = (...args: string[]) => pegwatch([...args, '--config', folder.config], env);
  const daemon = startDaemon(folder, env);
  await daemon.ready();
  market.trade(1);

  const words = ['--by', 'ann', '--reason', 'the pool is moved'];
  const wrong = await run('silence', 'add', ...words, '--for', '1h', '--coin', 'USDZ');
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('Did you mean USDX?')]);
  const added = await run('silence', 'add', ...words, '--for', '1h', '--coin', 'USDX,USDY');
  expect([added.code, added.out]).toEqual([0, expect.stringContaining('USDX, USDY, up to high')]);
  const [id = ''] = added.out.split(' ');
  await eventually(async () => (await run('silence')).out.includes(id), 20_000);
  expect((await daemon.get('/silences')).body).toContain(id);

  market.trade(0.995);
  await eventually(async () => (await suppressed(daemon)).some(({ why }) => why === 'silenced'), 20_000);
  const kept = (await suppressed(daemon)).find(({ why }) => why === 'silenced');
  expect(kept?.detail).toContain(`the pool is moved (${id})`);
  expect(receiver.received).toEqual([]);
  const shown = await run('incidents', 'show', kept?.incidentId ?? '');
  expect(shown.out).toContain('desk  silenced, by ann until ');
  const state = await run('status');
  expect(state.out).toContain(`${id}  until `);
  expect(state.out).toContain('from desk: silenced, by ann until ');
  const metrics = (await daemon.get('/metrics')).body;
  expect(metrics).toMatch(/pegwatch_alerts_suppressed_total\{channel="desk",reason="silenced"\} [1-9]/);

  const end = { by: 'bob', reason: 'the pool has moved' };
  expect(await send(daemon, 'DELETE', `/silences/${id}`, end, 'another-token-0123456789')).toMatchObject({
    code: 401,
  });
  expect((await run('silence', 'end', 'sil-0000000000', '--by', 'bob', '--reason', 'x')).code).toBe(1);
  expect(await send(daemon, 'DELETE', `/silences/${id}`, end)).toEqual({ code: 202, body: { id } });
  await eventually(() => told().some(({ after }) => after?.why === 'silenced'), 20_000);
  const opened = told().find(({ incident }) => incident.id === kept?.incidentId);
  expect(opened?.reason).toBe('opened');
  expect(opened?.why).toContain('It comes after silence by ann until ');

  const again = { by: 'ann', reason: 'again', for: '1h', coins: ['USDX', 'USDY'] };
  expect(await send(daemon, 'POST', '/silences', { ...again, coins: ['USDZ'] })).toEqual({
    code: 400,
    body: { error: 'coins[0] is no known coin. Did you mean USDX?' },
  });
  const posted = await send(daemon, 'POST', '/silences', again);
  expect(posted.code).toBe(202);
  await eventually(async () => (await daemon.get('/silences')).body.includes(posted.body.id ?? '-'), 20_000);
  // A critical pierces it.
  market.trade(0.5);
  await eventually(() => told().some(({ severity }) => severity === 'critical'), 20_000);

  const timeline = await run('timeline', '--kind', 'silence,unsilence,suppressed', '--from', '1h');
  for (const part of [`${id} by ann: the pool is moved`, `silence ended: ${id} by bob`, 'is not told of'])
    expect(timeline.out).toContain(part);
  const routed = await run('route', '--severity', 'high', '--coin', 'USDX', '--chain', 'ethereum');
  expect(routed.out).toBe('desk              told after 0.5 s; not repeated\n');

  expect(await daemon.stop()).toMatchObject({ code: 0 });
  const reader = openReader(folder.store);
  expect(replay(reader).difference).toBeNull();
  await reader.close();
  expect(`${daemon.output.out}${daemon.output.err}${metrics}${timeline.out}`).not.toContain(token);
  await receiver.close();
  await market.node.close();
});
