// A Discord webhook. `?wait=true` makes it answer with the message, whose id lets later news edit it where there is
// no reason to ring. (docs.discord.com: execute and edit webhook message, embed limits, rate limits)
//
// `allowed_mentions: { parse: [] }` makes every @everyone and @here plain text, whatever stands in a symbol; Markdown
// is escaped. The news is an embed; where that is refused it goes as plain content of at most 2,000 characters.

import type { ConfigOf } from '../../config/channel-rows.js';
import type { Severity } from '../../core/types.js';
import type { Channel, ChannelDeps, SendResult } from './channel.js';
import { exchange, isSuccess, jsonOf, problemOf, type Reply, tryAgain } from './exchange.js';
import { cut, plainStory, rings, type Story, type StoryLink, story } from './story.js';

type Config = ConfigOf<'discord'>;
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

export function discord(config: Config, deps: ChannelDeps): Channel {
  return {
    name: config.name,
    kind: config.kind,
    async send(alert, _attempt, signal, conversation) {
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
  };
}

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
  return reply.status === 429 ? slowDown(reply, deps) : tryAgain(reply, deps);
}

/** The body says it in seconds with fractions, more exactly than the header. */
function slowDown(reply: Reply, deps: ChannelDeps): SendResult {
  const { retry_after: seconds } = jsonOf(reply);
  const general = tryAgain(reply, deps);
  if (typeof seconds !== 'number' || !(seconds >= 0) || general.kind !== 'retry') return general;
  return { ...general, afterMs: Math.ceil(seconds * 1000) };
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
