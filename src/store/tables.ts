// The one LMDB environment of a store and its tables: what each holds, under which key. Names and meanings are here
// and nowhere else. Rows point to journal and effects by sequence number; no fact is stored twice.

import { type Database, open, type RootDatabase } from 'lmdb';
import { seal, unseal } from './seal.js';
import type { Watch } from './store.js';

/** Every value in it is sealed (seal.ts): read it by `bytesAt` and `readRange`, write it by the store. */
export type Table = Database<Buffer, Uint8Array>;

const utf8 = new TextEncoder();
const text = new TextDecoder();

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
  /** last seq of a commit -> the running hash, see links.ts. */
  links: 'links',
} as const;

export type TableName = keyof typeof tableNames;

/** Counted with every commit; the row's version is `seq + 1`, which is what a commit demands to find. */
export interface Head {
  readonly seq: number;
  /** The running hash over all commits so far, see links.ts. */
  readonly chain: string;
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
  /** One row for each of `MetaRows`, under its name, as sealed JSON. */
  readonly meta: Table;
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
    // With it lmdb-js makes a promise of its own for each turn, of which nobody hears: a commit that fails would end
    // the process by an unhandled rejection instead of the error that we give.
    eventTurnBatching: false,
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
  const meta: Table | undefined = root.openDB<Buffer, Uint8Array>('meta', {
    encoding: 'binary',
    keyEncoding: 'binary',
    useVersions: true,
  });
  if (meta === undefined || missing.length > 0) {
    void root.close();
    return null;
  }
  return { ...(tables as Record<TableName, Table>), root, meta };
}

export function metaRow<K extends keyof MetaRows>(tables: Tables, key: K): MetaRows[K] | undefined {
  const bytes = bytesAt(tables.meta, metaKey(key));
  return bytes === undefined ? undefined : (JSON.parse(text.decode(bytes)) as MetaRows[K]);
}

/** Within a transaction, or as one. */
export function putMeta<K extends keyof MetaRows>(
  tables: Tables,
  key: K,
  row: MetaRows[K],
  version: number,
): void {
  const name = metaKey(key);
  void tables.meta.put(name, seal(name, utf8.encode(JSON.stringify(row))) as Buffer, version);
}

export function metaKey(key: keyof MetaRows): Uint8Array {
  return utf8.encode(key);
}

/** The bytes under a key, in memory of their own; throws where they are not what was stored. */
export function bytesAt(table: Table, key: Uint8Array): Uint8Array | undefined {
  const found = table.getBinary(key);
  return found === undefined ? undefined : unseal(key, found);
}
