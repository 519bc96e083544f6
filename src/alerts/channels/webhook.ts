// One POST of JSON per attempt, in the manner of Standard Webhooks (standardwebhooks.com, specification 1.0):
// `webhook-id` is the alert's id and stays the same over retries, so a receiver can drop a duplicate;
// `webhook-timestamp` is the time of this attempt; `webhook-signature` is there when a secret is configured.
//
// What the answers mean. 2xx is success and nothing else is. 410 says "gone for good" and is believed. Every other
// 4xx is tried again like a 5xx: in practice it is a token that expired, a route that was renamed or a firewall that
// is wrong for an hour, and the alert is still true afterwards. 408, 425 and 429 ask for a retry by definition.
// A redirect is not followed: an alert must not travel to an address that nobody configured.

import { z } from 'zod';
import { secretsOfUrl } from '../../edge/redact.js';
import { type Message, message } from '../message.js';
import { channelKind } from './channel-kind.js';
import { exchange, isSuccess, tryAgain } from './exchange.js';
import { allowPrivate, file, secret, url } from './row-fields.js';
import { signedHeaders, signingKeys } from './signed-headers.js';

export const webhook = channelKind({
  kind: 'webhook',
  fields: {
    url: url('Where alerts are posted.'),
    url_file: file('URL'),
    secret: secret.describe(
      `Signs the body (Standard Webhooks). From the environment: \${PEGWATCH_WEBHOOK_SECRET:-}`,
    ),
    secret_file: file('secret'),
    envelope: z
      .enum(['plain', 'cloudevents'])
      .default('plain')
      .describe('cloudevents: the body is the data of a CloudEvents 1.0 event.'),
    allowPrivate,
  },
  address: ['url'],
  settings: ({ url, secret, envelope, allowPrivate }) => ({
    url: url ?? '',
    secret: secret || null,
    envelope,
    allowPrivate,
  }),
  secrets: ({ name, url, secret }) => [
    ...secretsOfUrl(name, url),
    ...(secret === null ? [] : [{ name, value: secret }]),
  ],

  sender(config, deps) {
    const keys = signingKeys(config.name, config.secret);
    return async (alert, attempt, signal, conversation) => {
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
    };
  },
});

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
