// When a row could be known: its stamp, read in the data set's own way, plus what the mapping says must pass.

import type { SeriesRow } from './mapping.js';
import type { Row } from './read-rows.js';

/** Milliseconds, on whole seconds (rounded up: never earlier than the truth). NaN for a stamp that is none. */
export function knownAt(row: Row, { time }: Pick<SeriesRow, 'time'>): number {
  return Math.ceil((stampMs(row[time.column] ?? '', time) + time.knownAfter) / 1000) * 1000;
}

/** NaN beyond what can be meant: seconds that are read as milliseconds lie in 1970. */
function stampMs(stamp: string, time: SeriesRow['time']): number {
  const ms = readStamp(stamp, time);
  return ms >= earliestMs && ms < latestMs ? ms : Number.NaN;
}

const earliestMs = Date.UTC(2008, 0);
const latestMs = Date.UTC(2100, 0);

function readStamp(stamp: string, { unit, anchor }: SeriesRow['time']): number {
  if (unit === 'iso') return isoMs(stamp);
  const count = stamp === '' ? Number.NaN : Number(stamp);
  if (unit === 's') return count * 1000;
  if (unit === 'ms') return count;
  if (unit === 'us') return count / 1000;
  if (anchor === undefined) return Number.NaN;
  return isoMs(anchor.time) + (count - anchor.block) * anchor.blockTime;
}

/** A time without a zone is UTC. Other forms are not guessed: whether 03/04 is in March depends on who wrote it. */
function isoMs(text: string): number {
  if (!/^\s*\d{4}-\d\d/.test(text)) return Number.NaN;
  const iso = text
    .trim()
    .replace(/ ?UTC$/, 'Z')
    .replace(
      /(:\d\d(?:\.\d+)?) ?([+-]\d\d)(?::?(\d\d))?$/,
      (_, time, hours, minutes = '00') => `${time}${hours}:${minutes}`,
    )
    .replace(' ', 'T');
  const zoned = /([zZ]|[+-]\d\d:\d\d)$/.test(iso);
  return Date.parse(zoned || iso.length <= 10 ? iso : `${iso}Z`);
}
