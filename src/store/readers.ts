// Who reads the store right now, in any process. A reader that holds on to an old state keeps LMDB from using freed
// pages again, and the file grows; a reader that died is forgotten when somebody looks.

import type { Tables } from './tables.js';

export interface ReadersSeen {
  /** That hold a state at this moment. */
  readonly count: number;
  /** How many transactions the oldest of these states is behind; 0 where there is none. */
  readonly behind: number;
  /** The process that holds it. */
  readonly pid: number | null;
}

export function lookAtReaders({ root }: Pick<Tables, 'root'>): ReadersSeen {
  root.readerCheck();
  const newest = lastTransaction(root.getStats());
  let count = 0;
  let oldest = { transaction: newest, pid: null as number | null };
  // One line for each: process, thread, and the transaction, or a dash where it holds none.
  for (const [, pid, transaction] of root.readerList().matchAll(/^\s*(\d+)\s+[0-9a-f]+\s+(\d+)\s*$/gm)) {
    count++;
    if (Number(transaction) < oldest.transaction)
      oldest = { transaction: Number(transaction), pid: Number(pid) };
  }
  return { count, behind: newest - oldest.transaction, pid: oldest.pid };
}

function lastTransaction(stats: object): number {
  return 'lastTxnId' in stats && typeof stats.lastTxnId === 'number' ? stats.lastTxnId : 0;
}
