// When a row could be known: its stamp, read in the data set's own way, plus what the mapping says must pass.

import { PegwatchError } from '../core/errors.js';
import type { SeriesRow } from './mapping.js';
import type { Row } from './read-rows.js';

/** Milliseconds, on whole seconds (rounded up: never earlier than the truth). NaN for a stamp that is none. */
export function knownAt(row: Row, { time, id }: SeriesRow): number {
  const stamp = row[time.column];
  if (stamp === undefined) {
    throw new PegwatchError('mapping-column', `${id}: the data has no column ${time.column}`, {
      hint: `its columns: ${Object.keys(row).join(', ')}`,
    });
  }
  return Math.ceil((stampMs(stamp, time) + time.knownAfter) / 1000) * 1000;
}

function stampMs(stamp: string, { unit, anchor }: SeriesRow['time']): number {
  if (unit === 'iso') return isoMs(stamp);
  const count = stamp === '' ? Number.NaN : Number(stamp);
  if (unit === 's') return count * 1000;
  if (unit === 'ms') return count;
  if (anchor === undefined) return Number.NaN;
  return isoMs(anchor.time) + (count - anchor.block) * anchor.blockTime;
}

/** A time without a zone is UTC. */
function isoMs(text: string): number {
  const zoned = /([zZ]|[+-]\d\d:?\d\d)$/.test(text);
  const iso = text.trim().replace(' ', 'T');
  return Date.parse(zoned || iso.length <= 10 ? iso : `${iso}Z`);
}
