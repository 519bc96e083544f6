// Slack, Discord and Telegram against local servers that enforce each service's limits and words its errors.
import { describe, expect, test } from 'vitest';
import type { Channel, Conversation, SendResult } from '../../src/alerts/channels/channel.js';
import type { Alert, Reason } from '../../src/core/alert.js';
import { kept } from '../helpers/kept.js';
import { makeSignal } from '../helpers/make.js';
import { makeAlert, makeSignals } from '../helpers/make-alert.js';
import { type Discord, startDiscord } from '../helpers/services/discord.js';
import { type Slack, slackChannel, slackToken, startSlack } from '../helpers/services/slack.js';
import { startTelegram, type Telegram, telegramToken } from '../helpers/services/telegram.js';
import { base, discordConfig, makeChannel, slackConfig, telegramConfig } from './make-channel.js';

const slackBy = (slack: Slack): Channel => makeChannel(slackConfig(slack));
const slackHook = ({ url }: Slack): Channel =>
  makeChannel({ ...base, kind: 'slack', via: 'webhook', url: `${url}/services/T0/B0/abcdefghijklmnop` });
const discordBy = (discord: Discord): Channel => makeChannel(discordConfig(discord));
const telegramBy = (telegram: Telegram): Channel => makeChannel(telegramConfig(telegram));

function send(channel: Channel, alert: Alert, conversation?: Conversation): Promise<SendResult> {
  return channel.send(alert, 1, new AbortController().signal, conversation);
}

/** Tells these reasons in turn, each with what the one before asked to remember. */
async function tell(channel: Channel, reasons: readonly Reason[]): Promise<void> {
  let previous: string | null = null;
  for (const [i, reason] of reasons.entries()) {
    const result = await send(channel, makeAlert({ reason, sequence: i + 1 }), { previous, superseded: 0 });
    expect(result).toMatchObject({ kind: 'delivered' });
    previous = result.kind === 'delivered' ? (result.remember ?? previous) : previous;
  }
}

const life: readonly Reason[] = ['opened', 'spread', 'easing', 'resolved'];
const hostile =
  '@everyone <!channel> <@U1> *b* _i_ `c` ~s~ [x](https://evil.test) ||s|| &amp; <b>\u202egnp\u0007';

const longAlert = (): Alert =>
  makeAlert({
    incident: {
      title: `USDX ${'<&>*'.repeat(500)}`,
      signals: makeSignals(50).map((signal) => ({ ...signal, sentence: '<&>*😱'.repeat(2000) })),
    },
  });
const hostileAlert = (): Alert =>
  makeAlert({ incident: { title: hostile, signals: [{ ...makeSignal({}), sentence: hostile }] } });

describe('slack', () => {
  test('with a token one incident is one message, edited until it is resolved', async () => {
    const slack = await kept(startSlack());
    await tell(slackBy(slack), life);
    expect(slack.messages.size).toBe(1);
    expect([...slack.messages.values()][0]?.text).toContain('[RESOLVED]');
  });

  test('what people must hear is a new message, because an edit rings nobody', async () => {
    const slack = await kept(startSlack());
    await tell(slackBy(slack), ['opened', 'escalated', 'easing', 'repeat', 'retracted']);
    expect(slack.messages.size).toBe(3);
    expect([...slack.messages.values()].at(-1)?.text).toContain('[RETRACTED]');
  });

  test('a message that is gone is posted anew', async () => {
    const slack = await kept(startSlack());
    const channel = slackBy(slack);
    const previous = JSON.stringify({ channel: slackChannel, ts: '1.000001' });
    expect(await send(channel, makeAlert({ reason: 'easing' }), { previous, superseded: 0 })).toMatchObject({
      kind: 'delivered',
    });
    expect(slack.messages.size).toBe(1);
  });

  test('an incoming webhook posts every alert', async () => {
    const slack = await kept(startSlack());
    await tell(slackHook(slack), life);
    expect(slack.messages.size).toBe(4);
  });

  test('mentions, links and markup in symbols and reasons mean nothing', async () => {
    const slack = await kept(startSlack());
    for (const channel of [slackBy(slack), slackHook(slack)]) await send(channel, hostileAlert());
    for (const { text, blocks } of slack.messages.values()) {
      for (const part of [text, JSON.stringify(blocks)]) {
        expect(part).not.toMatch(/<[!@#h]/);
        for (const mark of ['\u0007', '\u202e']) expect(part).not.toContain(mark);
      }
      expect(JSON.stringify(blocks)).not.toContain('*b*');
    }
    expect(slack.asked[0]?.body).toMatchObject({ parse: 'none', link_names: false });
  });

  test('everything fits, however much there is to say', async () => {
    const slack = await kept(startSlack());
    for (const channel of [slackBy(slack), slackHook(slack)]) {
      expect(await send(channel, longAlert())).toMatchObject({ kind: 'delivered' });
    }
  });

  test('where blocks are refused it is said in plain text', async () => {
    const slack = await kept(startSlack());
    slack.refusesBlocks = true;
    for (const channel of [slackBy(slack), slackHook(slack)]) {
      expect(await send(channel, makeAlert())).toMatchObject({ kind: 'delivered' });
    }
    expect([...slack.messages.values()].map(({ blocks }) => blocks.length)).toEqual([0, 0]);
  });

  test('a limit is obeyed, a bad token is tried again, and neither shows a secret', async () => {
    const slack = await kept(startSlack());
    slack.next.push({
      status: 429,
      headers: { 'retry-after': '30' },
      body: { ok: false, error: 'ratelimited' },
    });
    expect(await send(slackBy(slack), makeAlert())).toMatchObject({ kind: 'retry', afterMs: 30_000 });
    slack.next.push({ status: 200, body: { ok: false, error: `token ${slackToken} revoked` } });
    const revoked = await send(slackBy(slack), makeAlert());
    expect(revoked).toEqual({ kind: 'retry', problem: 'said token <traders> revoked' });
  });
});

describe('discord', () => {
  test('one incident is one message, edited by its id until it is resolved', async () => {
    const discord = await kept(startDiscord());
    await tell(discordBy(discord), life);
    expect(discord.messages.size).toBe(1);
    expect([...discord.messages.values()][0]?.embeds[0]?.title).toContain('RESOLVED');
    expect(discord.asked.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH', 'PATCH']);
  });

  test('a message that is gone is posted anew', async () => {
    const discord = await kept(startDiscord());
    const result = await send(discordBy(discord), makeAlert({ reason: 'easing' }), {
      previous: '17',
      superseded: 0,
    });
    expect(result).toMatchObject({ kind: 'delivered' });
    expect(discord.messages.size).toBe(1);
  });

  test('nobody is mentioned and no markup comes through', async () => {
    const discord = await kept(startDiscord());
    discord.refusesEmbeds = true;
    await send(discordBy(discord), hostileAlert());
    expect(discord.mentioned).toEqual([]);
    const [{ content } = { content: '' }] = discord.messages.values();
    expect(content).not.toMatch(/(^|[^\\])[*_~`|<[]/);
    expect(content).not.toContain('https://');
    expect(content).toContain('everyone');
  });

  test('everything fits, rich or plain', async () => {
    const discord = await kept(startDiscord());
    expect(await send(discordBy(discord), longAlert())).toMatchObject({ kind: 'delivered' });
    discord.refusesEmbeds = true;
    expect(await send(discordBy(discord), longAlert())).toMatchObject({ kind: 'delivered' });
    expect([...discord.messages.values()].map(({ content }) => content === '')).toEqual([true, false]);
  });

  test('a limit is obeyed to the millisecond; a webhook that is gone is tried again', async () => {
    const discord = await kept(startDiscord());
    discord.next.push({
      status: 429,
      headers: { 'retry-after': '2' },
      body: { retry_after: 1.234, global: false },
    });
    expect(await send(discordBy(discord), makeAlert())).toMatchObject({ kind: 'retry', afterMs: 1234 });
    const elsewhere = makeChannel({ ...base, kind: 'discord', url: `${discord.url}/api/webhooks/0/x` });
    expect(await send(elsewhere, makeAlert())).toEqual({
      kind: 'retry',
      problem: 'answered 404: no such webhook',
    });
  });
});

describe('telegram', () => {
  test('one incident is one message, edited until it is resolved', async () => {
    const telegram = await kept(startTelegram());
    await tell(telegramBy(telegram), life);
    expect([...telegram.messages.values()]).toEqual([expect.stringContaining('[RESOLVED]')]);
  });

  test('an edit that had arrived already is delivered', async () => {
    const telegram = await kept(startTelegram());
    await tell(telegramBy(telegram), ['opened', 'easing']);
    const again = makeAlert({ reason: 'easing', sequence: 2 });
    expect(await send(telegramBy(telegram), again, { previous: '1', superseded: 0 })).toEqual({
      kind: 'delivered',
      remember: '1',
    });
  });

  test('a message that is gone is posted anew', async () => {
    const telegram = await kept(startTelegram());
    const result = await send(telegramBy(telegram), makeAlert({ reason: 'easing' }), {
      previous: '9',
      superseded: 0,
    });
    expect(result).toEqual({ kind: 'delivered', remember: '1' });
  });

  test('markup in symbols and reasons is shown as it is written', async () => {
    const telegram = await kept(startTelegram());
    await send(telegramBy(telegram), hostileAlert());
    expect(telegram.messages.get(1)).toContain('<!channel> <@U1> *b*');
    for (const mark of ['\u0007', '\u202e']) expect(telegram.messages.get(1)).not.toContain(mark);
  });

  test('everything fits, rich or plain', async () => {
    const telegram = await kept(startTelegram());
    expect(await send(telegramBy(telegram), longAlert())).toMatchObject({ kind: 'delivered' });
    telegram.refusesHtml = true;
    expect(await send(telegramBy(telegram), longAlert())).toMatchObject({ kind: 'delivered' });
    expect(telegram.messages.size).toBe(2);
  });

  test('retry_after is obeyed; an unknown chat is tried again; the token is nowhere', async () => {
    const telegram = await kept(startTelegram());
    const body = {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 41 },
    };
    telegram.next.push({ status: 429, body });
    expect(await send(telegramBy(telegram), makeAlert())).toMatchObject({ kind: 'retry', afterMs: 41_000 });
    const { url } = telegram;
    const stranger = makeChannel({ ...base, kind: 'telegram', token: telegramToken, chat: '7', apiUrl: url });
    expect(await send(stranger, makeAlert())).toMatchObject({ kind: 'retry' });
    telegram.next.push({
      status: 500,
      body: `bot${telegramToken} failed at ${url}/bot${telegramToken}/sendMessage`,
    });
    const failed = await send(telegramBy(telegram), makeAlert());
    expect(JSON.stringify(failed)).not.toContain('AAabc');
    expect(failed).toMatchObject({ kind: 'retry', problem: expect.stringContaining('answered 500') });
  });
});
