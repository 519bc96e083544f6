// One POST of JSON per attempt, in the manner of Standard Webhooks (standardwebhooks.com, specification 1.0):
// `webhook-id` is the alert's id and stays the same over retries, so a receiver can drop a duplicate;
// `webhook-timestamp` is the time of this attempt; `webhook-signature` is there when a secret is configured.
//
// What the answers mean. 2xx is success and nothing else is. 410 says "gone for good" and is believed. Every other
// 4xx is tried again like a 5xx: in practice it is a token that expired, a route that was renamed or a firewall that
// is wrong for an hour, and the alert is still true afterwards. 408, 425 and 429 ask for a retry by definition.
// A redirect is not followed: an alert must not travel to an address that nobody configured.

import type { ConfigOf } from '../../config/channel-rows.js';
import { type Message, message } from '../message.js';
import type { Channel, ChannelDeps } from './channel.js';
import { exchange, isSuccess, tryAgain } from './exchange.js';
import { signedHeaders, signingKeys } from './signed-headers.js';

type Config = ConfigOf<'webhook'>;

export function webhook(config: Config, deps: ChannelDeps): Channel {
  const keys = signingKeys(config.name, config.secret);
  return {
    name: config.name,
    kind: config.kind,
    async send(alert, attempt, signal, conversation) {
      const plain = message(alert, conversation?.superseded);
      const inEvent = config.envelope === 'cloudevents';
      const body = JSON.stringify(inEvent ? cloudEvent(plain) : plain);
      const headers = {
        ...signedHeaders({ id: alert.id, attempt, body, nowMs: deps.clock.now() }, keys),
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
