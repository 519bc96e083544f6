// One POST of JSON in the manner of Standard Webhooks (standardwebhooks.com, specification 1.0): `webhook-id` is the
// alert's id and stays the same over retries, so a receiver can drop a duplicate; `webhook-timestamp` is the time of
// this attempt; `webhook-signature` is there when a secret is configured.
//
// What the answers mean. 2xx is success and nothing else is. 410 says "gone for good" and is believed. Every other
// 4xx is tried again like a 5xx: in practice it is a token that expired, a route that was renamed or a firewall that
// is wrong for an hour, and the alert is still true afterwards. 408, 425 and 429 ask for a retry by definition.
// A redirect is not followed: an alert must not travel to an address that nobody configured.

import type { ChannelDeps, SendResult } from './channel.js';
import { type ExchangeConfig, exchange, isSuccess, tryAgain } from './exchange.js';
import { signedHeaders } from './signed-headers.js';

export interface SignedPost {
  readonly id: string;
  readonly attempt: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export async function signedPost(
  config: ExchangeConfig & { readonly url: string },
  deps: ChannelDeps,
  keys: readonly Buffer[],
  { id, attempt, body, headers, signal }: SignedPost,
): Promise<SendResult> {
  const signed = signedHeaders({ id, attempt, body, nowMs: deps.clock.now() }, keys);
  const request = { url: config.url, headers: { ...signed, ...headers }, body, signal };
  const exchanged = await exchange(config, deps, request);
  if (exchanged.kind === 'none') return exchanged.result;
  const { reply } = exchanged;
  if (isSuccess(reply)) return { kind: 'delivered' };
  if (reply.status === 410)
    return { kind: 'refused', problem: 'answered 410: the receiver is gone for good' };
  return tryAgain(reply, deps);
}
