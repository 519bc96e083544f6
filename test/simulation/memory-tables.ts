// The tables of the store in memory, for speed: the store's own code runs over them, only LMDB is stood in for. What is
// written becomes durable when `disk` says so, whole and in order, as LMDB's transactions do; `memory-tables.test.ts`
// holds the two against each other.

import { type Table, type TableName, type Tables, tableNames } from '../../src/store/tables.js';

/** Runs `apply` when the transaction is on the disk; may never do so, or reject. */
export type Flush = (apply: () => void) => Promise<void>;

type Bytes = Uint8Array;

/** What survives the process. */
export interface Durable {
  readonly tables: Map<string, Map<string, Bytes>>;
  readonly meta: Map<string, { readonly value: unknown; readonly version: number }>;
}

const names = Object.keys(tableNames) as TableName[];

export function createDurable(): Durable {
  return {
    tables: new Map(names.map((name) => [name, new Map()])),
    meta: new Map([
      ['id', { value: 'simulated', version: 0 }],
      ['head', { value: { seq: 0, blocks: 0, signals: 0, problems: 0 }, version: 1 }],
    ]),
  };
}

export function memoryTables(durable: Durable, flush: Flush): Tables {
  /** The transaction that is being written. */
  let pending: (() => void)[] = [];
  const tables = Object.fromEntries(
    names.map((name) => [name, table(durable.tables.get(name)!, (op) => pending.push(op))]),
  );
  const meta = {
    get: (key: string) => structuredClone(durable.meta.get(key)?.value),
    put: (key: string, value: unknown, version: number) =>
      pending.push(() => durable.meta.set(key, { value: structuredClone(value), version })),
    async ifVersion(key: string, version: number, write: () => void): Promise<boolean> {
      pending = [];
      write();
      const ops = pending;
      let matched = false;
      await flush(() => {
        matched = durable.meta.get(key)?.version === version;
        if (matched) for (const op of ops) op();
      });
      return matched;
    },
  };
  return { ...tables, meta, root: { close: () => Promise.resolve() } } as unknown as Tables;
}

function table(rows: Map<string, Bytes>, write: (op: () => void) => void): Table {
  let sorted: string[] | null = null;
  let sortedSize = -1;
  const keys = (): string[] => {
    // Rows are never deleted: as many keys are the same keys.
    if (sorted === null || sortedSize !== rows.size) sorted = [...rows.keys()].sort();
    sortedSize = rows.size;
    return sorted;
  };
  const getBinary = (key: Bytes) => {
    const found = rows.get(textOf(key));
    return found === undefined ? undefined : Buffer.from(found);
  };
  return {
    getBinary,
    get: getBinary,
    put: (key: Bytes, value: Bytes) => {
      const copy = Uint8Array.from(value);
      write(() => rows.set(textOf(key), copy));
    },
    getRange(range: {
      start: Bytes;
      end: Bytes;
      reverse: boolean;
      exclusiveStart: boolean;
      inclusiveEnd: boolean;
      limit: number;
    }) {
      const { reverse, limit } = range;
      const start = textOf(range.start);
      const end = textOf(range.end);
      const found = keys().filter((key) => {
        const afterStart = reverse ? key < start : key > start;
        const beforeEnd = reverse ? key > end : key < end;
        return (
          (afterStart || (!range.exclusiveStart && key === start)) &&
          (beforeEnd || (range.inclusiveEnd && key === end))
        );
      });
      if (reverse) found.reverse();
      return found
        .slice(0, limit)
        .map((key) => ({ key: Buffer.from(key, 'latin1'), value: Buffer.from(rows.get(key)!) }));
    },
    resetReadTxn() {},
    getStats: () => ({ entryCount: rows.size }),
  } as unknown as Table;
}

/** One character for each byte: texts compare as the bytes do. */
function textOf(key: Bytes): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}
