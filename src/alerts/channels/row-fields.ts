// Keys that rows of several kinds of channels share. Secrets come from the environment or from a file named by
// `<key>_file`.

import { z } from 'zod';
import { flag, optionalUrl, timeBetween, unlessBare, unlessMissing } from '../../config/fields.js';

export const tenMinutes = 600_000;

/** Only where a message can be edited or brought up to date without a sound. */
export const digestMs = z
  .union([z.literal('never'), z.null(), timeBetween('10s', '1d')], {
    error: unlessBare('must be a time such as 10m, or never'),
  })
  .transform((given) => (given === 'never' ? null : given))
  .describe('The message of a standing incident is edited at most this often with its latest numbers.');

export const allowPrivate = flag
  .default(false)
  .describe('Whether the address may be this machine or in a private network.');

export const secret = z.string().nullish();

export const file = (what: string) => z.string().optional().describe(`A file that holds the ${what}.`);

export const url = (what: string) =>
  optionalUrl('http', 'https').optional().describe(`${what} Empty: left out.`);

export const text = (words: string) => z.string({ error: unlessMissing(words) });

/** The token of a bot. */
export const botToken = (what: string) => ({ token: secret.describe(what), token_file: file('token') });
