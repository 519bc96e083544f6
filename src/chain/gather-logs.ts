// From the answers of `eth_getLogs` to the logs of each block: merged over the filters, checked, in order.
// This is the hot path: each log is looked at once, without regular expressions; what its hexadecimal holds is checked
// where it becomes bytes (`packLogs`).

import type { Hex } from '../core/hex.js';
import type { Block, RawLog } from '../core/reading.js';
import { done, failed, type Outcome } from './json-rpc.js';
import { lower } from './read-header.js';

export interface BlockLogs {
  readonly number: number;
  readonly hash: Hex;
  /** By log index, ascending. */
  readonly logs: readonly RawLog[];
}

/** Something that is no log of ours: counted and left out, its block goes on without it. */
export type Reject = (why: string, raw: unknown) => void;

export interface Gathering {
  readonly isWatched: (address: Hex) => boolean;
  readonly reject: Reject;
}

interface NodeLog {
  readonly address?: unknown;
  readonly topics?: unknown;
  readonly data?: unknown;
  readonly blockNumber?: unknown;
  readonly blockHash?: unknown;
  readonly transactionHash?: unknown;
  readonly logIndex?: unknown;
  readonly removed?: unknown;
}

/** The logs of one block, asked by its hash: `answers` holds one list for each filter. */
export function gatherBlock(block: Block, answers: readonly unknown[], how: Gathering): Outcome<BlockLogs> {
  const logs: RawLog[] = [];
  for (const answer of answers) {
    if (!Array.isArray(answer)) return failed('malformed', 'logs that are no list');
    for (const raw of answer as readonly NodeLog[]) {
      const log = readLog(raw, how);
      if (log === null) continue;
      if (!sameHash(raw.blockHash, block.hash))
        return failed('contradiction', 'logs of another block than asked');
      logs.push(log);
    }
  }
  const ordered = inOrder(logs);
  return ordered.ok ? done({ number: block.number, hash: block.hash, logs: ordered.value }) : ordered;
}

/** The logs of `from..to`, by block; blocks without logs are left out. */
export function gatherRange(
  from: number,
  to: number,
  answers: readonly unknown[],
  how: Gathering,
): Outcome<readonly BlockLogs[]> {
  const blocks = new Map<number, { hash: Hex; logs: RawLog[] }>();
  for (const answer of answers) {
    if (!Array.isArray(answer)) return failed('malformed', 'logs that are no list');
    for (const raw of answer as readonly NodeLog[]) {
      const log = readLog(raw, how);
      if (log === null) continue;
      const number = Number(raw.blockNumber);
      if (!(number >= from && number <= to))
        return failed('contradiction', 'logs of blocks that were not asked for');
      const block = blocks.get(number);
      if (block === undefined) {
        if (typeof raw.blockHash !== 'string') return failed('malformed', 'a log without a block hash');
        blocks.set(number, { hash: lower(raw.blockHash as Hex), logs: [log] });
      } else if (sameHash(raw.blockHash, block.hash)) block.logs.push(log);
      else return failed('contradiction', 'logs of two blocks of one number');
    }
  }
  const gathered: BlockLogs[] = [];
  for (const [number, { hash, logs }] of [...blocks].sort(([a], [b]) => a - b)) {
    const ordered = inOrder(logs);
    if (!ordered.ok) return ordered;
    gathered.push({ number, hash, logs: ordered.value });
  }
  return done(gathered);
}

function readLog(raw: NodeLog, { isWatched, reject }: Gathering): RawLog | null {
  if (typeof raw !== 'object' || raw === null) return no('a log that is no object');
  if (raw.removed === true) return no('a removed log in an answer');
  const { topics, data, transactionHash } = raw;
  if (typeof raw.address !== 'string') return no('a log without an address');
  let address = raw.address as Hex;
  if (!isWatched(address)) {
    address = lower(address);
    if (!isWatched(address)) return no('a log of a contract that was not asked for');
  }
  if (!Array.isArray(topics) || typeof data !== 'string' || typeof transactionHash !== 'string') {
    return no('a log with a field missing');
  }
  for (const topic of topics) if (typeof topic !== 'string') return no('a topic that is no text');
  const logIndex =
    typeof raw.logIndex === 'string' && raw.logIndex.length > 2 ? Number(raw.logIndex) : Number.NaN;
  if (!Number.isSafeInteger(logIndex) || logIndex < 0) return no('a log index that is no number');
  return {
    address,
    topics: topics as Hex[],
    data: data as Hex,
    transactionHash: transactionHash as Hex,
    logIndex,
  };

  function no(why: string): null {
    reject(why, raw);
    return null;
  }
}

/** Sorts where several filters were merged. Two filters may match one log; two logs of one index are a lie. */
function inOrder(logs: RawLog[]): Outcome<readonly RawLog[]> {
  let ascending = true;
  for (let i = 1; i < logs.length; i++) {
    if ((logs[i]?.logIndex ?? 0) <= (logs[i - 1]?.logIndex ?? 0)) ascending = false;
  }
  if (ascending) return done(logs);
  logs.sort((a, b) => a.logIndex - b.logIndex);
  const unique: RawLog[] = [];
  for (const log of logs) {
    const before = unique.at(-1);
    if (before?.logIndex !== log.logIndex) unique.push(log);
    else if (!sameLog(before, log)) return failed('contradiction', 'two logs with one index');
  }
  return done(unique);
}

function sameLog(a: RawLog, b: RawLog): boolean {
  return a.address === b.address && a.data === b.data && a.topics.join() === b.topics.join();
}

function sameHash(value: unknown, hash: Hex): boolean {
  return value === hash || (typeof value === 'string' && value.toLowerCase() === hash);
}
