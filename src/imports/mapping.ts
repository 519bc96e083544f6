// A mapping file says how the columns of somebody's data set are to be read: `config/imports/*.yaml`. One row per
// series; data sets that do not fit one line of YAML each are data sets that nobody will import.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { duration } from '../config/fields.js';
import { messageOf, PegwatchError } from '../core/errors.js';

const token = z.union([
  z.string(),
  z.strictObject({
    symbol: z.string(),
    decimals: z.int().min(0).max(77),
    address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
    /** Null for a token without a peg. */
    coin: z.string().nullable(),
  }),
]);

const time = z.strictObject({
  column: z.string(),
  unit: z.enum(['iso', 's', 'ms', 'us', 'block']).default('iso'),
  /** How long after its stamp a row can be known: a bar that is stamped with its beginning, its whole length. */
  knownAfter: duration.default(0),
  /** For rows that carry a block number and no time. */
  anchor: z
    .strictObject({ block: z.int(), time: z.string(), blockTime: duration })
    .optional()
    .describe('A block of known time, and the usual time between blocks: the times are estimates.'),
});

const common = {
  /** `place/name`; the place counts as a chain of its own. */
  id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9][a-z0-9.-]*$/, 'must look like kraken/usdc-usd'),
  file: z.string(),
  time,
  /** Only rows whose column holds this text. */
  where: z.record(z.string(), z.string()).default({}),
  /** Time between two rows, as the source promises. */
  resolution: duration,
};
const column = z.string();
const pair = z.tuple([token, token]);

const seriesRow = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('price').describe('What a market or a reference reports: token 0 in token 1.'),
    tokens: pair,
    columns: z.strictObject({ price: column, volume: column.optional() }),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('pool-state').describe('Tick and liquidity of a concentrated pool.'),
    tokens: pair,
    columns: z.strictObject({ tick: column, liquidity: column }),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('reserves').describe('What a StableSwap pool holds of each token.'),
    tokens: z.array(token).min(2),
    unit: z.enum(['raw', 'tokens']),
    amplification: z.int().min(1).describe('Of the pool at that time, where no column tells it.'),
    columns: z.strictObject({ amounts: z.array(column), amplification: column.optional() }),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('oracle').describe('Answers of an oracle, in US dollars.'),
    tokens: z.tuple([token]),
    heartbeat: duration.optional(),
    columns: z.strictObject({ answer: column }),
  }),
  z.strictObject({
    ...common,
    kind: z
      .literal('supply')
      .describe('The total supply, or what was minted and burned since the row before.'),
    tokens: z.tuple([token]),
    /** Tokens in being before the first row, where only changes are told. */
    initial: z.number().positive().optional(),
    columns: z.union([
      z.strictObject({ total: column }),
      z.strictObject({ minted: column, burned: column.describe('Of either sign.') }),
    ]),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('share').describe('The smallest share of a pool, without its coin.'),
    tokens: z.array(token).min(2),
    columns: z.strictObject({ share: column }),
  }),
  z.strictObject({
    ...common,
    kind: z
      .literal('backing')
      .describe('What a collateral vault or an escrow holds and what it owes, in pegs.'),
    of: z.enum(['collateral', 'escrow']),
    tokens: z.tuple([token]),
    columns: z.strictObject({ held: column, owed: column }),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('issuance').describe('What an issuer minted and received since the row before, in pegs.'),
    tokens: z.tuple([token]),
    columns: z.strictObject({ minted: column, received: column }),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('logs').describe('Raw logs of one contract, oldest first.'),
    tokens: z.array(token).min(1),
    protocol: z.string(),
    address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
    columns: z.strictObject({
      block: column,
      transaction: column,
      index: column,
      topics: column.describe('A list as JSON.'),
      data: column,
    }),
  }),
]);

export const mappingFile = z.strictObject({
  about: z.string(),
  /** US dollars that a coin is worth while its peg holds; 1 where left out. */
  pegs: z.record(z.string(), z.number().positive()).default({}),
  series: z.array(seriesRow).min(1),
});

export type SeriesRow = z.output<typeof seriesRow>;
export type Mapping = z.output<typeof mappingFile>;

export function readMapping(path: string): Mapping {
  let tree: unknown;
  try {
    tree = parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw new PegwatchError('mapping-unreadable', `${path} cannot be read: ${messageOf(thrown)}`);
  }
  const read = mappingFile.safeParse(tree);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `  ${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw new PegwatchError('mapping-invalid', [`${path} is no mapping:`, ...faults].join('\n'), {
    hint: 'docs/import.md says what it may hold, config/imports/ holds examples',
  });
}
