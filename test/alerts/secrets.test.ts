// Every kind of channel and a response hook with secrets of its own, against receivers that repeat all they were told, address included:
// whatever the run leaves behind (log, metrics, reports, the store's files) is searched for each of them.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { channelSecrets, hookSecrets } from '../../src/alerts/channel-secrets.js';
import { hook } from '../../src/alerts/channels/hook.js';
import { type ChannelConfig, channelKinds, createChannels } from '../../src/alerts/channels/index.js';
import { createOutbox } from '../../src/alerts/outbox.js';
import type { Alert } from '../../src/core/alert.js';
import { createClock } from '../../src/edge/clock.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { postForChannels } from '../../src/edge/post-for-channels.js';
import { createRedact } from '../../src/edge/redact.js';
import { openStore } from '../../src/store/open-store.js';
import { eventually } from '../helpers/eventually.js';
import { makeAlert } from '../helpers/make-alert.js';
import { startReceiver } from '../helpers/receiver.js';
import { startMailServer } from '../helpers/services/mail-server.js';

const releases: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

test('no secret of any channel is in anything that a run leaves behind', async () => {
  const answers = [400, 401, 403, 404, 429, 500];
  const receiver = await startReceiver((response, nth, { path, headers, body }) => {
    const told = `${receiver.url} ${path} ${JSON.stringify(headers)} ${body}`;
    response.writeHead(answers[nth % answers.length] ?? 500).end(told);
  });
  releases.push(receiver.close);
  const { origin } = new URL(receiver.url);
  const mail = await startMailServer();
  releases.push(mail.close);
  mail.say.set('AUTH', ['535 5.7.8 no mail-pass-0123456789 here', '454 4.7.0 mail-pass-0123456789 later']);

  const base = { timeoutMs: 5000, allowPrivate: true } as const;
  const configs: ChannelConfig[] = [
    { ...base, name: 'am', kind: 'alertmanager', url: `${origin}/am-key-0123456789abcdef`, holdMs: 1000 },
    { ...base, name: 'chat', kind: 'discord', url: `${origin}/discord-key-0123456789abcdef` },
    {
      name: 'mail',
      timeoutMs: 5000,
      kind: 'email',
      url: `smtp://mail-user-0123456789:mail-pass-0123456789@127.0.0.1:${mail.port}`,
      from: 'a@example.org',
      to: ['b@example.org'],
      requireTls: false,
    },
    {
      ...base,
      name: 'pager',
      kind: 'pagerduty',
      routingKey: 'pager-key-0123456789abcdef',
      apiUrl: `${origin}/v2`,
    },
    {
      ...base,
      name: 'slack-bot',
      kind: 'slack',
      via: 'token',
      token: 'xoxb-slack-0123456789',
      channel: 'C1',
      apiUrl: origin,
    },
    {
      ...base,
      name: 'slack-hook',
      kind: 'slack',
      via: 'webhook',
      url: `${origin}/slack-key-0123456789abcdef`,
    },
    { ...base, name: 'bot', kind: 'telegram', token: '4711:telegram-0123456789', chat: '1', apiUrl: origin },
    {
      ...base,
      name: 'hook',
      kind: 'webhook',
      url: `${origin}/hook-key-0123456789abcdef`,
      secret: 'sign-key-0123456789',
      envelope: 'plain',
    },
  ];
  // A kind without an address has nothing to hide.
  const hiding = channelKinds.filter(({ address }) => address !== undefined);
  expect(new Set(configs.map(({ kind }) => kind))).toEqual(new Set(hiding.map(({ kind }) => kind)));
  const call = {
    playbook: 'drain',
    url: `${origin}/call-key-0123456789abcdef`,
    secret: 'call-sign-0123456789',
    timeoutMs: 5000,
    allowPrivate: true,
  };
  const secrets =
    `am-key call-key call-sign discord-key mail-user mail-pass pager-key xoxb-slack slack-key telegram-0123 hook-key sign-key
    ${Buffer.from('mail-pass-0123456789').toString('base64').slice(0, 20)}`.split(/\s+/);

  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-secrets-'));
  releases.push(() => rmSync(folder, { recursive: true, force: true }));
  const lines: string[] = [];
  // This log redacts nothing: what is clean here was clean before it.
  const log = createLog({ level: 'debug', redact: (text) => text }, (line) => lines.push(line));
  const { meter, registry } = createMetrics();
  const clock = createClock();
  const store = await openStore({ folder }, { log, clock, meter });
  const redact = createRedact([...configs.flatMap(channelSecrets), ...hookSecrets(call)]);
  const channelDeps = { post: postForChannels, clock, redact, version: '1.2.3' };
  const channels = [...createChannels(configs, channelDeps), hook(call, channelDeps)];
  let seq = 1;
  const deps = { store, clock, random: Math.random, log, meter };
  const outbox = createOutbox(
    { channels },
    {
      ...deps,
      settle(alertId, outcome, attempts, more) {
        const input = { kind: 'receipt', atMs: clock.now(), alertId, outcome, attempts, ...more } as const;
        void store.commit([{ seq: ++seq, input, effects: [] }]);
      },
    },
  );
  const alerts: Alert[] = channels.flatMap(({ name }) =>
    ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => makeAlert({ incidentId: id, channel: name })),
  );
  const effects = alerts.map((alert) => ({ kind: 'alert', alert }) as const);
  await store.commit([{ seq, input: { kind: 'tick', atMs: 1 }, effects }]);
  outbox.offer(alerts);
  await eventually(
    () => outbox.report().every(({ failures, pending }) => failures > 0 || pending === 0),
    20_000,
  );
  const report = JSON.stringify(outbox.report());
  await outbox.close(100);
  const letters = JSON.stringify([store.deadLetters(), store.pendingDeliveries()]);
  await store.close();

  expect(lines.join('')).toContain('answered');
  expect(`${report}${letters}`).toContain('answered');
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  const left = [lines.join('\n'), await registry.metrics(), report, letters, ...files].join('\n');
  expect(secrets.filter((secret) => left.includes(secret))).toEqual([]);
});
