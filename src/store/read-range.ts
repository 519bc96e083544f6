// Rows of a range, in chunks: no read transaction outlives a chunk, however slowly the caller reads. One held open
// keeps LMDB from using freed pages again, and the file grows without end.

import { unseal } from './seal.js';
import type { Table } from './tables.js';

const chunkRows = 256;

export interface KeyRange {
  /** Inclusive. */
  readonly from: Uint8Array;
  /** Exclusive. */
  readonly to: Uint8Array;
  readonly reverse?: boolean;
}

export function* readRange(
  table: Table,
  range: KeyRange,
): Generator<{ readonly key: Uint8Array; readonly value: Uint8Array }> {
  const reverse = range.reverse === true;
  let start = reverse ? range.to : range.from;
  const end = reverse ? range.from : range.to;
  // The upper end is exclusive and the lower one inclusive, whichever way the rows are read.
  let exclusiveStart = reverse;
  for (;;) {
    const rows = [
      ...table.getRange({ start, end, reverse, exclusiveStart, inclusiveEnd: reverse, limit: chunkRows }),
    ];
    for (const { key, value } of rows) yield { key, value: unseal(key, value) };
    const last = rows.at(-1);
    if (last === undefined || rows.length < chunkRows) return;
    start = last.key;
    exclusiveStart = true;
    table.resetReadTxn();
  }
}
