// A Telegram bot: `sendMessage`, and `editMessageText` for news that is no reason to ring.
// (core.telegram.org/bots/api: sendMessage, editMessageText, ResponseParameters, HTML style)
//
// HTML needs three characters escaped where MarkdownV2 needs eighteen, so it is HTML. The limit of 4,096 characters
// counts after the entities are parsed; ours is taken before, which is safe. Where HTML is refused, plain text goes.

import type { ConfigOf } from '../../config/channel-rows.js';
import type { Channel, ChannelDeps, SendResult } from './channel.js';
import { excerptOf, exchange, isSuccess, jsonOf, tryAgain } from './exchange.js';
import { cut, plainStory, rings, type Story, story } from './story.js';

type Config = ConfigOf<'telegram'>;
type Payload = Readonly<Record<string, unknown>>;

const maxText = 4096;

export function telegram(config: Config, deps: ChannelDeps): Channel {
  return {
    name: config.name,
    kind: config.kind,
    async send(alert, _attempt, signal, conversation) {
      const told = story(alert, conversation);
      const call = (method: string, payload: Payload) =>
        callTelegram(config, deps, method, { chat_id: config.chat, ...payload }, signal);
      const previous = rings(alert, conversation) ? Number.NaN : Number(conversation?.previous ?? Number.NaN);
      if (Number.isInteger(previous)) {
        const edited = await richOrPlain(told, (body) =>
          call('editMessageText', { message_id: previous, ...body }),
        );
        if (edited.kind !== 'refused') return edited;
        // Deleted meanwhile, or too old to be edited: the news still has to be told.
      }
      return richOrPlain(told, (body) => call('sendMessage', body));
    },
  };
}

async function richOrPlain(told: Story, send: (body: Payload) => Promise<SendResult>): Promise<SendResult> {
  const shared = { link_preview_options: { is_disabled: true } };
  const first = await send({ ...shared, text: html(told), parse_mode: 'HTML' });
  const isForm = first.kind === 'refused' && /parse|too long/i.test(first.problem);
  return isForm ? send({ ...shared, text: cut(plainStory(told), maxText) }) : first;
}

async function callTelegram(
  config: Config,
  deps: ChannelDeps,
  method: string,
  payload: Payload,
  signal: AbortSignal,
): Promise<SendResult> {
  const url = `${config.apiUrl.replace(/\/$/, '')}/bot${config.token}/${method}`;
  const exchanged = await exchange(config, deps, { url, body: JSON.stringify(payload), signal });
  if (exchanged.kind === 'none') return exchanged.result;
  const { reply } = exchanged;
  const { ok, result, description, parameters } = jsonOf(reply);
  if (isSuccess(reply) && ok === true) {
    const id = fieldOf(result, 'message_id');
    return typeof id === 'number' ? { kind: 'delivered', remember: String(id) } : { kind: 'delivered' };
  }
  const words = typeof description === 'string' ? description : '';
  // The same text is there already: an attempt before this one had arrived.
  if (/message is not modified/i.test(words))
    return { kind: 'delivered', remember: String(payload.message_id) };
  const seconds = fieldOf(parameters, 'retry_after');
  const general = tryAgain(reply, deps);
  if (typeof seconds === 'number' && seconds >= 0 && general.kind === 'retry') {
    return { ...general, afterMs: seconds * 1000 };
  }
  const isAboutThis = reply.status === 400 && aboutTheMessage.test(words);
  return isAboutThis ? { kind: 'refused', problem: `said ${excerptOf(words, deps)}` } : general;
}

/** Asking again cannot help. An unknown chat or a bot that was thrown out can be mended: those are tried again. */
const aboutTheMessage =
  /can't parse|too long|text is empty|message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i;

/** Cut by lines, so that no tag stays open. */
function html({ headline, lines, footer, links }: Story): string {
  const linked = links.map(({ label, url }) => `<a href="${escaped(url)}">${escaped(label)}</a>`);
  const rows = [`<b>${escaped(cut(headline, 400))}</b>`, ...linked];
  const last = `<i>${escaped(cut(footer, 200))}</i>`;
  let left = maxText - rows.join('\n').length - last.length - 2;
  for (const line of lines) {
    const row = escaped(line);
    if (row.length + 1 > left) break;
    rows.push(row);
    left -= row.length + 1;
  }
  return [...rows, last].join('\n');
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
