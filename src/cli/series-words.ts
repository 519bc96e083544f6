// What came of one series of an import, as a person reads it.

import type { SeriesReport } from '../imports/read-import.js';
import { isoTime } from './cli.js';

/** One line, and another one where the file was not in order, and where rows were rejected. */
export function seriesWords(report: SeriesReport): readonly string[] {
  const { id, rows, rejected, late, byStamp, firstMs, lastMs, faults } = report;
  if (rows === 0) return [unreadable(report)];
  const [first] = faults;
  return [
    `${id}: ${rows} readings (${rejected} rejected, ${late} late), ${isoTime(firstMs)} to ${isoTime(lastMs)}`,
    ...(byStamp ? ['  not written in the order of time: read by its stamps'] : []),
    ...(first === undefined ? [] : [`  first rejected: row ${first.row}: ${first.why}`]),
  ];
}

/** Why a whole series gave nothing. */
export function unreadable({ id, file, columns, faults }: SeriesReport): string {
  const [first] = faults;
  const has = columns.length === 0 ? 'has no rows' : `has the columns ${columns.join(', ')}`;
  const why = first === undefined ? 'no row is wanted by where' : `row ${first.row}: ${first.why}`;
  return `${id}: nothing can be read: ${file} ${has}${columns.length === 0 ? '' : `; ${why}`}`;
}
