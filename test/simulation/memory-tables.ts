// The tables of the store in memory, for speed: the store's own code runs over them, only LMDB is stood in for. What is
// written becomes durable when `disk` says so, whole and in order, as LMDB's transactions do; `memory-tables.test.ts`
// holds the two against each other.

import { emptyHead } from '../../src/store/links.js';
import { seal } from '../../src/store/seal.js';
import { metaKey, type Table, type TableName, type Tables, tableNames } from '../../src/store/tables.js';

/** Runs `apply` when the transaction is on the disk; may never do so, or reject. */
export type Flush = (apply: () => void) => Promise<void>;

type Bytes = Uint8Array;

/** What survives the process. */
export interface Durable {
  readonly tables: Map<string, Map<string, Bytes>>;
  readonly meta: Map<string, { readonly value: Bytes; readonly version: number }>;
}

const names = Object.keys(tableNames) as TableName[];

export function createDurable(): Durable {
  const row = (name: 'id' | 'head', value: unknown, version: number) => {
    const key = metaKey(name);
    return [textOf(key), { value: seal(key, Buffer.from(JSON.stringify(value))), version }] as const;
  };
  return {
    tables: new Map(names.map((name) => [name, new Map()])),
    meta: new Map([row('id', 'simulated', 0), row('head', emptyHead('simulated'), 1)]),
  };
}

export function memoryTables(durable: Durable, flush: Flush): Tables {
  /** The transaction that is being written. */
  let pending: (() => void)[] = [];
  const tables = Object.fromEntries(
    names.map((name) => [name, table(durable.tables.get(name)!, (op) => pending.push(op))]),
  );
  const meta = {
    getBinary: (key: Bytes) => {
      const found = durable.meta.get(textOf(key))?.value;
      return found === undefined ? undefined : Buffer.from(found);
    },
    put: (key: Bytes, value: Bytes, version: number) => {
      const copy = Uint8Array.from(value);
      pending.push(() => durable.meta.set(textOf(key), { value: copy, version }));
    },
    async ifVersion(key: Bytes, version: number, write: () => void): Promise<boolean> {
      pending = [];
      write();
      const ops = pending;
      let matched = false;
      await flush(() => {
        matched = durable.meta.get(textOf(key))?.version === version;
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
