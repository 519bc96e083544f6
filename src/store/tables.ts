// The one LMDB environment of a store and its tables: what each holds, under which key. Names and meanings are here
// and nowhere else. Rows point to journal and effects by sequence number; no fact is stored twice.

import { type Database, open, type RootDatabase } from 'lmdb';
import type { Watch } from './store.js';

export type Table = Database<Buffer, Uint8Array>;

export const tableNames = {
  /** seq -> the input, see codec.ts. */
  journal: 'journal',
  /** seq -> the step's effects as JSON; no row where there are none. */
  effects: 'effects',
  /** time, seq, n -> kind and chain: the timeline. */
  entries: 'entries',
  /** chain, block number -> seq of the newest block stored under that number. */
  blocks: 'blocks',
  /** chain, block hash -> seq of the newest reorg that killed it. */
  orphans: 'orphans',
  /** signal id -> pointer. */
  signals: 'signals',
  /** signal id -> pointer of its newest retraction. */
  retractions: 'retractions',
  /** incident id -> pointer of its newest state. */
  incidents: 'incidents',
  /** time of opening, incident id -> pointer as above: incidents in order. */
  incidentTimes: 'incident-times',
  /** alert id -> delivery, pointer, note: see alert-row.ts. */
  alerts: 'alerts',
  /** incident id, pointer -> alert id. */
  incidentAlerts: 'incident-alerts',
  /** chain -> cursor as JSON. */
  cursors: 'cursors',
  /** chain -> coverage ledger as JSON. */
  ledgers: 'ledgers',
  /** One row: seq as f64, then the engine's state. */
  checkpoint: 'checkpoint',
} as const;

export type TableName = keyof typeof tableNames;

/** Counted with every commit; the row's version is `seq + 1`, which is what a commit demands to find. */
export interface Head {
  readonly seq: number;
  readonly blocks: number;
  readonly signals: number;
  readonly problems: number;
}

/** An alert on its way; the whole outbox is one row, because it is short and LMDB dislikes put-and-delete queues. */
export interface OutboxRow {
  readonly alertId: string;
  readonly seq: number;
  readonly n: number;
  readonly attempts: number;
  readonly dueAtMs: number;
  readonly lastProblem: string | null;
  /** How many alerts that never arrived this one stands for. */
  readonly superseded?: number;
}

export interface MetaRows {
  readonly id: string;
  readonly head: Head;
  readonly outbox: readonly OutboxRow[];
  readonly watches: readonly Watch[];
}

export type Tables = Readonly<Record<TableName, Table>> & {
  readonly root: RootDatabase<unknown, string>;
  readonly meta: Database<MetaRows[keyof MetaRows], keyof MetaRows>;
};

/** Null where a read-only environment lacks a table: the folder holds no store of ours (yet). */
export function openTables(folder: string, readOnly: boolean): Tables | null {
  const root = open<unknown, string>({
    path: folder,
    // Said outright, because a dot in the folder's name would otherwise make it a file.
    noSubdir: false,
    readOnly,
    maxDbs: 32,
    // Each acknowledgement is a finished flush, not a promise of one.
    overlappingSync: false,
  });
  const missing: string[] = [];
  const table = (name: string): Table => {
    const opened: Table | undefined = root.openDB<Buffer, Uint8Array>(name, {
      encoding: 'binary',
      keyEncoding: 'binary',
    });
    if (opened === undefined) missing.push(name);
    return opened;
  };
  const tables = Object.fromEntries(Object.entries(tableNames).map(([key, name]) => [key, table(name)]));
  const meta: Tables['meta'] | undefined = root.openDB('meta', { encoding: 'json', useVersions: true });
  if (meta === undefined || missing.length > 0) {
    void root.close();
    return null;
  }
  return { ...(tables as Record<TableName, Table>), root, meta };
}

export function metaRow<K extends keyof MetaRows>(tables: Tables, key: K): MetaRows[K] | undefined {
  return tables.meta.get(key) as MetaRows[K] | undefined;
}

/** The bytes under a key, in memory of their own. */
export function bytesAt(table: Table, key: Uint8Array): Uint8Array | undefined {
  const found = table.getBinary(key);
  return found === undefined ? undefined : new Uint8Array(found.buffer, found.byteOffset, found.length);
}
