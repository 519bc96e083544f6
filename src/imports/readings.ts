// Rows become readings: the answers of the very calls that the source's protocol would have made, or its raw logs. So
// decoders, journal and replay meet nothing that they do not know from a chain.

import type { ChainName } from '../core/chain.js';
import type { Hex } from '../core/hex.js';
import type { CallReading, RawLog } from '../core/reading.js';
import type { SourceSpec } from '../core/source.js';
import { inOrder } from './in-order.js';
import { knownAt } from './known-at.js';
import type { SeriesRow } from './mapping.js';
import { sqrtPriceOfTick, toUnits, words } from './numbers.js';
import type { Row } from './read-rows.js';
import { rowFault } from './row-fault.js';

export interface Reading {
  readonly source: string;
  readonly chain: ChainName;
  readonly knownMs: number;
  readonly calls: readonly CallReading[];
  readonly logs: readonly RawLog[];
  /** The block of raw logs. */
  readonly blockNumber: number | null;
  /** What a plot shows: a price, an answer, a share; null where there is nothing to show. */
  readonly value: number | null;
}

export interface SeriesReadings {
  readonly readings: readonly Reading[];
  /** Rows that say nothing that can be read: no time, no number, a price of zero. */
  readonly rejected: number;
  /** Rows whose time lies before that of the row before: they are known when they come. */
  readonly late: number;
  /** Whether most rows came late, so that the file was read in the order of its stamps. */
  readonly byStamp: boolean;
  /** The first of the rejected rows, at most `mostFaults`. */
  readonly faults: readonly RowFault[];
}

export interface RowFault {
  /** Counted from 1, without the line of headings. */
  readonly row: number;
  readonly why: string;
  /** The row as JSON. */
  readonly raw: string;
}

/** Of each series; the rest is counted. */
export const mostFaults = 20;

type Answers = { readonly answers: Readonly<Record<string, Hex>>; readonly value: number | null };

/** Shared by all readings without logs: there are hundreds of thousands. */
const none: readonly RawLog[] = [];

export function readingsOf(rows: readonly Row[], series: SeriesRow, source: SourceSpec): SeriesReadings {
  const readings: Reading[] = [];
  const faults: RowFault[] = [];
  let rejected = 0;
  let late = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  const state = { supply: series.kind === 'supply' ? (series.initial ?? null) : null };
  const { ordered, byStamp } = inOrder(rows, series);
  for (const { row, number, stampMs } of ordered) {
    const reading = Number.isFinite(stampMs)
      ? readingOf(row, series, source, state, Math.max(lastMs, stampMs))
      : null;
    if (reading === null) {
      rejected++;
      if (faults.length < mostFaults)
        faults.push({ row: number, why: rowFault(row, series), raw: JSON.stringify(row) });
      continue;
    }
    if (stampMs < lastMs) late++;
    lastMs = Math.max(lastMs, stampMs);
    readings.push(reading);
  }
  return { readings, rejected, late, byStamp, faults };
}

function readingOf(
  row: Row,
  series: SeriesRow,
  source: SourceSpec,
  state: { supply: number | null },
  knownMs: number,
): Reading | null {
  if (series.kind === 'logs') return logOf(row, series, source, knownMs);
  const read = answersOf(row, series, source, state);
  if (read === null) return null;
  const { id, chain } = source;
  const calls: CallReading[] = [];
  for (const call in read.answers) calls.push({ source: id, call, data: read.answers[call] ?? null });
  return { source: id, chain, knownMs, calls, logs: none, blockNumber: null, value: read.value };
}

function answersOf(
  row: Row,
  series: Exclude<SeriesRow, { kind: 'logs' }>,
  source: SourceSpec,
  state: { supply: number | null },
): Answers | null {
  const units = (column: string, decimals: number): bigint | null => toUnits(row[column] ?? '', decimals);
  switch (series.kind) {
    case 'price': {
      const price = units(series.columns.price, 18);
      if (price === null || price <= 0n) return null;
      const volume = series.columns.volume === undefined ? null : units(series.columns.volume, 18);
      const report = volume === null || volume < 0n ? words(price) : words(price, volume);
      return { answers: { report }, value: Number(price) / 1e18 };
    }
    case 'pool-state': {
      const tick = units(series.columns.tick, 0);
      const liquidity = units(series.columns.liquidity, 0);
      if (tick === null || liquidity === null || liquidity < 0n || Math.abs(Number(tick)) > 887_272)
        return null;
      const slot0 = words(sqrtPriceOfTick(Number(tick)), tick, 0n, 0n, 0n, 0n, 1n);
      const [decimals0 = 0, decimals1 = 0] = source.tokens.map((token) => token.decimals);
      const value = 1.0001 ** Number(tick) * 10 ** (decimals0 - decimals1);
      return { answers: { slot0, liquidity: words(liquidity) }, value };
    }
    case 'reserves': {
      const amounts = series.columns.amounts.map((column, i) =>
        units(column, series.unit === 'raw' ? 0 : (source.tokens[i]?.decimals ?? 0)),
      );
      const told = series.columns.amplification === undefined ? null : units(series.columns.amplification, 0);
      const balances: Record<string, Hex> = {};
      for (const [i, amount] of amounts.entries()) {
        if (amount === null || amount < 0n) return null;
        balances[`balances${i}`] = words(amount);
      }
      return { answers: { ...balances, A: words(told ?? BigInt(series.amplification)) }, value: null };
    }
    case 'oracle': {
      const answer = units(series.columns.answer, source.answerDecimals ?? 8);
      if (answer === null || answer <= 0n) return null;
      const seconds = BigInt(Math.floor(knownAt(row, series) / 1000));
      return {
        answers: { latestRoundData: words(0n, answer, seconds, seconds, 0n) },
        value: Number(answer) / 1e8,
      };
    }
    case 'supply': {
      const decimals = source.tokens[0]?.decimals ?? 0;
      if ('total' in series.columns) {
        const total = units(series.columns.total, decimals);
        return total === null || total < 0n ? null : { answers: { totalSupply: words(total) }, value: null };
      }
      const minted = Number(row[series.columns.minted] || Number.NaN);
      const burned = Math.abs(Number(row[series.columns.burned] || Number.NaN));
      if (!Number.isFinite(minted - burned)) return null;
      // Without a first supply the flows have no measure: what is unknown is not made up.
      if (state.supply === null) return null;
      state.supply = Math.max(0, state.supply + minted - burned);
      const total = toUnits(state.supply.toFixed(Math.min(decimals, 6)), decimals) ?? 0n;
      return { answers: { totalSupply: words(total) }, value: state.supply };
    }
    case 'backing': {
      const held = units(series.columns.held, 18);
      const owed = units(series.columns.owed, 18);
      if (held === null || owed === null || held < 0n || owed <= 0n) return null;
      return { answers: { report: words(held, owed) }, value: Number(held) / Number(owed) };
    }
    case 'issuance': {
      const minted = units(series.columns.minted, 18);
      const received = units(series.columns.received, 18);
      if (minted === null || received === null || minted < 0n || received < 0n) return null;
      return { answers: { report: words(minted, received) }, value: null };
    }
    case 'share': {
      const share = units(series.columns.share, 18);
      return share === null || share <= 0n || share > 10n ** 18n
        ? null
        : { answers: { report: words(share) }, value: Number(share) / 1e18 };
    }
  }
}

function logOf(
  row: Row,
  series: Extract<SeriesRow, { kind: 'logs' }>,
  { id, chain }: SourceSpec,
  knownMs: number,
): Reading | null {
  const { columns } = series;
  const blockNumber = Number(row[columns.block] || Number.NaN);
  const logIndex = Number(row[columns.index] || Number.NaN);
  let topics: unknown;
  try {
    topics = JSON.parse(row[columns.topics] ?? '');
  } catch {
    return null;
  }
  if (!Number.isInteger(blockNumber) || !Number.isInteger(logIndex) || !Array.isArray(topics)) return null;
  const log: RawLog = {
    address: series.address.toLowerCase() as Hex,
    topics: topics as readonly Hex[],
    data: (row[columns.data] ?? '0x') as Hex,
    transactionHash: (row[columns.transaction] ?? '0x') as Hex,
    logIndex,
  };
  return { source: id, chain, knownMs, calls: [], logs: [log], blockNumber, value: null };
}
