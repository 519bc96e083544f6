// Everything in a store but its journal follows from the journal: worked out again, row by row, and compared with what
// is stored. So a row that is missing or says something else is found although its checksum fits.

import { readAlertRow } from './alert-row.js';
import { textKey } from './keys.js';
import { emptyHead } from './links.js';
import { emptyState, planCommit, type Row } from './plan-commit.js';
import { readRange } from './read-range.js';
import { damagedRow } from './seal.js';
import type { StoreReader } from './store.js';
import { bytesAt, metaRow, type TableName, type Tables } from './tables.js';

/** The journal itself, and what stands beside it without following from it. */
const sources: ReadonlySet<TableName> = new Set(['journal', 'effects', 'links', 'checkpoint']);
/** Written once and never again. */
const once: ReadonlySet<TableName> = new Set(['entries', 'incidentAlerts']);
/** Written again by what is newer: a row leads to this input or to a later one. */
const newest: ReadonlySet<TableName> = new Set([
  'blocks',
  'orphans',
  'signals',
  'retractions',
  'incidents',
  'incidentTimes',
]);

const bottom = new Uint8Array(1);
const top = new Uint8Array(32).fill(0xff);

/** Rows that were compared; throws where one is wrong. Nobody may write meanwhile. */
export function verifyRows(tables: Tables, reader: Pick<StoreReader, 'steps' | 'id'>): number {
  let state = emptyState(reader.id);
  /** All other tables hold little: what stands in them at the end is kept. */
  const last = new Map<string, Row>();
  let compared = 0;
  let entries = 0;
  for (const step of reader.steps(1)) {
    const plan = planCommit(state, [step], (id) => last.get(`alerts ${id}`)?.value);
    state = plan.state;
    for (const row of plan.rows) {
      const { table } = row;
      if (sources.has(table)) continue;
      if (table === 'entries') entries++;
      if (once.has(table) || newest.has(table)) compare(row, newest.has(table));
      else last.set(`${table} ${nameOf(row)}`, row);
    }
  }
  for (const row of last.values()) compare(row, false);
  compareHead();
  if (countOf('entries') !== entries)
    throw damagedRow(`the timeline has not the ${entries} rows that it should have`);
  return compared;

  function compare({ table, key, value }: Row, orLater: boolean): void {
    compared++;
    const stored = bytesAt(tables[table], key);
    if (stored === undefined) throw damagedRow(`a row of ${table} is missing`);
    const order = Buffer.compare(stored, value);
    if (order === 0 || (orLater && order > 0 && stored.length === value.length)) return;
    if (table === 'alerts' && isSuperseded(stored, value)) return;
    throw damagedRow(`a row of ${table} is not what its input says`);
  }

  function compareHead(): void {
    const head = metaRow(tables, 'head') ?? emptyHead(reader.id);
    const { seq, blocks, signals, problems } = state.head;
    const same =
      head.seq === seq && head.blocks === blocks && head.signals === signals && head.problems === problems;
    if (!same) throw damagedRow('its counts are not those of its journal');
    if (JSON.stringify(metaRow(tables, 'watches') ?? []) !== JSON.stringify(state.watches))
      throw damagedRow('its list of further contracts is not the one that its journal makes');
    compareOutbox();
  }

  /** How often each was tried is nobody else's word; whether it waits is. */
  function compareOutbox(): void {
    const waiting = new Set((metaRow(tables, 'outbox') ?? []).map(({ alertId }) => alertId));
    for (const id of state.outbox.keys()) {
      const stored = bytesAt(tables.alerts, textKey(id));
      const replaced = stored !== undefined && readAlertRow(stored).delivery === 'superseded';
      if (!replaced && !waiting.delete(id)) throw damagedRow(`alert ${id} should wait for its receiver`);
    }
    for (const id of waiting) throw damagedRow(`alert ${id} waits although its end is known`);
  }

  function countOf(table: TableName): number {
    let count = 0;
    for (const _row of readRange(tables[table], { from: bottom, to: top })) count++;
    return count;
  }
}

/** By id for alerts, which are asked for by it; else by key. */
function nameOf({ table, key }: Row): string {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return table === 'alerts' ? bytes.subarray(2).toString() : bytes.toString('latin1');
}

/** What the outbox replaced has no input of its own until the receipt of what replaced it. */
function isSuperseded(stored: Uint8Array, derived: Uint8Array): boolean {
  const [is, was] = [readAlertRow(stored), readAlertRow(derived)];
  return is.delivery === 'superseded' && is.at.seq === was.at.seq;
}
