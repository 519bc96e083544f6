// One HTTP request of a channel, bounded in time, and what its answer means where the service says nothing special:
// 2xx is success and nothing else is, a redirect is not followed, everything else is tried again, no sooner than the
// receiver asks.

import { messageOf } from '../../core/errors.js';
import type { ChannelDeps, HttpPost, SendResult } from './channel.js';
import { timeLimit } from './time-limit.js';

export interface ExchangeConfig {
  readonly timeoutMs: number;
  readonly allowPrivate: boolean;
}

export interface ExchangeRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Left out: POST. */
  readonly method?: 'POST' | 'PATCH';
  readonly signal: AbortSignal;
}

export type Reply = Awaited<ReturnType<HttpPost>>;

export type Exchanged =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** No answer at all. */
  | { readonly kind: 'none'; readonly result: SendResult };

/** Of the answer only an excerpt is kept, so that a person can read why it was refused. */
const maxAnswerBytes = 16_384;
const maxExcerpt = 160;

export async function exchange(
  config: ExchangeConfig,
  deps: ChannelDeps,
  { url, headers, body, method, signal }: ExchangeRequest,
): Promise<Exchanged> {
  const limit = timeLimit(config.timeoutMs, deps.clock, signal);
  try {
    const reply = await deps.post(url, {
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': `pegwatch/${deps.version}`,
        ...headers,
      },
      body,
      signal: limit.signal,
      maxBytes: maxAnswerBytes,
      ...(method === undefined ? {} : { method }),
      publicOnly: !config.allowPrivate,
    });
    return { kind: 'reply', reply };
  } catch (thrown) {
    const problem = limit.expired()
      ? `no answer within ${config.timeoutMs / 1000} s`
      : deps.redact(messageOf(thrown));
    return { kind: 'none', result: { kind: 'retry', problem } };
  } finally {
    limit.end();
  }
}

export function isSuccess({ status }: Reply): boolean {
  return status >= 200 && status < 300;
}

/** What a reply that is no success comes to, in general. */
export function tryAgain(reply: Reply, deps: ChannelDeps): SendResult {
  const { status } = reply;
  if (status >= 300 && status < 400) {
    return { kind: 'retry', problem: `answered ${status}: redirects are not followed` };
  }
  const problem = problemOf(reply, deps);
  const afterMs = retryAfterMs(reply.headers['retry-after'], deps.clock.now());
  return afterMs === null ? { kind: 'retry', problem } : { kind: 'retry', afterMs, problem };
}

/** The same, where the receiver said in its own way for how many seconds; anything else is no such word. */
export function tryAgainAfter(seconds: unknown, reply: Reply, deps: ChannelDeps): SendResult {
  const general = tryAgain(reply, deps);
  if (typeof seconds !== 'number' || !(seconds >= 0) || general.kind !== 'retry') return general;
  return { ...general, afterMs: Math.ceil(seconds * 1000) };
}

/** The status and what the receiver said, made harmless: secrets out first, then printable text, then cut. */
export function problemOf({ status, text }: Reply, deps: ChannelDeps): string {
  const said = excerptOf(text, deps);
  return `answered ${status}${said === '' ? '' : `: ${said}`}`;
}

export function excerptOf(text: string, deps: ChannelDeps): string {
  const line = deps
    .redact(text)
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return line.length > maxExcerpt ? `${line.slice(0, maxExcerpt)}…` : line;
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3); null where there is none that can be understood. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Only the form that senders must use: `Date.parse` alone takes almost anything for a date.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

/** A reply's JSON object; empty where it holds none. */
export function jsonOf(reply: Reply): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(reply.text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
