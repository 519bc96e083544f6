// What a person writes to keep news back, on the command line or over HTTP, read into the request for it. Every fault
// is one sentence that repeats nothing of what was sent.

import { z } from 'zod';
import { parseDuration } from './config/fields.js';
import { chainTroubles } from './core/chain-troubles.js';
import { contagionWatch } from './core/detector-names.js';
import { PegwatchError } from './core/errors.js';
import { hashOf } from './core/hash.js';
import type { SilenceMatch } from './core/routing.js';
import { severities } from './core/severity.js';
import type { Spec } from './core/spec.js';
import { suggestHint } from './core/suggest.js';
import type { Request } from './store/request-folder.js';

/** A silence that nobody remembers is worse than one that has to be made again. */
export const longestSilenceMs = 30 * 86_400_000;

export interface SilenceNames {
  readonly coins: readonly string[];
  readonly chains: readonly string[];
  readonly detectors: readonly string[];
  readonly channels: readonly string[];
  hasIncident(id: string): boolean;
}

export function silenceNames(spec: Spec, hasIncident: (id: string) => boolean): SilenceNames {
  return {
    // Incidents of a whole chain are about every coin of it.
    coins: [...spec.coins.map(({ coin }) => coin), '*'],
    chains: spec.chains.map(({ chain }) => chain),
    detectors: [...spec.rules.map(({ detector }) => detector), ...chainTroubles, contagionWatch],
    channels: spec.channels.map(({ name }) => name),
    hasIncident,
  };
}

const line = z
  .string('must be text')
  .trim()
  .min(1, 'must say something')
  .max(200, 'must be at most 200 letters')
  .refine((given) => !/\p{Cc}/u.test(given), 'must be one line');
const list = z.array(z.string('must be text'), 'must be a list').min(1, 'is empty').max(100, 'is too long');

const wish = z.strictObject({
  by: line,
  reason: line,
  for: z.string('must be a time such as 2h').optional(),
  until: z.string('must be a moment such as 2026-03-11T08:00:00Z').optional(),
  coins: list.optional(),
  chains: list.optional(),
  detectors: list.optional(),
  channels: list.optional(),
  incident: z.string('must be an id').optional(),
  upTo: z.enum(severities, `must be one of ${severities.join(', ')}`).optional(),
});

const end = z.strictObject({ by: line, reason: line });

type SilenceRequest = Extract<Request, { kind: 'silence' }>;
type EndRequest = Extract<Request, { kind: 'unsilence' }>;

/** Throws `PegwatchError` `bad-silence`. A critical pierces it unless it says `upTo: critical`. */
export function silenceRequest(given: unknown, names: SilenceNames, nowMs: number): SilenceRequest {
  const { by, reason, upTo = 'high', ...more } = shaped(wish, given);
  const untilMs = endOf(more, nowMs);
  const { coins, chains, detectors, channels, incident } = more;
  for (const key of ['coins', 'chains', 'detectors', 'channels'] as const) {
    for (const [i, name] of (more[key] ?? []).entries())
      if (!names[key].includes(name))
        throw bad(`${key}[${i}] is no known ${key.slice(0, -1)}`, suggestHint(name, names[key]));
  }
  if (incident !== undefined && !names.hasIncident(incident)) throw bad('incident is the id of none');
  if ([coins, chains, detectors, channels, incident].every((one) => one === undefined))
    throw bad(
      'It must name coins, chains, detectors, channels or an incident: nothing is silenced as a whole',
    );
  const match: SilenceMatch = {
    ...(coins === undefined ? {} : { coins }),
    ...(chains === undefined ? {} : { chains }),
    ...(detectors === undefined ? {} : { detectors }),
    ...(incident === undefined ? {} : { incident }),
    ...(channels === undefined ? {} : { channels }),
    maxSeverity: upTo,
  };
  const silenceId = `sil-${hashOf(JSON.stringify([by, reason, untilMs, match, nowMs])).slice(0, 10)}`;
  return { kind: 'silence', silenceId, by, reason, untilMs, match };
}

/** Throws `PegwatchError` `bad-silence`. Whether there is such a silence is for the caller to know. */
export function endRequest(silenceId: string, given: unknown): EndRequest {
  const { by, reason } = shaped(end, given);
  return { kind: 'unsilence', silenceId, by, reason };
}

function endOf(
  about: { readonly for?: string | undefined; readonly until?: string | undefined },
  nowMs: number,
) {
  const { for: span, until } = about;
  if ((span === undefined) === (until === undefined)) throw bad('It needs one of for and until');
  const lastsMs = span === undefined ? Date.parse(until ?? '') - nowMs : (parseDuration(span) ?? Number.NaN);
  if (Number.isNaN(lastsMs))
    throw bad(
      span === undefined
        ? 'until is no moment such as 2026-03-11T08:00:00Z'
        : 'for is no time such as 30m, 2h or 1d',
    );
  if (lastsMs <= 0) throw bad('It would be over before it began');
  if (lastsMs > longestSilenceMs) throw bad('It would last for more than 30 days');
  return nowMs + lastsMs;
}

function shaped<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  given: unknown,
): z.output<z.ZodObject<Shape>> {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const [issue] = error.issues;
  if (issue === undefined || (issue.path.length === 0 && issue.code !== 'unrecognized_keys'))
    throw bad('It must be an object');
  if (issue.code === 'unrecognized_keys') throw bad('It has a key that is not known', keysHint(schema));
  const [key, index] = issue.path;
  const at = index === undefined ? String(key) : `${String(key)}[${String(index)}]`;
  const isMissing = typeof given === 'object' && given !== null && !Object.hasOwn(given, String(key));
  throw bad(`${at} ${isMissing ? 'is missing' : issue.message}`);
}

function keysHint(schema: z.ZodObject): string {
  return `Known: ${Object.keys(schema.shape).join(', ')}.`;
}

function bad(sentence: string, hint?: string): PegwatchError {
  return new PegwatchError('bad-silence', sentence, hint === undefined ? {} : { hint });
}
