// Slack, in two ways. An incoming webhook posts and cannot edit. A bot token posts with `chat.postMessage` and edits
// with `chat.update` what is no reason to ring: one incident is one message that tells how things stand.
// (docs.slack.dev: incoming webhooks, chat.postMessage, chat.update, formatting text, rate limits)
//
// `&`, `<` and `>` are escaped, so no `<!channel>`, `<@user>` or link can come out of a symbol or a reason; `parse:
// none` and `link_names: false` keep plain @names plain. Rich text is one section block; where blocks are refused the
// same goes as plain text.

import { z } from 'zod';
import { secretsOfUrl } from '../../edge/redact.js';
import type { ChannelDeps, SendResult } from './channel.js';
import { type ChannelBase, channelKind, type Guarded } from './channel-kind.js';
import { excerptOf, exchange, isSuccess, jsonOf, problemOf, retryAfterMs, tryAgain } from './exchange.js';
import { allowPrivate, botToken, digestMs, file, tenMinutes, url } from './row-fields.js';
import { cut, editOrPost, escaped, plainStory, rings, type Story, story } from './story.js';

type Settings = Guarded &
  (
    | { readonly via: 'webhook'; readonly url: string }
    | { readonly via: 'token'; readonly token: string; readonly channel: string; readonly apiUrl: string }
  );

type Config = ChannelBase<'slack'> & Settings;
type Payload = Readonly<Record<string, unknown>>;

/** Of a section block. The text of a message may be longer, but nobody reads it. */
const maxSection = 3000;

export const slack = channelKind({
  kind: 'slack',
  fields: {
    digestMs: digestMs.optional(),
    url: url('An incoming webhook: posts, and cannot edit.').default(null),
    url_file: file('URL'),
    ...botToken('A bot token (chat:write) instead of a webhook: one incident is one edited message.'),
    channel: z.string().nullish().describe('With a token: the id of the channel.'),
    apiUrl: url('The API, where it is not that of slack.com.').default('https://slack.com/api'),
    allowPrivate,
  },
  address: ['url', 'token'],
  lacks: ({ token, channel }) =>
    token && !channel ? { key: 'channel', hint: 'A token needs the id of a channel.' } : null,
  urlIsSecret: () => true,
  settings({ token, channel, url, apiUrl, allowPrivate }): Settings {
    if (!token) return { via: 'webhook', url: url ?? '', allowPrivate };
    return { via: 'token', token, channel: channel ?? '', apiUrl: apiUrl ?? '', allowPrivate };
  },
  secrets: (config) =>
    config.via === 'webhook'
      ? secretsOfUrl(config.name, config.url)
      : [{ name: config.name, value: config.token }],
  editsInSilence: ({ via }) => via === 'token',
  // A webhook cannot edit: there a digest would be one more message.
  digestMs({ token, digestMs }) {
    if (token) return digestMs === undefined ? tenMinutes : digestMs;
    return digestMs ? 'Give a token and a channel instead of a url, or leave it out.' : null;
  },

  sender: (config, deps) => async (alert, _attempt, signal, conversation) => {
    const told = story(alert, conversation);
    const call = (method: string, payload: Payload) => callSlack(config, deps, method, payload, signal);
    if (config.via === 'webhook') return whicheverFits(told, (body) => call('', body));
    const { channel } = config;
    return editOrPost({
      previous: rings(alert, conversation) ? null : messageOf(conversation?.previous ?? null),
      edit: (previous) => whicheverFits(told, (body) => call('chat.update', { ...previous, ...body })),
      post: () => whicheverFits(told, (body) => call('chat.postMessage', { channel, ...body })),
    });
  },
});

async function whicheverFits(told: Story, send: (body: Payload) => Promise<SendResult>): Promise<SendResult> {
  const text = cut(escaped(plainStory(told)), maxSection);
  const rich = { type: 'section', text: { type: 'mrkdwn', text: cut(marked(told), maxSection) } };
  const shared = { text, unfurl_links: false, unfurl_media: false, link_names: false, parse: 'none' };
  const first = await send({ ...shared, blocks: [rich] });
  return first.kind === 'refused' && first.problem.includes('blocks')
    ? send({ ...shared, mrkdwn: false })
    : first;
}

async function callSlack(
  config: Config,
  deps: ChannelDeps,
  method: string,
  payload: Payload,
  signal: AbortSignal,
): Promise<SendResult> {
  const url = config.via === 'webhook' ? config.url : `${config.apiUrl.replace(/\/$/, '')}/${method}`;
  const headers: Record<string, string> =
    config.via === 'webhook' ? {} : { authorization: `Bearer ${config.token}` };
  const exchanged = await exchange(config, deps, { url, headers, body: JSON.stringify(payload), signal });
  if (exchanged.kind === 'none') return exchanged.result;
  const { reply } = exchanged;
  if (config.via === 'webhook') {
    if (isSuccess(reply)) return { kind: 'delivered' };
    const isOurs = reply.status === 400 && /invalid_payload|invalid_blocks|no_text/.test(reply.text);
    return isOurs ? { kind: 'refused', problem: problemOf(reply, deps) } : tryAgain(reply, deps);
  }
  if (!isSuccess(reply)) return tryAgain(reply, deps);
  // The Web API says 200 to everything it understood; `ok` says how it went.
  const { ok, error, ts, channel } = jsonOf(reply);
  if (ok === true && typeof ts === 'string' && typeof channel === 'string') {
    return { kind: 'delivered', remember: JSON.stringify({ channel, ts }) };
  }
  const problem = `said ${excerptOf(typeof error === 'string' ? error : 'nothing that can be understood', deps)}`;
  if (typeof error === 'string' && (finalErrors.has(error) || error.includes('blocks'))) {
    return { kind: 'refused', problem };
  }
  const afterMs = retryAfterMs(reply.headers['retry-after'], deps.clock.now());
  return afterMs === null ? { kind: 'retry', problem } : { kind: 'retry', afterMs, problem };
}

/** About this very message: asking again cannot help. A revoked token or a missing invitation can be mended. */
const finalErrors = new Set([
  'cant_update_message',
  'edit_window_closed',
  'message_not_found',
  'msg_too_long',
  'no_text',
  'too_many_attachments',
]);

function messageOf(previous: string | null): { readonly channel: string; readonly ts: string } | null {
  if (previous === null) return null;
  try {
    const { channel, ts } = JSON.parse(previous) as { channel?: unknown; ts?: unknown };
    return typeof channel === 'string' && typeof ts === 'string' ? { channel, ts } : null;
  } catch {
    return null;
  }
}

function marked({ headline, lines, footer, links }: Story): string {
  const linked = links.map(({ label, url }) => `<${escaped(url)}|${literal(label)}>`);
  return [`*${literal(headline)}*`, ...linked, ...lines.map(literal), `_${literal(footer)}_`].join('\n');
}

/** A zero-width space keeps `*`, `_`, `~` and backticks from meaning anything: mrkdwn has no escape for them. */
function literal(text: string): string {
  return escaped(text).replace(/[*_~`]/g, '\u200b$&\u200b');
}
