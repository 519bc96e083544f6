// PagerDuty, mail and commands against local servers, and a real Alertmanager where one is installed.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Channel, Conversation, SendResult } from '../../src/alerts/channels/channel.js';
import type { ChannelConfig } from '../../src/alerts/channels/index.js';
import type { Alert } from '../../src/core/alert.js';
import type { Severity } from '../../src/core/severity.js';
import { createClock } from '../../src/edge/clock.js';
import { eventually } from '../helpers/eventually.js';
import { kept } from '../helpers/kept.js';
import { makeAlert, makeSignals } from '../helpers/make-alert.js';
import { type Receiver, startReceiver, status } from '../helpers/receiver.js';
import { mailPassword, mailUser, startMailServer } from '../helpers/services/mail-server.js';
import { routingKey, startPagerduty } from '../helpers/services/pagerduty.js';
import { makeChannel } from './make-channel.js';

const releases: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

const channelOf = (config: ChannelConfig): Channel => makeChannel(config, createClock());

function send(channel: Channel, alert: Alert, previous: string | null = null): Promise<SendResult> {
  const conversation: Conversation = { previous, superseded: 0 };
  return channel.send(alert, 1, new AbortController().signal, conversation);
}

function remembered(result: SendResult): string | null {
  expect(result).toMatchObject({ kind: 'delivered' });
  return result.kind === 'delivered' ? (result.remember ?? null) : null;
}

const base = { name: 'traders', timeoutMs: 10_000 } as const;
const longAlert = (): Alert =>
  makeAlert({
    incident: {
      title: 'USDX 😱'.repeat(500),
      signals: makeSignals(50).map((signal) => ({ ...signal, sentence: 'zażółć <&>\r\n.'.repeat(2000) })),
    },
  });

describe('pagerduty', () => {
  const pagerdutyAt = (url: string): Channel =>
    channelOf({ ...base, kind: 'pagerduty', allowPrivate: true, routingKey, apiUrl: `${url}/v2/enqueue` });

  test('one incident is one of theirs: triggered, updated and resolved by its id', async () => {
    const pagerduty = await kept(startPagerduty());
    const channel = pagerdutyAt(pagerduty.url);
    await send(channel, makeAlert({ severity: 'high' }));
    expect(pagerduty.incidents.get('inc-1')).toMatchObject({ severity: 'error', open: true });
    await send(channel, makeAlert({ reason: 'escalated', severity: 'critical' }));
    expect(pagerduty.incidents.get('inc-1')).toMatchObject({ severity: 'critical', updates: 2 });
    await send(channel, makeAlert({ reason: 'resolved' }));
    expect([...pagerduty.incidents.values()]).toEqual([expect.objectContaining({ open: false })]);
  });

  test('what is retracted is resolved; each severity has its word', async () => {
    const pagerduty = await kept(startPagerduty());
    const words: string[] = [];
    for (const severity of ['low', 'medium', 'high', 'critical'] as Severity[]) {
      await send(pagerdutyAt(pagerduty.url), makeAlert({ severity }));
      words.push(pagerduty.incidents.get('inc-1')?.severity ?? '');
    }
    expect(words).toEqual(['info', 'warning', 'error', 'critical']);
    await send(pagerdutyAt(pagerduty.url), makeAlert({ reason: 'retracted' }));
    expect(pagerduty.incidents.get('inc-1')?.open).toBe(false);
  });

  test('long news fits, and where its details are refused it goes without them', async () => {
    const pagerduty = await kept(startPagerduty());
    expect(await send(pagerdutyAt(pagerduty.url), longAlert())).toEqual({ kind: 'delivered' });
    pagerduty.refusesDetails = true;
    expect(await send(pagerdutyAt(pagerduty.url), longAlert())).toEqual({ kind: 'delivered' });
    expect(pagerduty.asked.map(({ body }) => body.payload?.custom_details !== undefined)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('a wrong key is refused without showing it, a limit is waited for', async () => {
    const pagerduty = await kept(startPagerduty());
    const apiUrl = `${pagerduty.url}/v2/enqueue`;
    const wrong = {
      ...base,
      kind: 'pagerduty',
      allowPrivate: true,
      routingKey: 'WRONG-KEY-123',
      apiUrl,
    } as const;
    const refused = await send(channelOf(wrong), makeAlert());
    expect(refused).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining("'routing_key' is invalid"),
    });
    expect(JSON.stringify(refused)).not.toContain('WRONG-KEY');
    pagerduty.next.push({ status: 429, headers: { 'retry-after': '5' }, body: 'slow down' });
    expect(await send(pagerdutyAt(pagerduty.url), makeAlert())).toMatchObject({
      kind: 'retry',
      afterMs: 5000,
    });
  });
});

describe('email', () => {
  const mailTo = (port: number, password = mailPassword, timeoutMs = 10_000): Channel =>
    channelOf({
      ...base,
      timeoutMs,
      kind: 'email',
      url: `smtp://${encodeURIComponent(mailUser)}:${encodeURIComponent(password)}@127.0.0.1:${port}`,
      from: 'pegwatch <watch@example.org>',
      to: ['desk@example.org', 'risk@example.org'],
      requireTls: false,
    });

  test('an incident is a thread, and an attempt that is repeated has the same id', async () => {
    const server = await kept(startMailServer());
    const channel = mailTo(server.port);
    const first = remembered(await send(channel, makeAlert()));
    const second = remembered(await send(channel, makeAlert({ reason: 'escalated', sequence: 2 }), first));
    await send(channel, makeAlert({ reason: 'resolved', sequence: 3 }), second);
    await send(channel, makeAlert({ reason: 'resolved', sequence: 3 }), second);
    const ids = server.mails.map(({ headers }) => headers['message-id']);
    expect(ids).toEqual([
      '<inc-1-traders-1@example.org>',
      '<inc-1-traders-2@example.org>',
      '<inc-1-traders-3@example.org>',
      '<inc-1-traders-3@example.org>',
    ]);
    expect(server.mails.map(({ headers }) => headers['in-reply-to'])).toEqual([
      undefined,
      ids[0],
      ids[1],
      ids[1],
    ]);
    expect(server.mails[2]?.headers.references).toBe(`${ids[0]} ${ids[1]}`);
    expect(server.mails[0]).toMatchObject({ to: ['desk@example.org', 'risk@example.org'] });
    expect(server.mails[0]?.text).toContain('A new incident was opened.');
  });

  test('long and strange news arrives whole, and cannot write a header', async () => {
    const server = await kept(startMailServer());
    const strange = makeAlert({ incident: { title: 'USDX\r\nBcc: thief@evil.test\r\n\r\n.\r\n' } });
    for (const alert of [longAlert(), strange])
      expect(await send(mailTo(server.port), alert)).toMatchObject({ kind: 'delivered' });
    expect(server.mails[0]?.text).toContain('zażółć <&> .zażółć');
    expect(server.mails[1]?.headers).not.toHaveProperty('bcc');
    expect(server.mails[1]?.to).toEqual(['desk@example.org', 'risk@example.org']);
  });

  test('5xx to the content is final, 4xx and a failed login are not, and no answer holds a secret', async () => {
    const server = await kept(startMailServer());
    server.say.set('.', ['554 5.6.0 not wanted', '451 4.3.0 later']);
    expect(await send(mailTo(server.port), makeAlert())).toEqual({
      kind: 'refused',
      problem: 'the mail server answered 554: 554 5.6.0 not wanted',
    });
    expect(await send(mailTo(server.port), makeAlert())).toMatchObject({ kind: 'retry' });
    const login = await send(mailTo(server.port, 'wrong-password-1'), makeAlert());
    expect(login).toMatchObject({ kind: 'retry', problem: expect.stringContaining('535') });
    expect(JSON.stringify(login)).not.toMatch(/wrong-password|127\.0\.0\.1/);
  });

  test('a server that is silent or gone is tried again', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    expect(await send(mailTo(port, mailPassword, 200), makeAlert())).toMatchObject({ kind: 'retry' });
    await new Promise((resolve) => silent.close(resolve));
    expect(await send(mailTo(port), makeAlert())).toEqual({
      kind: 'retry',
      problem: 'mail failed (ESOCKET)',
    });
  });
});

describe('command', () => {
  function script(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'pegwatch-command-'));
    releases.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'hook');
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  const running = (command: readonly string[], timeoutMs = 10_000): Channel =>
    channelOf({ ...base, timeoutMs, kind: 'command', command });

  test('gets the alert as JSON, its arguments as they stand, and none of our environment', async () => {
    const file = script('cat > "$0.in"; printf "%s|" "$@" > "$0.args"; env > "$0.env"');
    process.env.PEGWATCH_TEST_SECRET = 's3cr3t-of-the-daemon';
    const result = await send(running([file, '$(reboot)', 'a b; c']), makeAlert());
    delete process.env.PEGWATCH_TEST_SECRET;
    expect(result).toEqual({ kind: 'delivered' });
    expect(JSON.parse(readFileSync(`${file}.in`, 'utf8'))).toMatchObject({ id: 'inc-1-traders-1' });
    expect(readFileSync(`${file}.args`, 'utf8')).toBe('$(reboot)|a b; c|');
    expect(readFileSync(`${file}.env`, 'utf8')).not.toContain('s3cr3t');
    expect(readFileSync(`${file}.env`, 'utf8')).toContain('PEGWATCH_SEVERITY=high');
  });

  test('its exit code says what comes next', async () => {
    expect(await send(running([script('echo no pager here >&2; exit 3')]), makeAlert())).toEqual({
      kind: 'retry',
      problem: 'the command ended with 3: no pager here',
    });
    expect(await send(running([script('exit 65')]), makeAlert())).toMatchObject({ kind: 'refused' });
    expect(await send(running(['/no/such/program']), makeAlert())).toEqual({
      kind: 'retry',
      problem: 'the command could not be started (ENOENT)',
    });
  });

  test('it is bounded in time with all that it started, and in output', async () => {
    const slow = script('sleep 1000 & echo $! > "$0.pid"; wait');
    expect(await send(running([slow], 500), makeAlert())).toEqual({
      kind: 'retry',
      problem: 'did not end within 0.5 s',
    });
    const pid = readFileSync(`${slow}.pid`, 'utf8').trim();
    await eventually(
      () => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '),
    );
    const chatty = await send(
      running([script('head -c 5000000 /dev/zero | tr "\\0" x; exit 1')]),
      makeAlert(),
    );
    expect(JSON.stringify(chatty).length).toBeLessThan(400);
    expect(await send(running([script('exit 0')]), longAlert())).toEqual({ kind: 'delivered' });
  });
});

const binary = 'prometheus-alertmanager';
const isInstalled = spawnSync(binary, ['--version']).error === undefined;
if (!isInstalled)
  console.warn(`${binary} is not installed: the tests against a real Alertmanager are skipped`);

describe.skipIf(!isInstalled)('a real Alertmanager', () => {
  interface Stored {
    readonly labels: Record<string, string>;
    readonly status: { readonly state: string };
  }

  async function freePort(): Promise<number> {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }

  /** Started with one route to `receiver`; groups by coin. */
  async function start(receiver: Receiver): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'pegwatch-alertmanager-'));
    const config = join(folder, 'alertmanager.yml');
    const times = { group_wait: '200ms', group_interval: '1s', repeat_interval: '1h' };
    const route = { receiver: 'hook', group_by: ['coin'], ...times };
    const hook = { name: 'hook', webhook_configs: [{ url: receiver.url, send_resolved: true }] };
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ route, receivers: [hook] }));
    const port = await freePort();
    const child = spawn(
      binary,
      [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    );
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    releases.push(async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    });
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => (await fetch(`${url}/-/ready`)).status === 200, 20_000);
    return url;
  }

  async function stored(url: string): Promise<Stored[]> {
    return (await (await fetch(`${url}/api/v2/alerts`)).json()) as Stored[];
  }

  const firing = (alerts: readonly Stored[]): string[] =>
    alerts.map(({ labels }) => labels.severity ?? '').sort();

  test('fires, follows the severity, groups, can be silenced there, and ends', async () => {
    const receiver = await kept(startReceiver(status(200)));
    const url = await start(receiver);
    const channel = channelOf({ ...base, kind: 'alertmanager', allowPrivate: true, url, holdMs: 3_600_000 });
    const first = remembered(await send(channel, makeAlert({ severity: 'high' })));
    expect(firing(await stored(url))).toEqual(['high']);
    remembered(await send(channel, makeAlert({ incidentId: 'inc-2', severity: 'low' })));
    await eventually(() => receiver.received.length > 0, 20_000);
    const told = JSON.parse(receiver.received[0]?.body ?? '');
    expect(told).toMatchObject({ status: 'firing', groupLabels: { coin: 'USDX' } });

    const second = remembered(
      await send(channel, makeAlert({ reason: 'escalated', severity: 'critical' }), first),
    );
    expect(firing(await stored(url))).toEqual(['critical', 'low']);

    const silence = {
      matchers: [{ name: 'incident', value: 'inc-2', isRegex: false, isEqual: true }],
      startsAt: new Date(Date.now() - 1000).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'trader',
      comment: 'known',
    };
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/api/v2/silences`, { method: 'POST', headers, body: JSON.stringify(silence) });
    await eventually(async () => {
      const other = (await stored(url)).find(({ labels }) => labels.incident === 'inc-2');
      return other?.status.state === 'suppressed';
    }, 20_000);

    remembered(await send(channel, makeAlert({ reason: 'resolved' }), second));
    expect(firing(await stored(url))).toEqual(['low']);
    await eventually(
      () => receiver.received.some(({ body }) => body.includes('"status":"resolved"')),
      20_000,
    );
  });

  test('long news fits', async () => {
    const url = await start(await kept(startReceiver(status(200))));
    const channel = channelOf({ ...base, kind: 'alertmanager', allowPrivate: true, url, holdMs: 3_600_000 });
    expect(await send(channel, longAlert())).toMatchObject({ kind: 'delivered' });
  });
});
