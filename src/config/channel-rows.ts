// The rows under `channels:` in pegwatch.yaml, one for each kind of channel. Secrets come from the environment or from
// a file named by `<key>_file`.

import { z } from 'zod';
import { severities } from '../core/severity.js';
import { flag, optionalUrl, plainName, someTime, unlessMissing } from './fields.js';
import { quietRow } from './route-rows.js';

function list(what: string) {
  return z.array(z.string()).min(1, { error: `must name some ${what}, or be left out` });
}

const common = {
  name: plainName.describe('Shown everywhere instead of an address.'),
  enabled: flag.default(true),
  timeoutMs: someTime.default(10_000).describe('An attempt that takes longer has failed.'),
  minSeverity: z.enum(severities).default('medium').describe('Milder incidents are not told here.'),
  only: z
    .strictObject({
      coins: list('coins').optional(),
      chains: list('chains').optional(),
      detectors: list('detectors').optional(),
    })
    .optional()
    .describe('Only incidents about one of each list that is given. Left out: all.'),
  groupMs: someTime.default(900_000).describe('Below critical: one message for all that came in this time.'),
  repeatMs: z
    .union([z.literal('never'), z.null(), someTime], {
      error: unlessMissing('must be a time such as 4h, or never'),
    })
    .default(null)
    .transform((given) => (given === 'never' ? null : given))
    .describe('An incident that stays open is told again after this time.'),
  confirms: flag
    .optional()
    .describe(
      'Whether it is told that all blocks are final. Left out: where that is an edit without a sound.',
    ),
  quiet: z.array(quietRow).optional().describe('Hours in which only the bad is told.'),
};

/** Only where a message can be edited or brought up to date without a sound. */
const digestMs = z
  .union([z.literal('never'), z.null(), someTime], {
    error: unlessMissing('must be a time such as 10m, or never'),
  })
  .transform((given) => (given === 'never' ? null : given))
  .describe('The message of a standing incident is edited at most this often with its latest numbers.');
const tenMinutes = 600_000;

const allowPrivate = flag
  .default(false)
  .describe('Whether the address may be this machine or in a private network.');
const secret = z.string().nullish();
const file = (what: string) => z.string().optional().describe(`A file that holds the ${what}.`);
const url = (what: string) => optionalUrl('http', 'https').optional().describe(`${what} Empty: left out.`);
const text = (words: string) => z.string({ error: unlessMissing(words) });

const webhook = z.strictObject({
  ...common,
  kind: z.literal('webhook'),
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
});

const slack = z.strictObject({
  ...common,
  kind: z.literal('slack'),
  digestMs: digestMs.optional(),
  url: url('An incoming webhook: posts, and cannot edit.').default(null),
  url_file: file('URL'),
  token: secret.describe(
    'A bot token (chat:write) instead of a webhook: one incident is one edited message.',
  ),
  token_file: file('token'),
  channel: z.string().nullish().describe('With a token: the id of the channel.'),
  apiUrl: url('The API, where it is not that of slack.com.').default('https://slack.com/api'),
  allowPrivate,
});

const discord = z.strictObject({
  ...common,
  kind: z.literal('discord'),
  digestMs: digestMs.default(tenMinutes),
  url: url('The webhook of a Discord channel.'),
  url_file: file('URL'),
  allowPrivate,
});

const telegram = z.strictObject({
  ...common,
  kind: z.literal('telegram'),
  digestMs: digestMs.default(tenMinutes),
  token: secret.describe('The token of the bot. Empty: left out.'),
  token_file: file('token'),
  chat: text('must be the id of a chat in quotes, or @name').describe('The id of the chat, or @name.'),
  apiUrl: url('The Bot API, where it is your own.').default('https://api.telegram.org'),
  allowPrivate,
});

const pagerduty = z.strictObject({
  ...common,
  kind: z.literal('pagerduty'),
  digestMs: digestMs.default(null),
  routingKey: secret.describe('The integration key of the service (Events API v2). Empty: left out.'),
  routingKey_file: file('integration key'),
  apiUrl: url('Where events go, where it is not the US region.').default(
    'https://events.pagerduty.com/v2/enqueue',
  ),
  allowPrivate,
});

const alertmanager = z.strictObject({
  ...common,
  kind: z.literal('alertmanager'),
  digestMs: digestMs.default(tenMinutes),
  url: url('The root of an Alertmanager: /api/v2/alerts is added.'),
  url_file: file('URL'),
  holdMs: someTime
    .default(7 * 86_400_000)
    .describe('An alert of which nothing more is heard ends by itself after this time.'),
  allowPrivate,
});

const email = z.strictObject({
  ...common,
  kind: z.literal('email'),
  url: optionalUrl('smtp', 'smtps')
    .optional()
    .describe('smtp://user:password@host:587 (STARTTLS where offered) or smtps://… Empty: left out.'),
  url_file: file('URL'),
  from: text('must be an address').describe('Who sends: "pegwatch <pegwatch@example.org>".'),
  to: z.array(z.string()).min(1, { error: 'must name somebody' }).describe('Who receives.'),
  requireTls: flag.default(false).describe('Whether a server without STARTTLS is refused.'),
});

const command = z.strictObject({
  ...common,
  kind: z.literal('command'),
  command: z
    .array(z.string().min(1))
    .min(1, { error: 'must name a program' })
    .describe('The program and its arguments; no shell. It gets the alert as JSON on standard input.'),
});

export const channelRows = { alertmanager, command, discord, email, pagerduty, slack, telegram, webhook };

export const channelRow = z.discriminatedUnion('kind', [
  alertmanager,
  command,
  discord,
  email,
  pagerduty,
  slack,
  telegram,
  webhook,
]);

/** What the edge needs of a channel: all secrets in place, nothing that only the engine wants. */
export type ChannelConfig =
  | (At & Signed & { readonly kind: 'webhook'; readonly envelope: 'plain' | 'cloudevents' })
  | (Base & Guarded & SlackAddress & { readonly kind: 'slack' })
  | (At & { readonly kind: 'discord' })
  | (Base & Guarded & { readonly kind: 'telegram'; readonly token: string; readonly chat: string } & Api)
  | (Base & Guarded & { readonly kind: 'pagerduty'; readonly routingKey: string } & Api)
  | (At & { readonly kind: 'alertmanager'; readonly holdMs: number })
  | (Base & {
      readonly kind: 'email';
      readonly url: string;
      readonly from: string;
      readonly to: readonly string[];
      readonly requireTls: boolean;
    })
  | (Base & { readonly kind: 'command'; readonly command: readonly string[] });

export type ConfigOf<Kind extends ChannelConfig['kind']> = Extract<ChannelConfig, { readonly kind: Kind }>;

interface Base {
  readonly name: string;
  readonly timeoutMs: number;
}

interface Guarded {
  readonly allowPrivate: boolean;
}

interface At extends Base, Guarded {
  readonly url: string;
}

interface Api {
  readonly apiUrl: string;
}

interface Signed {
  /** Signs the body (Standard Webhooks) where present. */
  readonly secret: string | null;
}

type SlackAddress =
  | { readonly via: 'webhook'; readonly url: string }
  | ({ readonly via: 'token'; readonly token: string; readonly channel: string } & Api);
