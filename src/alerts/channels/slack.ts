// Slack, in two ways. An incoming webhook posts and cannot edit. A bot token posts with `chat.postMessage` and edits
// with `chat.update` what is no reason to ring: one incident is one message that tells how things stand.
// (docs.slack.dev: incoming webhooks, chat.postMessage, chat.update, formatting text, rate limits)
//
// `&`, `<` and `>` are escaped, so no `<!channel>`, `<@user>` or link can come out of a symbol or a reason; `parse:
// none` and `link_names: false` keep plain @names plain. Rich text is one section block; where blocks are refused the
// same goes as plain text.

import type { ConfigOf } from '../../config/channel-rows.js';
import type { Channel, ChannelDeps, SendResult } from './channel.js';
import { excerptOf, exchange, isSuccess, jsonOf, problemOf, retryAfterMs, tryAgain } from './exchange.js';
import { cut, plainStory, rings, type Story, story } from './story.js';

type Config = ConfigOf<'slack'>;
type Payload = Readonly<Record<string, unknown>>;

/** Of a section block. The text of a message may be longer, but nobody reads it. */
const maxSection = 3000;

export function slack(config: Config, deps: ChannelDeps): Channel {
  return {
    name: config.name,
    kind: config.kind,
    async send(alert, _attempt, signal, conversation) {
      const told = story(alert, conversation);
      const call = (method: string, payload: Payload) => callSlack(config, deps, method, payload, signal);
      if (config.via === 'webhook') return whicheverFits(told, (body) => call('', body));
      const previous = rings(alert, conversation) ? null : messageOf(conversation?.previous ?? null);
      if (previous !== null) {
        const edited = await whicheverFits(told, (body) => call('chat.update', { ...previous, ...body }));
        if (edited.kind !== 'refused') return edited;
        // Deleted meanwhile, or too old to be edited: the news still has to be told.
      }
      return whicheverFits(told, (body) => call('chat.postMessage', { channel: config.channel, ...body }));
    },
  };
}

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

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
