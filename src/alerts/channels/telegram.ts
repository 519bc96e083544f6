// A Telegram bot: `sendMessage`, and `editMessageText` for news that is no reason to ring.
// (core.telegram.org/bots/api: sendMessage, editMessageText, ResponseParameters, HTML style)
//
// HTML needs three characters escaped where MarkdownV2 needs eighteen, so it is HTML. The limit of 4,096 characters
// counts after the entities are parsed; ours is taken before, which is safe. Where HTML is refused, plain text goes.

import type { ChannelDeps, SendResult } from './channel.js';
import { type ChannelBase, channelKind, type Guarded } from './channel-kind.js';
import { excerptOf, exchange, isSuccess, jsonOf, tryAgainAfter } from './exchange.js';
import { allowPrivate, botToken, digestMs, tenMinutes, text, url } from './row-fields.js';
import { cut, editOrPost, escaped, plainStory, rings, type Story, story } from './story.js';

interface Settings extends Guarded {
  readonly token: string;
  readonly chat: string;
  readonly apiUrl: string;
}

type Config = ChannelBase<'telegram'> & Settings;
type Payload = Readonly<Record<string, unknown>>;

const maxText = 4096;

export const telegram = channelKind({
  kind: 'telegram',
  fields: {
    digestMs: digestMs.default(tenMinutes),
    ...botToken('The token of the bot. Empty: left out.'),
    chat: text('must be the id of a chat in quotes, or @name').describe('The id of the chat, or @name.'),
    apiUrl: url('The Bot API, where it is your own.').default('https://api.telegram.org'),
    allowPrivate,
  },
  address: ['token'],
  settings: ({ token, chat, apiUrl, allowPrivate }): Settings => ({
    token: token ?? '',
    chat,
    apiUrl: apiUrl ?? '',
    allowPrivate,
  }),
  // The part after the bot's number is what opens it.
  secrets: ({ name, token }) => [token, ...token.split(':').slice(1, 2)].map((value) => ({ name, value })),
  editsInSilence: () => true,

  sender: (config, deps) => async (alert, _attempt, signal, conversation) => {
    const told = story(alert, conversation);
    const call = (method: string, payload: Payload) =>
      callTelegram(config, deps, method, { chat_id: config.chat, ...payload }, signal);
    const id = Number(conversation?.previous ?? Number.NaN);
    return editOrPost({
      previous: rings(alert, conversation) || !Number.isInteger(id) ? null : id,
      edit: (previous) =>
        richOrPlain(told, (body) => call('editMessageText', { message_id: previous, ...body })),
      post: () => richOrPlain(told, (body) => call('sendMessage', body)),
    });
  },
});

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
  const isAboutThis = reply.status === 400 && aboutTheMessage.test(words);
  return isAboutThis
    ? { kind: 'refused', problem: `said ${excerptOf(words, deps)}` }
    : tryAgainAfter(fieldOf(parameters, 'retry_after'), reply, deps);
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

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
