// Recorded chain data: two days of Uniswap V3 pools with an independent decoder's answers, and one block of mainnet.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { Observation } from '../../src/core/observation.js';
import { LogCursor, packLogs } from '../../src/core/packed-logs.js';
import type { Problem } from '../../src/core/problem.js';
import type { RawLog } from '../../src/core/reading.js';
import { createDecoder } from '../../src/protocols/decoder.js';
import { protocolOf, protocols } from '../../src/protocols/index.js';
import { sharedPath } from '../helpers/shared.js';
import { makeSource, watchedAddress } from './helpers.js';

const folder = sharedPath('data', 'rpc_fixtures');
if (folder === null) console.warn('skipped: recorded chain data is not beside the repository');

/** Rows of a CSV whose quoted fields hold commas and doubled quotes. */
function rows(name: string): Record<string, string>[] {
  const text = gunzipSync(readFileSync(`${folder}/univ3_logs/${name}.csv.gz`)).toString();
  const [header = [], ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) => field))
    .map((fields) => fields.map((field) => field.replace(/^"|"$/g, '').replaceAll('""', '"')));
  return lines.map((fields) => Object.fromEntries(header.map((key, i) => [key, fields[i] ?? ''])));
}

const swapTopic = protocolOf('uniswap-v3').events[0]!.topic0;

describe.skipIf(folder === null).each([
  ['ethereum_usdc_weth_2024-01-05', 6234],
  ['polygon_usdc_weth_2022-01-05', 4158],
] as const)('the recorded day %s', (name, count) => {
  const decoded = () => {
    const raw = rows(`${name}_raw`).map((row): RawLog & { readonly key: string } => ({
      address: watchedAddress,
      topics: JSON.parse((row.topics ?? row.pool_topics ?? '').replaceAll("'", '"')),
      data: (row.data ?? row.pool_data) as Hex,
      transactionHash: row.transaction_hash as Hex,
      logIndex: Number(row.log_index ?? row.pool_log_index),
      key: `${row.block_number} ${row.log_index ?? row.pool_log_index}`,
    }));
    expect(raw).toHaveLength(count);
    const packed = packLogs(raw, (log, why) => {
      throw new Error(`${log.transactionHash}: ${why}`);
    });
    const decoder = createDecoder('ethereum', [makeSource(protocolOf('uniswap-v3'), 2)]);
    const byKey = new Map<string, Observation>();
    const problems: Problem[] = [];
    // One log after the other, so that the position in the file tells which row an observation is of.
    const blocks = raw.map((log) => ({ key: log.key, logs: packLogs([log], () => {}) }));
    for (const { key, logs } of blocks) {
      decoder.decode(
        { logs, calls: [] },
        {
          observation: (_, observation) => byKey.set(key, observation),
          problem: (problem) => problems.push(problem),
        },
      );
    }
    const together: Observation[] = [];
    decoder.decode(
      { logs: packed, calls: [] },
      {
        observation: (_, observation) => together.push(observation),
        problem: (problem) => problems.push(problem),
      },
    );
    expect(problems).toEqual([]);
    expect(together).toEqual([...byKey.values()]);
    return { raw, byKey };
  };

  it('reads as the independent decoder read it, log by log', () => {
    const { raw, byKey } = decoded();
    const seen = { SWAP: 0, MINT: 0, BURN: 0 };
    for (const row of rows(`${name}_decoded`)) {
      const observation = byKey.get(`${row.block_number} ${row.pool_log_index}`);
      if (row.tx_type === 'SWAP') {
        seen.SWAP++;
        expect(observation).toEqual({
          kind: 'swap',
          amounts: [BigInt(row.amount0!), BigInt(row.amount1!)],
          sqrtPriceX96: BigInt(row.sqrtPriceX96!),
          liquidity: BigInt(row.total_liquidity!),
          tick: Number(row.current_tick),
        });
      } else if (row.tx_type === 'MINT' || row.tx_type === 'BURN') {
        const sign = row.tx_type === 'MINT' ? 1n : -1n;
        seen[row.tx_type]++;
        expect(observation).toEqual({
          kind: 'liquidity',
          amounts: [sign * BigInt(row.amount0!), sign * BigInt(row.amount1!)],
          liquidityDelta: sign * BigInt(row.liquidity!),
          tickLower: Number(row.tick_lower),
          tickUpper: Number(row.tick_upper),
        });
      } else {
        expect(row.tx_type).toBe('COLLECT');
        expect(observation).toEqual({
          kind: 'collect',
          amounts: [-BigInt(row.amount0!), -BigInt(row.amount1!)],
          tickLower: Number(row.tick_lower),
          tickUpper: Number(row.tick_upper),
        });
      }
    }
    expect(byKey.size).toBe(count);
    expect(seen.SWAP).toBe(raw.filter(({ topics }) => topics[0] === swapTopic).length);
    expect(seen.SWAP).toBeGreaterThan(3000);
    expect(seen.MINT).toBeGreaterThan(0);
    expect(seen.BURN).toBeGreaterThan(0);
  });
});

describe.skipIf(folder === null)('mainnet block 18,000,000', () => {
  interface NodeLog extends Omit<RawLog, 'logIndex'> {
    readonly logIndex: Hex;
  }
  const logs = (): RawLog[] => {
    const path = `${folder}/mainnet_18000000/batch_header_and_eth_getLogs.json.gz`;
    const batch = JSON.parse(gunzipSync(readFileSync(path)).toString()) as [unknown, { result: NodeLog[] }];
    return batch[1].result.map(({ address, topics, data, transactionHash, logIndex }) => ({
      address,
      topics,
      data,
      transactionHash,
      logIndex: Number(logIndex),
    }));
  };
  const packed = () =>
    packLogs(logs(), (_, why) => {
      throw new Error(why);
    });

  it('packs and unpacks without loss', () => {
    const cursor = new LogCursor(packed());
    const unpacked: RawLog[] = [];
    while (cursor.next()) unpacked.push(cursor.raw());
    expect(unpacked).toHaveLength(291);
    expect(unpacked).toEqual(logs());
  });

  it('passes through a decoder that takes every contract for every protocol, and one that knows none', () => {
    const addresses = [...new Set(logs().map((log) => log.address))];
    const sources = addresses.flatMap((address) =>
      protocols.map((protocol) =>
        makeSource(protocol, protocol.tokenCount[1], { id: `ethereum/${protocol.name}-${address}`, address }),
      ),
    );
    const kinds = new Map<string, number>();
    const visit = {
      observation: (_: unknown, { kind }: Observation) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1),
      problem: ({ code }: Problem) => kinds.set(code, (kinds.get(code) ?? 0) + 1),
    };
    createDecoder('ethereum', sources).decode({ logs: packed(), calls: [] }, visit);
    expect(kinds.get('log-unknown-emitter')).toBeUndefined();
    // Counted in the raw JSON: each Sync is one reserves, each V2 or V3 Swap one swap.
    const v2 = protocolOf('uniswap-v2').events.map(({ topic0 }) => topic0);
    const count = (...wanted: readonly Hex[]) =>
      logs().filter(({ topics }) => wanted.includes(topics[0]!)).length;
    expect(kinds.get('reserves')).toBe(count(v2[0]!));
    expect(kinds.get('swap')).toBe(count(v2[1]!, swapTopic));

    kinds.clear();
    createDecoder('ethereum', []).decode({ logs: packed(), calls: [] }, visit);
    const emitters = new Set(logs().map(({ address, topics }) => `${address} ${topics[0]}`));
    expect([...kinds]).toEqual([['log-unknown-emitter', emitters.size]]);
  });
});
