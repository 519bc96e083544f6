// In which order the rows of a file are read. As they stand, as a rule: a row that comes late was known late. But a file
// of which most rows come late is no record of what was known when: exchanges export the newest row first, and one stamp
// far in the future would make all that follow it late. Such a file is read by its stamps.

import { knownAt } from './known-at.js';
import type { SeriesRow } from './mapping.js';
import type { Row } from './read-rows.js';

export interface OrderedRow {
  readonly row: Row;
  /** Counted from 1, as it stands in the file. */
  readonly number: number;
  /** When it could be known by its own stamp; NaN where that cannot be read. */
  readonly stampMs: number;
}

export function inOrder(
  rows: readonly Row[],
  series: SeriesRow,
): { readonly ordered: readonly OrderedRow[]; readonly byStamp: boolean } {
  const wanted = Object.entries(series.where);
  const asWritten: OrderedRow[] = [];
  let late = 0;
  let newest = Number.NEGATIVE_INFINITY;
  for (const [i, row] of rows.entries()) {
    if (wanted.some(([column, text]) => row[column] !== text)) continue;
    const stampMs = knownAt(row, series);
    if (stampMs < newest) late++;
    else if (stampMs > newest) newest = stampMs;
    asWritten.push({ row, number: i + 1, stampMs });
  }
  if (late * 2 <= asWritten.length) return { ordered: asWritten, byStamp: false };
  // Rows of one moment keep the order of time: newest first among them too, where the file is.
  const stamped = asWritten.filter(({ stampMs }) => Number.isFinite(stampMs));
  const falls = (stamped[0]?.stampMs ?? 0) > (stamped.at(-1)?.stampMs ?? 0);
  const forward = falls ? asWritten.toReversed() : asWritten;
  const sorted = forward.toSorted((a, b) => orLast(a.stampMs) - orLast(b.stampMs));
  return { ordered: sorted, byStamp: true };
}

/** Rows without a time are rejected wherever they stand. */
function orLast(stampMs: number): number {
  return Number.isFinite(stampMs) ? stampMs : Number.MAX_SAFE_INTEGER;
}
