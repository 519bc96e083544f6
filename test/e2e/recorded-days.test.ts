// Two recorded days of real Uniswap V3 pools, served block by block to the ordinary daemon: the first half as heads
// that a subscription pushes, the rest as what a restarted daemon finds that it has missed.
import { expect, test } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { TimelineRow } from '../../src/reports/timeline-row.js';
import { type ConfigFolder, writeConfigFolder } from '../helpers/config-folder.js';
import { type Daemon, pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { answering, type Contracts } from '../helpers/pretend-contracts.js';
import { type PretendNode, startPretendNode } from '../helpers/pretend-node.js';
import { type RecordedDay, type Row, recordedDay, timeOf } from '../helpers/recorded-day.js';

interface Pool {
  readonly chain: string;
  readonly chainId: number;
  readonly name: string;
  readonly logs: number;
  readonly address: Hex;
  readonly usdc: Hex;
  readonly weth: Hex;
}

const pools: readonly Pool[] = [
  {
    chain: 'ethereum',
    chainId: 1,
    name: 'ethereum_usdc_weth_2024-01-05',
    logs: 6234,
    address: '0x88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640',
    usdc: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    weth: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2',
  },
  {
    chain: 'polygon',
    chainId: 137,
    name: 'polygon_usdc_weth_2022-01-05',
    logs: 4158,
    address: '0x45dDa9cb7c25131DF268515131f647d726f50608',
    usdc: '0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174',
    weth: '0x7ceB23fD6bC0adD59E62ac25578270cFf1b9f619',
  },
];

const days = pools.map((pool) => recordedDay(pool.name, pool.address));
const present = days.every((day) => day !== null);
if (!present) console.warn('skipped: recorded chain data is not beside the repository');

test.skipIf(!present)(
  'every log of two recorded days is in the timeline once, with the recorded amounts, price and tick',
  { timeout: 180_000 },
  async () => {
    const served = await Promise.all(pools.map((pool, i) => serve(pool, days[i] as RecordedDay)));
    const folder = configFor(served);

    const first = startDaemon(folder);
    await first.ready();
    await Promise.all(served.map((one) => one.pushHalf()));
    await reached(first, served);
    expect(await first.stop()).toMatchObject({ code: 0 });
    // Every pushed head was asked about by its hash (`pushHalf` waits for that); ranges were for second looks.
    const before = served.map((one) => one.asked().byRange);
    for (const one of served) one.mineRest();

    const second = startDaemon(folder);
    await second.ready();
    await reached(second, served);
    expect(await second.stop()).toMatchObject({ code: 0 });
    for (const [i, one] of served.entries()) {
      expect(one.asked().byRange).toBeGreaterThan(before[i] ?? 0);
      await one.node.close();
    }

    for (const [i, pool] of pools.entries()) {
      const { decoded } = days[i] as RecordedDay;
      expect(decoded).toHaveLength(pool.logs);
      const args = ['timeline', '--config', folder.config, '--source', sourceOf(pool)];
      const json = await pegwatch([...args, '--json']);
      expect(json).toMatchObject({ code: 0, err: '' });
      const rows = json.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as TimelineRow);
      const logged = rows.filter(({ logIndex }) => logIndex !== null);
      expect(logged).toHaveLength(decoded.length);
      // One by one, so that a difference is told as one row and not as thousands.
      decoded.forEach((row, n) => {
        expect(told(logged[n] as TimelineRow)).toEqual(recorded(pool, row));
      });

      const text = await pegwatch([...args, '--kind', 'swap,liquidity,collect']);
      expect(text).toMatchObject({ code: 0, err: '' });
      const lines = text.out
        .trim()
        .split('\n')
        .filter((line) => line.includes('#'));
      expect(lines).toHaveLength(decoded.length);
      decoded.forEach((row, n) => {
        const words = new Set((lines[n] ?? '').split(/\s+/));
        for (const word of wordsOf(pool, row)) expect(words, lines[n]).toContain(word);
      });
    }
  },
);

interface Served {
  readonly pool: Pool;
  readonly node: PretendNode;
  pushHalf(): Promise<void>;
  mineRest(): void;
  asked(): { byHash: number; byRange: number };
}

async function serve(pool: Pool, day: RecordedDay): Promise<Served> {
  const swaps = day.decoded.filter((row) => row.tx_type === 'SWAP');
  const swapBefore = (number: number): Row | undefined =>
    swaps.findLast((row) => Number(row.block_number) <= number);
  const contracts: Contracts = {
    [pool.usdc]: { 'decimals()': [6n] },
    [pool.weth]: { 'decimals()': [18n] },
    [pool.address]: {
      'token0()': [BigInt(pool.usdc)],
      'token1()': [BigInt(pool.weth)],
      'slot0()': ({ number }) => {
        const swap = swapBefore(number);
        if (swap === undefined) return null;
        return [BigInt(swap.sqrtPriceX96 ?? 0), BigInt(Number(swap.current_tick)), 0n, 1n, 1n, 0n, 1n];
      },
      'liquidity()': ({ number }) => {
        const swap = swapBefore(number);
        return swap === undefined ? null : [BigInt(swap.total_liquidity ?? 0)];
      },
    },
  };
  const node = await startPretendNode({ chainId: pool.chainId, onCall: answering(contracts) });
  const start = day.blocks.findIndex(({ number }) => number === day.firstNumber);
  const half = start + Math.floor((day.blocks.length - start) / 2);
  for (const block of day.blocks.slice(0, start)) node.addGiven(block);
  let askedFor: (hash: string) => void = () => {};
  let byHash = 0;
  let byRange = 0;
  node.intercept = (method, [filter]) => {
    if (method !== 'eth_getLogs') return undefined;
    const { blockHash } = filter as { readonly blockHash?: string };
    if (blockHash === undefined) byRange++;
    else {
      byHash++;
      askedFor(blockHash);
    }
    return undefined;
  };
  return {
    pool,
    node,
    /** Each block that holds something is announced, the next as soon as its logs are asked for. */
    async pushHalf() {
      for (const [i, block] of day.blocks.slice(start, half).entries()) {
        const loud = block.logs.length > 0 || start + i === half - 1;
        const asked = new Promise<void>((resolve) => {
          askedFor = (hash) => {
            if (hash === block.hash) resolve();
          };
        });
        node.addGiven(block, loud);
        if (loud) await asked;
      }
    },
    mineRest() {
      for (const block of day.blocks.slice(half)) node.addGiven(block);
    },
    asked: () => ({ byHash, byRange }),
  };
}

function configFor(served: readonly Served[]): ConfigFolder {
  return writeConfigFolder({
    chains: served.map(({ pool, node }) => ({ chain: pool.chain, chainId: pool.chainId, ws: node.ws })),
    coins: [
      {
        coin: 'USDC',
        name: 'USD Coin',
        deployments: pools.map(({ chain, usdc }) => ({ chain, address: usdc, decimals: 6, kind: 'native' })),
        sources: pools.map((pool) => ({
          id: sourceOf(pool),
          chain: pool.chain,
          protocol: 'uniswap-v3',
          address: pool.address,
          tokens: ['USDC', { symbol: 'WETH', address: pool.weth, decimals: 18 }],
        })),
      },
    ],
  });
}

/** All that the nodes have is stored. */
async function reached(daemon: Daemon, served: readonly Served[]): Promise<void> {
  await eventually(async () => {
    const { chains } = JSON.parse((await daemon.get('/status')).body) as {
      chains: { chain: string; block: { number: number } | null }[];
    };
    for (const { pool, node } of served) {
      expect(chains.find(({ chain }) => chain === pool.chain)?.block?.number).toBe(node.head.number);
    }
    return true;
  }, 60_000);
}

const sourceOf = ({ chain }: Pool): string => `${chain}/usdc-weth-v3`;

/** What the timeline says of a log, in the columns of the recording. */
function told({
  kind,
  chain,
  timeMs,
  blockNumber,
  transactionHash,
  logIndex,
  orphaned,
  values,
}: TimelineRow) {
  const { amount0, amount1, sqrtPriceX96, tick, liquidity, liquidityDelta, tickLower, tickUpper } = values;
  const place = { kind, chain, timeMs, blockNumber, transactionHash, logIndex, orphaned, amount0, amount1 };
  if (kind === 'swap') return { ...place, sqrtPriceX96, tick, liquidity };
  return kind === 'liquidity'
    ? { ...place, liquidityDelta, tickLower, tickUpper }
    : { ...place, tickLower, tickUpper };
}

function recorded({ chain }: Pool, row: Row) {
  // The recording words what left the pool without a sign; with us what leaves is negative.
  const left = row.tx_type === 'BURN' || row.tx_type === 'COLLECT';
  const signed = (text = ''): string => String(left ? -BigInt(text) : BigInt(text));
  const whole = (text = ''): string => String(Number(text));
  const place = {
    chain,
    timeMs: timeOf(row),
    blockNumber: Number(row.block_number),
    transactionHash: row.transaction_hash,
    logIndex: Number(row.pool_log_index),
    orphaned: false,
    amount0: signed(row.amount0),
    amount1: signed(row.amount1),
  };
  const range = { tickLower: whole(row.tick_lower), tickUpper: whole(row.tick_upper) };
  switch (row.tx_type) {
    case 'SWAP':
      return {
        ...place,
        kind: 'swap',
        sqrtPriceX96: row.sqrtPriceX96,
        tick: whole(row.current_tick),
        liquidity: row.total_liquidity,
      };
    case 'MINT':
    case 'BURN':
      return { ...place, ...range, kind: 'liquidity', liquidityDelta: signed(row.liquidity) };
    default:
      return { ...place, ...range, kind: 'collect' };
  }
}

/** What must stand in the line of the page for this row of the CSV. */
function wordsOf(pool: Pool, row: Row): readonly string[] {
  const { kind, chain, timeMs, blockNumber, transactionHash, logIndex, orphaned, ...values } = recorded(
    pool,
    row,
  );
  return [
    ...(row.block_timestamp ?? '').slice(0, 19).split(' '),
    chain,
    String(blockNumber),
    `#${logIndex}`,
    kind,
    sourceOf(pool),
    transactionHash ?? '',
    ...Object.entries(values).map(([name, value]) => `${name}=${value}`),
  ];
}
