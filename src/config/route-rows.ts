// `routes:`, `inhibit:` and quiet hours in pegwatch.yaml: which channel hears of what, when, and what keeps it back.

import { z } from 'zod';
import { severities } from '../core/severity.js';
import { atOnceOrBetween, flag, plainName, timeBetween, unlessBare } from './fields.js';

const severity = z.enum(severities);

function list(what: string) {
  return z.array(z.string()).min(1, { error: `must name some ${what}, or be left out` });
}

const match = z
  .strictObject({
    coins: list('coins').optional(),
    chains: list('chains').optional(),
    detectors: list('detectors').optional(),
    minSeverity: severity.optional(),
    maxSeverity: severity.optional(),
    cascade: flag.optional().describe('Given: only incidents that are (or are not) a cascade.'),
  })
  .refine(
    ({ minSeverity = 'low', maxSeverity = 'critical' }) =>
      severities.indexOf(minSeverity) <= severities.indexOf(maxSeverity),
    { path: ['maxSeverity'], error: 'is milder than minSeverity: nothing fits' },
  );

const atOnce = z
  .never({ error: 'cannot be given: what is critical goes at once' })
  .optional()
  .describe('What is critical goes at once.');

const time = atOnceOrBetween('100ms', '7d');
const waits = z.strictObject({
  low: time.optional(),
  medium: time.optional(),
  high: time.optional(),
  critical: atOnce,
});

const repeat = z
  .union([z.literal('never'), z.null(), timeBetween('1m', '30d')], {
    error: unlessBare('must be a time such as 4h, or never'),
  })
  .transform((given) => (given === 'never' ? null : given))
  .optional();

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
  error: 'must be a time of day such as "22:30"',
});
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export const quietRow = z
  .strictObject({
    from: clockTime.describe('"22:00".'),
    to: clockTime.describe('"07:00": the night lies between. The same as `from`: a whole day.'),
    offset: z
      .string()
      .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, { error: 'must be an offset from UTC such as "+01:00"' })
      .default('+00:00')
      .describe('How far the clock is ahead of UTC. Fixed: it does not know of summer time.'),
    days: z
      .array(z.enum(weekdays))
      .min(1, { error: 'must name some days, or be left out' })
      .optional()
      .describe('On which they begin. Left out: every day.'),
    minSeverity: severity.default('critical').describe('What is milder waits until they end.'),
  })
  .transform(({ from, to, offset, days, minSeverity }) => ({
    fromMin: minutesOf(from),
    toMin: minutesOf(to),
    offsetMin: (offset.startsWith('-') ? -1 : 1) * minutesOf(offset.slice(1)),
    ...(days === undefined ? {} : { days: days.map((day) => weekdays.indexOf(day)) }),
    minSeverity,
  }));

const quiet = z.array(quietRow);

const common = {
  channels: list('channels').optional().describe('Left out: those of the route above.'),
  wait: waits.optional().describe('How long the first news of an incident waits for others, by severity.'),
  interval: waits
    .optional()
    .describe('How long after a message the next one about the same incident comes at the earliest.'),
  repeat: z
    .strictObject({ low: repeat, medium: repeat, high: repeat, critical: repeat })
    .optional()
    .describe('When a standing incident is told again, by severity; never: not at all.'),
  quiet: quiet
    .optional()
    .describe('Hours in which only the bad is told. Left out: those of the route above.'),
};

const fields = z.strictObject({
  when: match.default({}).describe('Incidents with one of each list that is given.'),
  continue: flag.default(false).describe('Whether the routes after this one are looked at too.'),
  ...common,
});

export type RouteRow = z.output<typeof fields> & { readonly routes?: RouteRow[] | undefined };

/** A branch, which may have branches of its own. */
const routeRow: z.ZodType<RouteRow> = z.strictObject({
  ...fields.shape,
  get routes() {
    return z.array(routeRow).optional();
  },
});

/** The root of the tree: every incident comes here. */
export const routeTree = z.strictObject({ ...common, routes: z.array(routeRow).optional() });

export const inhibitRow = z.strictObject({
  name: plainName.describe('Told as the reason.'),
  source: match.describe('While an incident stands that fits this …'),
  target: match.describe('… news of one that fits this, and of whose signals all are named, is kept back.'),
  equal: z
    .array(z.enum(['chain', 'coin']))
    .default([])
    .describe('All chains, or coins, of the target must be among those of the source.'),
});

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}
