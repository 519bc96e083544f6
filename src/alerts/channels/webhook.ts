// Alerts as JSON, posted to an address of your own (see `signed-post.ts`), plain or as CloudEvents.

import { z } from 'zod';
import { secretsOfUrl } from '../../edge/redact.js';
import { type Message, message } from '../message.js';
import { channelKind } from './channel-kind.js';
import { allowPrivate, file, secret, url } from './row-fields.js';
import { signingKeys } from './signed-headers.js';
import { signedPost } from './signed-post.js';

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
      const headers = inEvent ? { 'content-type': 'application/cloudevents+json; charset=utf-8' } : {};
      return signedPost(config, deps, keys, { id: alert.id, attempt, body, headers, signal });
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
