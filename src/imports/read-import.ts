// A whole import: mapping files and a folder of data in, what is watched and what was read out.

import { join } from 'node:path';
import type { CoinName } from '../core/coin.js';
import { PegwatchError } from '../core/errors.js';
import type { Mapping, SeriesRow } from './mapping.js';
import { type Row, readRows } from './read-rows.js';
import { type Reading, type RowFault, readingsOf } from './readings.js';
import { placeOf, sourceOf, type Watched, watchedBy } from './sources.js';

export interface SeriesReport {
  readonly id: string;
  readonly rows: number;
  readonly rejected: number;
  readonly late: number;
  /** Whether the file was read in the order of its stamps, because most of its rows came late. */
  readonly byStamp: boolean;
  /** Of the first rejected rows: which, and why. */
  readonly faults: readonly RowFault[];
  /** Where it was read: the file and its columns. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly resolutionMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface Import {
  readonly watched: Watched;
  /** What the mappings say about pegs, in US dollars. */
  readonly pegs: Readonly<Record<CoinName, number>>;
  readonly readings: readonly Reading[];
  readonly series: readonly SeriesReport[];
}

export async function readImport(mappings: readonly Mapping[], folder: string): Promise<Import> {
  const all = mappings.flatMap(({ series }) => series);
  refuseTwins(all.map(({ id }) => id));
  refuseMixedPlaces(mappings);
  const readings: Reading[] = [];
  const reports: SeriesReport[] = [];
  for (const series of all) {
    const rows = await readRows(join(folder, series.file));
    refuseMissingColumns(rows, series);
    const read = readingsOf(rows, series, sourceOf(series));
    for (const reading of read.readings) readings.push(reading);
    reports.push({
      id: series.id,
      rows: read.readings.length,
      rejected: read.rejected,
      late: read.late,
      byStamp: read.byStamp,
      faults: read.faults,
      file: series.file,
      columns: Object.keys(rows[0] ?? {}),
      resolutionMs: series.resolution,
      firstMs: read.readings[0]?.knownMs ?? Number.NaN,
      lastMs: read.readings.at(-1)?.knownMs ?? Number.NaN,
    });
  }
  const pegs = Object.assign({}, ...mappings.map((one) => one.pegs));
  return { watched: watchedBy(mappings), pegs, readings, series: reports };
}

/** A column that no row has is a fault of the mapping; that single rows leave it out is theirs. */
function refuseMissingColumns(rows: readonly Row[], { id, file, time, where, columns }: SeriesRow): void {
  const [first] = rows;
  if (first === undefined) return;
  const wanted = [time.column, ...Object.keys(where), ...Object.values(columns).flat()];
  for (const column of wanted) {
    if (column === undefined || column in first || rows.some((row) => column in row)) continue;
    throw new PegwatchError('mapping-column', `${id}: the data has no column ${column}`, {
      hint: `the columns of ${file}: ${Object.keys(first).join(', ')}`,
    });
  }
}

function refuseTwins(ids: readonly string[]): void {
  const twin = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twin !== undefined) throw new PegwatchError('mapping-twin', `two series are named ${twin}`);
}

/** Real block numbers and made ones cannot stand in one chain. */
function refuseMixedPlaces(mappings: readonly Mapping[]): void {
  const kinds = new Map<string, Set<boolean>>();
  for (const series of mappings.flatMap((one) => one.series)) {
    const place = placeOf(series);
    kinds.set(place, (kinds.get(place) ?? new Set()).add(series.kind === 'logs'));
  }
  for (const [place, both] of kinds) {
    if (both.size < 2) continue;
    throw new PegwatchError('mapping-mixed', `${place} has raw logs and reports`, {
      hint: 'Give the logs a place of their own, such as ethereum-logs.',
    });
  }
}

/** For plots: when each value of a series could be known, and the value. */
export function samplesOf(
  { readings }: Import,
  id: string,
): readonly (readonly [knownMs: number, value: number])[] {
  return readings.flatMap(({ source, knownMs, value }) =>
    source === id && value !== null ? [[knownMs, value] as const] : [],
  );
}
