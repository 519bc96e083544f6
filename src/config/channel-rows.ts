// The rows under `channels:` in pegwatch.yaml: what all of them have, and what each kind adds in its own file.

import { z } from 'zod';
import type { AnyChannelKind } from '../alerts/channels/channel-kind.js';
import { channelKinds } from '../alerts/channels/index.js';
import { severities } from '../core/severity.js';
import { flag, plainName, timeBetween, unlessBare } from './fields.js';
import { quietRow } from './route-rows.js';

function list(what: string) {
  return z.array(z.string()).min(1, { error: `must name some ${what}, or be left out` });
}

const common = {
  name: plainName.describe('Shown everywhere instead of an address.'),
  enabled: flag.default(true),
  timeoutMs: timeBetween('100ms', '5m').default(10_000).describe('An attempt that takes longer has failed.'),
  minSeverity: z.enum(severities).default('medium').describe('Milder incidents are not told here.'),
  only: z
    .strictObject({
      coins: list('coins').optional(),
      chains: list('chains').optional(),
      detectors: list('detectors').optional(),
    })
    .optional()
    .describe('Only incidents about one of each list that is given. Left out: all.'),
  groupMs: timeBetween('100ms', '1d')
    .default(900_000)
    .describe('Below critical: one message for all that came in this time.'),
  repeatMs: z
    .union([z.literal('never'), z.null(), timeBetween('1m', '30d')], {
      error: unlessBare('must be a time such as 4h, or never'),
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

/** The row of one kind. Of its own fields only the kind itself knows more. */
export function channelRowOf({ kind, fields }: AnyChannelKind) {
  return z.strictObject({ ...common, kind: z.literal(kind), ...fields });
}

type ChannelRow = ReturnType<typeof channelRowOf>;

/** There is at least one kind, which the compiler cannot see in a list. */
export const channelRow = z.discriminatedUnion(
  'kind',
  channelKinds.map(channelRowOf) as [ChannelRow, ...ChannelRow[]],
);
