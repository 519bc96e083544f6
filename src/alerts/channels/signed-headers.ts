// The headers of Standard Webhooks (standardwebhooks.com, specification 1.0): an id that stays the same over retries, the
// time of this attempt, and a signature for each key.

import { createHmac } from 'node:crypto';
import { PegwatchError } from '../../core/errors.js';

export interface Signable {
  readonly id: string;
  readonly attempt: number;
  readonly body: string;
  readonly nowMs: number;
}

export function signedHeaders(
  { id: given, attempt, body, nowMs }: Signable,
  keys: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  // A channel may be called anything; a header may not.
  const id = /^[\x21-\x7e]+$/.test(given) ? given : encodeURIComponent(given);
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
export function signingKeys(channel: string, given: string | null): readonly Buffer[] {
  const secret = given?.trim() ?? '';
  if (secret === '') return [];
  return secret.split(/\s+(?=whsec_)/).map((secret) => {
    if (!secret.startsWith('whsec_')) return Buffer.from(secret, 'utf8');
    const base64 = secret.slice('whsec_'.length);
    const key = Buffer.from(base64, 'base64');
    if (key.length > 0 && key.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '')) return key;
    throw new PegwatchError('webhook-secret-malformed', `The secret of channel ${channel} is not base64`, {
      hint: 'After whsec_ stands plain base64; a secret without that prefix is taken as it is.',
      fields: { channel },
    });
  });
}
