// The kinds of values that several configuration files share, as zod schemas. Each says in its own words what it
// wants, and never shows the value it got: that may have come from a secret.

import { getAddress } from 'viem/utils';
import { z } from 'zod';

/** Words for any wrong value; a missing one is told as missing. */
export const unlessMissing = (words: string) => (issue: { readonly input: unknown }) =>
  issue.input === undefined ? undefined : words;

const durationUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const durationPattern = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/;

/** Milliseconds of `15m`, `12s`, `250ms`, `1.5h`, `2d`; null for other text. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = durationPattern.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Math.round(Number(count) * durationUnits[unit as keyof typeof durationUnits]);
}

const sizeUnits = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;
const sizePattern = /^(\d+(?:\.\d+)?) ?(B|[kMGT]B|[KMGT]iB)$/;

/** Bytes of `512MiB`, `2GB`; null for other text. */
export function parseSize(text: string): number | null {
  const [, count, unit] = sizePattern.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Math.round(Number(count) * sizeUnits[unit as keyof typeof sizeUnits]);
}

const durationWords = 'must be a time with its unit, such as 250ms, 12s, 15m, 1h or 2d';
const noUnit = 'is a number without a unit: write a time such as 250ms, 12s, 15m, 1h or 2d';

/** The words for a wrong time: a bare number lacks nothing but its unit. */
export const unlessBare = (words: string) => (issue: { readonly input: unknown }) =>
  typeof issue.input === 'number' ? noUnit : unlessMissing(words)(issue);

/** A time in milliseconds. Every number but 0 needs a unit: whoever writes 48 rarely means milliseconds. */
export const duration = z
  .union([z.literal(0), z.string().regex(durationPattern, durationWords)], {
    error: unlessBare(durationWords),
  })
  .transform((given) => (given === 0 ? 0 : (parseDuration(given) ?? 0)));

/**
 * A time in milliseconds that somebody can mean: what lies outside is a slip of the unit, such as 15ms for 15m. The
 * bounds are written as they would be in a file.
 */
export function timeBetween(least: string, most: string) {
  return duration.refine(isWithin(least, most), { error: `must be from ${least} to ${most}` });
}

/** The same, or 0 for at once. */
export function atOnceOrBetween(least: string, most: string) {
  const within = isWithin(least, most);
  return duration.refine((ms) => ms === 0 || within(ms), { error: `must be 0, or from ${least} to ${most}` });
}

function isWithin(least: string, most: string): (ms: number) => boolean {
  const [leastMs, mostMs] = [parseDuration(least) ?? Number.NaN, parseDuration(most) ?? Number.NaN];
  return (ms) => ms >= leastMs && ms <= mostMs;
}

const sizeWords = 'must be a size such as 512MiB or 2GB (a plain number counts bytes)';

/** A size in bytes. */
export const size = z
  .union([z.number().nonnegative(sizeWords), z.string().regex(sizePattern, sizeWords)], {
    error: unlessMissing(sizeWords),
  })
  .transform((given) => (typeof given === 'number' ? Math.round(given) : (parseSize(given) ?? 0)));

/** True or false; the words too, since a value from the environment is always text. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])], { error: unlessMissing('must be true or false') })
  .transform((given) => given === true || given === 'true');

const portWords = 'must be a whole number from 0 (any free port) to 65535';

/** Text of digits is fine too, since a value from the environment is always text. */
export const port = z
  .union([z.number(), z.string().regex(/^\d{1,5}$/, portWords)], { error: unlessMissing(portWords) })
  .transform(Number)
  .refine((given) => Number.isInteger(given) && given >= 0 && given <= 65_535, { error: portWords });

/** A name that may become a metric label, a part of a key or of a file name. */
export const plainName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  error: 'must be a name of lower-case letters, digits and dashes, at most 40 long',
});

/** A coin's symbol: `USDC`, `USDC.e`. */
export const symbol = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,19}$/, {
  error: 'must be a symbol of letters, digits, dots and dashes, at most 20 long',
});

export const why = z
  .string({ error: 'is missing: every number says why' })
  .trim()
  .min(1, 'must say something');

export const decimals = z
  .int({ error: unlessMissing('must be a whole number from 0 to 77') })
  .min(0, 'must be from 0 to 77')
  // 10^77 is the last power of ten that fits 256 bits.
  .max(77, 'must be from 0 to 77');

/** An EIP-55 address in quotes. Upper and lower case are a checksum: without it a typing error would go unseen. */
export const address = z
  .string({ error: unlessMissing('must be an address in quotes') })
  .check(({ value, issues }) => {
    const fault = addressFault(value);
    if (fault !== null) issues.push({ code: 'custom', input: value, ...fault });
  })
  .meta({ pattern: '^0x[0-9a-fA-F]{40}$' });

function addressFault(value: string): { message: string; params: { hint: string | null } } | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(value)) {
    return { message: 'must be 0x and 40 hexadecimal digits', params: { hint: null } };
  }
  const right = getAddress(value.toLowerCase());
  if (right === value) return null;
  const plain =
    value.slice(2) === value.slice(2).toLowerCase() || value.slice(2) === value.slice(2).toUpperCase();
  const message = plain
    ? 'has no checksum: upper and lower case of an address guard against typing errors'
    : 'has a wrong checksum: a digit or its case is mistyped';
  return { message, params: { hint: `If the digits are right, write "${right}".` } };
}

/** A URL of one of these schemes, or nothing: empty text and null say that there is none. */
export function optionalUrl(...schemes: readonly string[]) {
  const error = `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return z
    .string({ error })
    .refine((given) => given === '' || isUrl(given, schemes), { error })
    .nullable()
    .transform((given) => (given === '' ? null : given));
}

function isUrl(given: string, schemes: readonly string[]): boolean {
  return URL.canParse(given) && schemes.includes(new URL(given).protocol.slice(0, -1));
}
