// One POST of JSON per attempt, in the manner of Standard Webhooks (standardwebhooks.com, specification 1.0):
// `webhook-id` is the alert's id and stays the same over retries, so a receiver can drop a duplicate;
// `webhook-timestamp` is the time of this attempt; `webhook-signature` is there when a secret is configured.
//
// What the answers mean. 2xx is success and nothing else is. 410 says "gone for good" and is believed. Every other
// 4xx is tried again like a 5xx: in practice it is a token that expired, a route that was renamed or a firewall that
// is wrong for an hour, and the alert is still true afterwards. 408, 425 and 429 ask for a retry by definition.
// A redirect is not followed: an alert must not travel to an address that nobody configured.

import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../../config/config.js';
import { messageOf, PegwatchError } from '../../core/errors.js';
import type { Alert } from '../../core/types.js';
import { message } from '../message.js';
import type { Channel, ChannelDeps, HttpPost, SendResult } from './channel.js';

/** Of the answer only an excerpt is kept, so that a person can read why it was refused. */
const maxAnswerBytes = 4096;
const maxExcerpt = 160;

export function webhook(config: WebhookConfig, deps: ChannelDeps): Channel {
  const keys = signingKeys(config);
  return {
    name: config.name,
    kind: config.kind,
    async send(alert, attempt, signal) {
      const body = JSON.stringify(message(alert));
      const timeout = timeLimit(config.timeoutMs, deps, signal);
      try {
        const reply = await deps.post(config.url, {
          headers: headersOf(alert, attempt, body, keys, deps),
          body,
          signal: timeout.signal,
          maxBytes: maxAnswerBytes,
        });
        return judge(reply, deps);
      } catch (thrown) {
        const seconds = config.timeoutMs / 1000;
        return {
          kind: 'retry',
          problem: timeout.expired() ? `no answer within ${seconds} s` : deps.redact(messageOf(thrown)),
        };
      } finally {
        timeout.end();
      }
    },
  };
}

function headersOf(
  alert: Alert,
  attempt: number,
  body: string,
  keys: readonly Buffer[],
  deps: ChannelDeps,
): Record<string, string> {
  const timestamp = String(Math.floor(deps.clock.now() / 1000));
  // A channel may be called anything; a header may not.
  const id = /^[\x21-\x7e]+$/.test(alert.id) ? alert.id : encodeURIComponent(alert.id);
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': `pegwatch/${deps.version}`,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'pegwatch-attempt': String(attempt),
  };
  if (keys.length > 0) {
    const signed = `${id}.${timestamp}.${body}`;
    const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    headers['webhook-signature'] = signatures.join(' ');
  }
  return headers;
}

function judge(reply: Awaited<ReturnType<HttpPost>>, deps: ChannelDeps): SendResult {
  const { status } = reply;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'refused', problem: 'answered 410: the receiver is gone for good' };
  if (status >= 300 && status < 400) {
    return { kind: 'retry', problem: `answered ${status}: redirects are not followed` };
  }
  const excerpt = excerptOf(reply.text, deps);
  const problem = `answered ${status}${excerpt === '' ? '' : `: ${excerpt}`}`;
  const afterMs = retryAfterMs(reply.headers['retry-after'], deps.clock.now());
  return afterMs === null ? { kind: 'retry', problem } : { kind: 'retry', afterMs, problem };
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

/** What the receiver said, made harmless: secrets out first, then markup-free printable text, then cut. */
function excerptOf(text: string, deps: ChannelDeps): string {
  const line = deps
    .redact(text)
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return line.length > maxExcerpt ? `${line.slice(0, maxExcerpt)}…` : line;
}

/** Aborts after `ms` of the injected clock, or with the outer signal. */
function timeLimit(
  ms: number,
  deps: ChannelDeps,
  outer: AbortSignal,
): { readonly signal: AbortSignal; expired(): boolean; end(): void } {
  const controller = new AbortController();
  let expired = false;
  const abort = (): void => controller.abort();
  const cancel = deps.clock.after(ms, () => {
    expired = true;
    abort();
  });
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    expired: () => expired,
    end() {
      cancel();
      outer.removeEventListener('abort', abort);
    },
  };
}

/**
 * `whsec_` and base64, as Standard Webhooks words it, or any other text, whose UTF-8 bytes are the key then. Several
 * `whsec_` secrets, separated by spaces, sign side by side: that is how a receiver changes from one to the next.
 */
function signingKeys(config: WebhookConfig): readonly Buffer[] {
  const secret = config.secret?.trim() ?? '';
  if (secret === '') return [];
  return secret.split(/\s+(?=whsec_)/).map((secret) => {
    if (!secret.startsWith('whsec_')) return Buffer.from(secret, 'utf8');
    const base64 = secret.slice('whsec_'.length);
    const key = Buffer.from(base64, 'base64');
    if (key.length > 0 && key.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '')) return key;
    throw new PegwatchError(
      'webhook-secret-malformed',
      `The secret of channel ${config.name} is not base64`,
      {
        hint: 'After whsec_ stands plain base64; a secret without that prefix is taken as it is.',
        fields: { channel: config.name },
      },
    );
  });
}
