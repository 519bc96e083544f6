// The recorded days of Uniswap V3 pools: what the node said (raw), and what an independent decoder read in it.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Hex } from '../../src/core/hex.js';
import type { GivenBlock, GivenLog } from './pretend-node.js';
import { sharedPath } from './shared.js';

export type Row = Readonly<Record<string, string>>;

export interface RecordedDay {
  /** Every block from some before the first to the last of the day, linked; those between hold nothing. */
  readonly blocks: readonly GivenBlock[];
  readonly firstNumber: number;
  readonly lastNumber: number;
  /** The independent decoder's rows, in the order of the chain. */
  readonly decoded: readonly Row[];
}

/** Ancestors of the first block, so that a first run finds what it asks for. */
const before = 70;

/** Null where the recorded data is not beside the repository. */
export function recordedDay(name: string, address: Hex): RecordedDay | null {
  const folder = sharedPath('data', 'rpc_fixtures', 'univ3_logs');
  if (folder === null) return null;
  const logs = new Map<number, { timeMs: number; logs: GivenLog[] }>();
  for (const row of readRows(`${folder}/${name}_raw.csv.gz`)) {
    const number = Number(row.block_number);
    const block = logs.get(number) ?? { timeMs: timeOf(row), logs: [] };
    logs.set(number, block);
    block.logs.push({
      address,
      // JSON in one file, a Python list in the other.
      topics: JSON.parse((row.topics ?? row.pool_topics ?? '').replaceAll("'", '"')) as Hex[],
      data: (row.data ?? row.pool_data) as Hex,
      transactionHash: row.transaction_hash as Hex,
      transactionIndex: Number(row.transaction_index ?? row.pool_tx_index),
      logIndex: Number(row.log_index ?? row.pool_log_index),
    });
  }
  const numbers = [...logs.keys()];
  const firstNumber = Math.min(...numbers);
  const lastNumber = Math.max(...numbers);
  const blocks: GivenBlock[] = [];
  let timeMs = (logs.get(firstNumber)?.timeMs ?? 0) - 60_000;
  for (let number = firstNumber - before; number <= lastNumber; number++) {
    const held = logs.get(number);
    timeMs = held?.timeMs ?? timeMs;
    const hash = hashOf(number);
    blocks.push({ number, hash, parentHash: hashOf(number - 1), timeMs, logs: held?.logs ?? [] });
  }
  const decoded = readRows(`${folder}/${name}_decoded.csv.gz`);
  return { blocks, firstNumber, lastNumber, decoded };
}

export function timeOf(row: Row): number {
  return Date.parse(`${(row.block_timestamp ?? '').slice(0, 19).replace(' ', 'T')}Z`);
}

/** The recording holds no block hashes: any that are linked will do. */
function hashOf(number: number): Hex {
  return `0xb10c${number.toString(16).padStart(60, '0')}`;
}

/** Rows of a CSV whose quoted fields hold commas and doubled quotes. */
function readRows(path: string): Row[] {
  const [header = [], ...lines] = gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split(/\r?\n/)
    .map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) => field))
    .map((fields) => fields.map((field) => field.replace(/^"|"$/g, '').replaceAll('""', '"')));
  return lines.map((fields) => Object.fromEntries(header.map((key, i) => [key, fields[i] ?? ''])));
}
