// A Discord webhook. `?wait=true` makes it answer with the message, whose id lets later news edit it where there is
// no reason to ring. (docs.discord.com: execute and edit webhook message, embed limits, rate limits)
//
// `allowed_mentions: { parse: [] }` makes every @everyone and @here plain text, whatever stands in a symbol; Markdown
// is escaped. The news is an embed; where that is refused it goes as plain content of at most 2,000 characters.

import type { Severity } from '../../core/severity.js';
import { secretsOfUrl } from '../../edge/redact.js';
import type { ChannelDeps, SendResult } from './channel.js';
import { type ChannelBase, channelKind, type Guarded } from './channel-kind.js';
import { exchange, isSuccess, jsonOf, problemOf, tryAgain, tryAgainAfter } from './exchange.js';
import { allowPrivate, digestMs, file, tenMinutes, url } from './row-fields.js';
import { cut, plainStory, rings, type Story, type StoryLink, story } from './story.js';

type Config = ChannelBase<'discord'> & Guarded & { readonly url: string };
type Payload = Readonly<Record<string, unknown>>;

/** Of content; a title is at most 256, a description 4,096, a footer 2,048, an embed 6,000 in all. */
const maxContent = 2000;
const maxTitle = 256;
const maxDescription = 4096;
const maxFooter = 1000;

const colours: Readonly<Record<Severity, number>> = {
  low: 0x4f_81_bd,
  medium: 0xe0_b0_20,
  high: 0xe0_70_20,
  critical: 0xc0_20_20,
};
const over = 0x40_90_40;

export const discord = channelKind({
  kind: 'discord',
  fields: {
    digestMs: digestMs.default(tenMinutes),
    url: url('The webhook of a Discord channel.'),
    url_file: file('URL'),
    allowPrivate,
  },
  address: ['url'],
  urlIsSecret: () => true,
  settings: ({ url, allowPrivate }) => ({ url: url ?? '', allowPrivate }),
  secrets: ({ name, url }) => secretsOfUrl(name, url),
  editsInSilence: () => true,

  sender: (config, deps) => async (alert, _attempt, signal, conversation) => {
    const told = story(alert, conversation);
    const isOver = alert.reason === 'resolved' || alert.reason === 'retracted';
    const bodies = [rich(told, isOver ? over : colours[alert.severity]), plain(told)];
    const previous = rings(alert, conversation) ? null : (conversation?.previous ?? null);
    if (previous !== null && /^\d{1,25}$/.test(previous)) {
      const path = `/messages/${previous}`;
      const edited = await firstThatFits(bodies, (body) =>
        callDiscord(config, deps, { path, method: 'PATCH', body, signal }),
      );
      if (edited !== 'gone') return edited;
    }
    const posted = await firstThatFits(bodies, (body) =>
      callDiscord(config, deps, { path: '', method: 'POST', body, signal }),
    );
    return posted === 'gone' ? { kind: 'retry', problem: 'answered 404: no such webhook' } : posted;
  },
});

type Answer = SendResult | 'gone';

async function firstThatFits(
  bodies: readonly Payload[],
  send: (body: Payload) => Promise<Answer>,
): Promise<Answer> {
  let answer: Answer = { kind: 'refused', problem: 'nothing to send' };
  for (const body of bodies) {
    answer = await send(body);
    if (answer === 'gone' || answer.kind !== 'refused') return answer;
  }
  return answer;
}

async function callDiscord(
  config: Config,
  deps: ChannelDeps,
  request: {
    readonly path: string;
    readonly method: 'POST' | 'PATCH';
    readonly body: Payload;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  const url = new URL(config.url);
  url.pathname = `${url.pathname.replace(/\/$/, '')}${request.path}`;
  url.searchParams.set('wait', 'true');
  const { method, signal } = request;
  const body = JSON.stringify(request.body);
  const exchanged = await exchange(config, deps, { url: url.href, method, body, signal });
  if (exchanged.kind === 'none') return exchanged.result;
  const { reply } = exchanged;
  if (isSuccess(reply)) {
    const { id } = jsonOf(reply);
    return typeof id === 'string' ? { kind: 'delivered', remember: id } : { kind: 'delivered' };
  }
  if (reply.status === 404) return 'gone';
  if (reply.status === 400) return { kind: 'refused', problem: problemOf(reply, deps) };
  // The body of a 429 says it in seconds with fractions, more exactly than the header.
  return reply.status === 429 ? tryAgainAfter(jsonOf(reply).retry_after, reply, deps) : tryAgain(reply, deps);
}

function rich({ headline, lines, footer, links }: Story, color: number): Payload {
  const embed = {
    title: cut(literal(headline), maxTitle),
    description: cut([...links.map(link), ...lines.map(literal)].join('\n'), maxDescription),
    footer: { text: cut(footer, maxFooter) },
    color,
  };
  return { content: '', embeds: [embed], allowed_mentions: { parse: [] } };
}

function plain(told: Story): Payload {
  const content = cut(literal(plainStory(told)), maxContent);
  return { content, embeds: [], allowed_mentions: { parse: [] } };
}

function link({ label, url }: StoryLink): string {
  return `[${literal(label)}](${url})`;
}

/** Markdown, mentions (`<@1>`, `<#1>`, `<t:1>`), and addresses, which would unfurl, lose their meaning. */
function literal(text: string): string {
  return text.replace(/[\\*_~`|>#[\]()<-]/g, '\\$&').replace(/:\/\//g, ':\u200b//');
}
