// What becomes of the logs in a node's answer: a real block, and answers that cannot be true.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gatherBlock, gatherRange } from '../../src/chain/gather-logs.js';
import { readHeader } from '../../src/chain/read-header.js';
import type { Hex } from '../../src/core/hex.js';
import { LogCursor, packLogs } from '../../src/core/packed-logs.js';
import type { Block } from '../../src/core/reading.js';
import { sharedPath } from '../helpers/shared.js';

const hash = (digit: string): Hex => `0x${digit.repeat(64)}`;
const address: Hex = `0x${'a'.repeat(40)}`;
const block: Block = { number: 16, hash: hash('b'), parentHash: hash('c'), timeMs: 0 };

function log(logIndex: number, more: object = {}) {
  return {
    address,
    topics: [hash('1')],
    data: '0x',
    blockHash: block.hash,
    blockNumber: '0x10',
    transactionHash: hash('d'),
    logIndex: `0x${logIndex.toString(16)}`,
    removed: false,
    ...more,
  };
}

function gather(...answers: readonly unknown[]) {
  const rejected: string[] = [];
  const how = { isWatched: (one: Hex) => one === address, reject: (why: string) => void rejected.push(why) };
  return { outcome: gatherBlock(block, answers, how), range: gatherRange(16, 20, answers, how), rejected };
}

function indexes(outcome: ReturnType<typeof gatherBlock>): readonly number[] | string {
  return outcome.ok ? outcome.value.logs.map(({ logIndex }) => logIndex) : outcome.failure.kind;
}

describe('the logs of a block', () => {
  it('are merged over the filters in the order of their index, each once', () => {
    const { outcome } = gather([log(3), log(9)], [log(1), log(3), log(12)]);
    expect(indexes(outcome)).toEqual([1, 3, 9, 12]);
  });

  it('may name their contract and block in capitals', () => {
    const { outcome } = gather([
      log(1, { address: `0x${'A'.repeat(40)}`, blockHash: block.hash.toUpperCase().replace('X', 'x') }),
    ]);
    expect(outcome).toMatchObject({ ok: true, value: { logs: [{ address, logIndex: 1 }] } });
  });

  it('are a contradiction where two differ in all but their index, or belong to another block', () => {
    expect(indexes(gather([log(1)], [log(1, { data: '0x01' })]).outcome)).toBe('contradiction');
    expect(indexes(gather([log(1, { blockHash: hash('e') })]).outcome)).toBe('contradiction');
    expect(indexes(gather({}).outcome)).toBe('malformed');
    expect(indexes(gather(null).outcome)).toBe('malformed');
  });

  it('lose what is no log of ours, and only that', () => {
    const bad = [
      null,
      'x',
      [],
      log(1, { topics: [7] }),
      log(1, { logIndex: '0x' }),
      log(1, { logIndex: 5 }),
      log(1, { removed: true }),
    ];
    const { outcome, rejected } = gather([...bad, log(4), log(2, { address: hash('f') })]);
    expect(indexes(outcome)).toEqual([4]);
    // The block and the range reader reject the same eight.
    expect(rejected).toHaveLength(16);
  });
});

describe('the logs of a range', () => {
  it('come block by block, oldest first', () => {
    const later = { blockNumber: '0x12', blockHash: hash('2') };
    const { range } = gather([log(0), log(1, later)], [log(0, later), log(5)]);
    const found = range.ok
      ? range.value.map((one) => [one.number, one.logs.map(({ logIndex }) => logIndex)])
      : range;
    expect(found).toEqual([
      [16, [0, 5]],
      [18, [0, 1]],
    ]);
  });

  it('are a contradiction outside the range or with two hashes for one number', () => {
    expect(gather([log(0, { blockNumber: '0x15' })]).range).toMatchObject({
      failure: { kind: 'contradiction' },
    });
    expect(gather([log(0), log(1, { blockHash: hash('e') })]).range).toMatchObject({
      failure: { kind: 'contradiction' },
    });
  });
});

const fixture = sharedPath('data/rpc_fixtures/mainnet_18000000/batch_header_and_eth_getLogs.json.gz');

it.skipIf(fixture === null)('all 291 logs of mainnet block 18,000,000 go through (needs ../shared)', () => {
  const body = JSON.parse(gunzipSync(readFileSync(fixture ?? '')).toString()) as { result: unknown }[];
  const header = body.map(({ result }) => readHeader(result)).find((one) => one !== null);
  const logs = body.map(({ result }) => result).find((one) => Array.isArray(one));
  if (!header || !logs) throw new Error('the fixture has another shape');
  const rejected: string[] = [];
  const how = { isWatched: () => true, reject: (why: string) => void rejected.push(why) };
  const gathered = gatherBlock(header, [logs], how);
  if (!gathered.ok) throw new Error(gathered.failure.message);
  const cursor = new LogCursor(packLogs(gathered.value.logs, (_log, why) => void rejected.push(why)));
  expect([header.number, cursor.count, rejected]).toEqual([18_000_000, 291, []]);
});
