// One POST of JSON per attempt, in the manner of Standard Webhooks (standardwebhooks.com, specification 1.0):
// `webhook-id` is the alert's id and stays the same over retries, so a receiver can drop a duplicate;
// `webhook-timestamp` is the time of this attempt; `webhook-signature` is there when a secret is configured.
//
// What the answers mean. 2xx is success and nothing else is. 410 says "gone for good" and is believed. Every other
// 4xx is tried again like a 5xx: in practice it is a token that expired, a route that was renamed or a firewall that
// is wrong for an hour, and the alert is still true afterwards. 408, 425 and 429 ask for a retry by definition.
// A redirect is not followed: an alert must not travel to an address that nobody configured.

import { createHmac } from 'node:crypto';
import type { ConfigOf } from '../../config/channel-rows.js';
import { PegwatchError } from '../../core/errors.js';
import type { Alert } from '../../core/types.js';
import { type Message, message } from '../message.js';
import type { Channel, ChannelDeps } from './channel.js';
import { exchange, isSuccess, tryAgain } from './exchange.js';

type Config = ConfigOf<'webhook'>;

export function webhook(config: Config, deps: ChannelDeps): Channel {
  const keys = signingKeys(config);
  return {
    name: config.name,
    kind: config.kind,
    async send(alert, attempt, signal, conversation) {
      const plain = message(alert, conversation?.superseded);
      const inEvent = config.envelope === 'cloudevents';
      const body = JSON.stringify(inEvent ? cloudEvent(plain) : plain);
      const headers = {
        ...headersOf(alert, attempt, body, keys, deps),
        ...(inEvent ? { 'content-type': 'application/cloudevents+json; charset=utf-8' } : {}),
      };
      const exchanged = await exchange(config, deps, { url: config.url, headers, body, signal });
      if (exchanged.kind === 'none') return exchanged.result;
      const { reply } = exchanged;
      if (isSuccess(reply)) return { kind: 'delivered' };
      if (reply.status === 410) {
        return { kind: 'refused', problem: 'answered 410: the receiver is gone for good' };
      }
      return tryAgain(reply, deps);
    },
  };
}

/** CloudEvents 1.0 in structured mode: what a receiver needs to route and to drop a duplicate stands outside. */
function cloudEvent(data: Message): Readonly<Record<string, unknown>> {
  return {
    specversion: '1.0',
    id: data.id,
    source: `/pegwatch/channels/${data.channel}`,
    type: `pegwatch.${data.type}`,
    subject: data.incident.id,
    time: data.timestamp,
    datacontenttype: 'application/json',
    data,
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

/**
 * `whsec_` and base64, as Standard Webhooks words it, or any other text, whose UTF-8 bytes are the key then. Several
 * `whsec_` secrets, separated by spaces, sign side by side: that is how a receiver changes from one to the next.
 */
function signingKeys(config: Config): readonly Buffer[] {
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
