// What each channel makes of a playbook: a link that only the operator can have written, and a list of steps.
import { expect, test } from 'vitest';
import type { ChannelConfig } from '../../src/alerts/channels/index.js';
import type { AlertPlaybook } from '../../src/core/spec.js';
import { kept } from '../helpers/kept.js';
import { makeAlert } from '../helpers/make-alert.js';
import { startReceiver, status } from '../helpers/receiver.js';
import { startDiscord } from '../helpers/services/discord.js';
import { routingKey, startPagerduty } from '../helpers/services/pagerduty.js';
import { startSlack } from '../helpers/services/slack.js';
import { startTelegram } from '../helpers/services/telegram.js';
import { base, discordConfig, makeChannel, slackConfig, telegramConfig } from './make-channel.js';

const url = 'https://wiki.example/run(book)?a=1&b=<2>|"3"';
const clean = 'https://wiki.example/run%28book%29?a=1&b=%3C2%3E%7C%223%22';
const playbook: AlertPlaybook = {
  name: 'drain',
  title: 'A pool is emptied',
  runbook: url,
  checklist: ['Look at the pool of <b>USDX</b>', 'Call the desk'],
};

async function tell(config: ChannelConfig, playbooks: readonly AlertPlaybook[] = [playbook]): Promise<void> {
  const alert = makeAlert({ playbooks });
  expect(await makeChannel(config).send(alert, 1, new AbortController().signal)).toMatchObject({
    kind: 'delivered',
  });
}

test('slack: a link in its own markup, and the steps', async () => {
  const slack = await kept(startSlack());
  await tell(slackConfig(slack));
  const text = JSON.stringify(slack.asked.at(-1)?.body);
  expect(text).toContain(`<${clean.replace('&', '&amp;')}|Runbook: A pool is emptied>`);
  expect(text).toContain('☐ Look at the pool of &lt;b&gt;USDX&lt;/b&gt;');
});

test('discord: a link in Markdown that its own parentheses do not end', async () => {
  const discord = await kept(startDiscord());
  await tell(discordConfig(discord));
  expect(JSON.stringify(discord.asked.at(-1)?.body)).toContain(`[Runbook: A pool is emptied](${clean})`);
});

test('telegram: an anchor whose address cannot leave its quotes', async () => {
  const telegram = await kept(startTelegram());
  await tell(telegramConfig(telegram));
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
  const paths = ['docs/runbooks/drain.md', 'javascript:alert(1)'];
  for (const runbook of paths) await tell(slackConfig(slack), [{ ...playbook, runbook }]);
  const told = slack.asked.map(({ body }) => JSON.stringify(body));
  expect(told[0]).toContain('Runbook: A pool is emptied: docs/runbooks/drain.md');
  for (const text of told) expect(text).not.toContain('|Runbook');
});
