// Why a row could not be read, for the person whose data it is: the first of its columns that does not hold what its
// kind of series wants. Only asked about rows that were rejected, so it may take its time.

import { knownAt } from './known-at.js';
import type { SeriesRow } from './mapping.js';
import { toUnits } from './numbers.js';
import type { Row } from './read-rows.js';

interface Want {
  readonly column: string;
  readonly what: string;
  readonly holds: (text: string) => boolean;
}

/** `column price holds "n/a", which is no number above zero`. */
export function rowFault(row: Row, series: SeriesRow): string {
  const { time } = series;
  const stamp = row[time.column] ?? '';
  if (!Number.isFinite(knownAt(row, series)))
    return `column ${time.column} holds ${quoted(stamp)}, which is no ${timeWords[time.unit]}${hintFor(stamp, time.unit)}`;
  const fault = wantsOf(series).find(({ column, holds }) => !holds(row[column] ?? ''));
  if (fault !== undefined)
    return `column ${fault.column} holds ${quoted(row[fault.column] ?? '')}, which is no ${fault.what}`;
  if (series.kind === 'supply' && 'minted' in series.columns && series.initial === undefined)
    return 'what was minted and burned has no measure without the supply before: say initial in the mapping';
  return 'its values do not go together';
}

const timeWords = {
  iso: 'time such as 2024-01-05T00:00:23Z (time.unit: iso)',
  s: 'number of seconds since 1970 (time.unit: s)',
  ms: 'number of milliseconds since 1970 (time.unit: ms)',
  us: 'number of microseconds since 1970 (time.unit: us)',
  block: 'block number with a time.anchor (time.unit: block)',
} as const satisfies Record<SeriesRow['time']['unit'], string>;

/** What it looks like instead. */
function hintFor(stamp: string, unit: SeriesRow['time']['unit']): string {
  const looks = /^\s*\d{9,10}(\.\d+)?\s*$/.test(stamp)
    ? 's'
    : /^\s*\d{12,13}(\.\d+)?\s*$/.test(stamp)
      ? 'ms'
      : /^\s*\d{15,16}(\.\d+)?\s*$/.test(stamp)
        ? 'us'
        : /^\s*\d{4}-\d\d-\d\d/.test(stamp)
          ? 'iso'
          : null;
  if (looks !== null && looks !== unit) return `; it looks like time.unit: ${looks}`;
  if (/^\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}/.test(stamp))
    return '; which is day and which month is not guessed';
  return '';
}

function wantsOf(series: SeriesRow): readonly Want[] {
  switch (series.kind) {
    case 'price':
      return [number(series.columns.price, 'number above zero', (value) => value > 0n)];
    case 'oracle':
      return [number(series.columns.answer, 'number above zero', (value) => value > 0n)];
    case 'share': {
      const isShare = (value: bigint): boolean => value > 0n && value <= 10n ** 18n;
      return [number(series.columns.share, 'share above 0, at most 1', isShare)];
    }
    case 'backing': {
      const { held, owed } = series.columns;
      return [amount(held), number(owed, 'number above zero', (value) => value > 0n)];
    }
    case 'reserves':
      return series.columns.amounts.map(amount);
    case 'pool-state': {
      const isTick = (value: bigint): boolean => Math.abs(Number(value) / 1e18) <= 887_272;
      return [number(series.columns.tick, 'tick', isTick), amount(series.columns.liquidity)];
    }
    case 'supply':
      if ('total' in series.columns) return [amount(series.columns.total)];
      return Object.values(series.columns).map((column) => number(column, 'number', () => true));
    case 'issuance':
      return [amount(series.columns.minted), amount(series.columns.received)];
    case 'logs': {
      const { block, index, topics } = series.columns;
      const whole = (text: string): boolean => text !== '' && Number.isInteger(Number(text));
      return [
        { column: block, what: 'whole number', holds: whole },
        { column: index, what: 'whole number', holds: whole },
        { column: topics, what: 'list as JSON', holds: isJsonList },
      ];
    }
  }
}

function amount(column: string): Want {
  return number(column, 'number of at least zero', (value) => value >= 0n);
}

function number(column: string, what: string, fits: (value: bigint) => boolean): Want {
  const holds = (text: string): boolean => {
    const value = toUnits(text, 18);
    return value !== null && fits(value);
  };
  return { column, what, holds };
}

function isJsonList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
