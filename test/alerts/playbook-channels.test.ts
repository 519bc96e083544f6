// What each channel makes of a playbook: a link that only the operator can have written, and a list of steps.
import { afterEach, expect, test } from 'vitest';
import type { Channel } from '../../src/alerts/channels/channel.js';
import type { ChannelConfig } from '../../src/alerts/channels/index.js';
import { createChannels } from '../../src/alerts/channels/index.js';
import type { AlertPlaybook } from '../../src/core/spec.js';
import { postForChannels } from '../../src/edge/post-for-channels.js';
import { createManualClock } from '../helpers/manual-clock.js';
import { startReceiver, status } from '../helpers/receiver.js';
import { discordPath, startDiscord } from '../helpers/services/discord.js';
import { routingKey, startPagerduty } from '../helpers/services/pagerduty.js';
import { slackToken, startSlack } from '../helpers/services/slack.js';
import { startTelegram, telegramChat, telegramToken } from '../helpers/services/telegram.js';
import { makeAlert } from './make-alert.js';

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

async function kept<S extends { close(): Promise<void> }>(starting: Promise<S>): Promise<S> {
  const service = await starting;
  releases.push(() => service.close());
  return service;
}

const url = 'https://wiki.example/run(book)?a=1&b=<2>|"3"';
const clean = 'https://wiki.example/run%28book%29?a=1&b=%3C2%3E%7C%223%22';
const playbook: AlertPlaybook = {
  name: 'drain',
  title: 'A pool is emptied',
  runbook: url,
  checklist: ['Look at the pool of <b>USDX</b>', 'Call the desk'],
};

async function tell(config: ChannelConfig, playbooks: readonly AlertPlaybook[] = [playbook]): Promise<void> {
  const deps = {
    post: postForChannels,
    clock: createManualClock(),
    redact: (text: string) => text,
    version: '1',
  };
  const [channel] = createChannels([config], deps) as [Channel];
  const alert = makeAlert({ playbooks });
  expect(await channel.send(alert, 1, new AbortController().signal)).toMatchObject({ kind: 'delivered' });
}

const base = { name: 'traders', timeoutMs: 5000, allowPrivate: true } as const;

test('slack: a link in its own markup, and the steps', async () => {
  const slack = await kept(startSlack());
  const via = {
    via: 'token',
    token: slackToken,
    channel: 'C0123456789',
    apiUrl: `${slack.url}/api`,
  } as const;
  await tell({ ...base, kind: 'slack', ...via });
  const text = JSON.stringify(slack.asked.at(-1)?.body);
  expect(text).toContain(`<${clean.replace('&', '&amp;')}|Runbook: A pool is emptied>`);
  expect(text).toContain('☐ Look at the pool of &lt;b&gt;USDX&lt;/b&gt;');
});

test('discord: a link in Markdown that its own parentheses do not end', async () => {
  const discord = await kept(startDiscord());
  await tell({ ...base, kind: 'discord', url: `${discord.url}${discordPath}` });
  expect(JSON.stringify(discord.asked.at(-1)?.body)).toContain(`[Runbook: A pool is emptied](${clean})`);
});

test('telegram: an anchor whose address cannot leave its quotes', async () => {
  const telegram = await kept(startTelegram());
  const { url: apiUrl } = telegram;
  await tell({ ...base, kind: 'telegram', token: telegramToken, chat: telegramChat, apiUrl });
  const body = telegram.asked.at(-1)?.body as { readonly text: string };
  expect(body.text).toContain(`<a href="${clean.replace('&', '&amp;')}">Runbook: A pool is emptied</a>`);
});

test('pagerduty: a link of the event', async () => {
  const pagerduty = await kept(startPagerduty());
  await tell({ ...base, kind: 'pagerduty', routingKey, apiUrl: `${pagerduty.url}/v2/enqueue` });
  expect(pagerduty.asked.at(-1)?.body).toMatchObject({
    links: [{ href: clean, text: 'Runbook: A pool is emptied' }],
  });
});

test('alertmanager: the annotation runbook_url', async () => {
  const receiver = await kept(startReceiver(status(200)));
  await tell({ ...base, kind: 'alertmanager', url: new URL(receiver.url).origin, holdMs: 1000 });
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject([
    { annotations: { runbook_url: clean } },
  ]);
});

test('webhook: the playbook as it was written, for a program', async () => {
  const receiver = await kept(startReceiver(status(200)));
  await tell({ ...base, kind: 'webhook', url: receiver.url, secret: null, envelope: 'plain' });
  expect(JSON.parse(receiver.received[0]?.body ?? '').playbooks).toEqual([playbook]);
});

test('a runbook that is a path is told as one, and never becomes a link', async () => {
  const slack = await kept(startSlack());
  const via = {
    via: 'token',
    token: slackToken,
    channel: 'C0123456789',
    apiUrl: `${slack.url}/api`,
  } as const;
  const paths = ['docs/runbooks/drain.md', 'javascript:alert(1)'];
  for (const runbook of paths) await tell({ ...base, kind: 'slack', ...via }, [{ ...playbook, runbook }]);
  const told = slack.asked.map(({ body }) => JSON.stringify(body));
  expect(told[0]).toContain('Runbook: A pool is emptied: docs/runbooks/drain.md');
  for (const text of told) expect(text).not.toContain('|Runbook');
});
