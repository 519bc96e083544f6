// Block 18,000,000 of Ethereum as a node answered it, through the same door: the coins that ship with pegwatch, and
// some that this block holds more of, are watched while it arrives.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type AbiEvent, decodeEventLog, getAddress, parseAbi } from 'viem';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load-config.js';
import type { Hex } from '../../src/core/hex.js';
import { LogCursor } from '../../src/core/packed-logs.js';
import type { RawLog } from '../../src/core/reading.js';
import { protocolOf } from '../../src/protocols/index.js';
import type { TimelineRow } from '../../src/reports/timeline-row.js';
import { openReader } from '../../src/store/open-reader.js';
import { repository, writeConfigFolder } from '../helpers/config-folder.js';
import { pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { hexOf } from '../helpers/pretend-contracts.js';
import { type Call, type GivenBlock, startPretendNode } from '../helpers/pretend-node.js';
import { sharedPath } from '../helpers/shared.js';

const path = sharedPath('data', 'rpc_fixtures', 'mainnet_18000000', 'batch_header_and_eth_getLogs.json.gz');
if (path === null) console.warn('skipped: recorded chain data is not beside the repository');

type Fields = Record<string, unknown>;
interface NodeLog extends Omit<RawLog, 'logIndex'> {
  readonly logIndex: Hex;
  readonly transactionIndex: Hex;
}

const number = 18_000_000;
const weth = { symbol: 'WETH', address: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2', decimals: 18 };
const pairs = [
  { coin: 'USDC', address: '0xB4e16d0168e52d35CaCD2c6185b44281Ec28C9Dc', tokens: ['USDC', weth] },
  { coin: 'DAI', address: '0xA478c2975Ab1Ea89e8196811F51A7B7Ade33eB11', tokens: ['DAI', weth] },
];
/** Tokens that were minted or burned in this block; the last one is an ERC-721, whose Transfer has four topics. */
const minted = [
  '0x0a82fc64ecfd6669899857ae3bb4c85398721fdd',
  '0x72e95b8931767c79ba4eee721354d6e99a61d004',
  '0x12c7f0bdb928480dc23f284bd369443fec72aebb',
  '0x8d0802559775c70fb505f22988a4fd4a4f6d3b62',
];
const zero = `0x${'0'.repeat(40)}`;
const abi = parseAbi([
  'event Sync(uint112 reserve0, uint112 reserve1)',
  'event Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
]) as readonly AbiEvent[];

describe.skipIf(path === null)('mainnet block 18,000,000', () => {
  test.each([
    ['a node that filters as it is asked', false],
    ['a node that answers every filter with all 291 logs', true],
  ])(
    'from %s: each log of ours is stored and told once, everything else harms nothing',
    { timeout: 180_000 },
    async (_, careless) => {
      const { header, logs } = recorded();
      expect(logs).toHaveLength(291);
      const node = await startPretendNode({ onCall: (call) => answers.get(keyOf(call)) ?? null });
      for (const block of ancestors(header)) node.addGiven(block);
      const folder = writeConfigFolder({
        chains: [{ chain: 'ethereum', chainId: 1, ws: node.ws, blockTimeMs: 12_000 }],
        coins: coins(),
      });
      const { config, problems } = loadConfig(folder.config, {});
      expect(problems).toEqual([]);
      const sources = config?.spec.sources ?? [];
      // The contracts say what the configuration says of them.
      const answers = new Map<string, Hex>();
      for (const source of sources) {
        for (const check of protocolOf(source.protocol).identity(source)) {
          answers.set(keyOf(check), hexOf([BigInt(check.expected)]));
        }
      }
      let lists = 0;
      node.intercept = (method, [filter]) => {
        if (method !== 'eth_getLogs' || (filter as Fields).blockHash !== header.hash) return undefined;
        lists++;
        return careless ? { result: logs } : undefined;
      };

      const daemon = startDaemon(folder);
      await daemon.ready();
      node.addGiven(blockOf(header, logs), true);
      node.addBlock();
      await eventually(async () => {
        const { chains } = JSON.parse((await daemon.get('/status')).body);
        return chains[0].block?.number === number + 1;
      }, 20_000);
      await daemon.ready();
      const metrics = (await daemon.get('/metrics')).body;
      expect(await daemon.stop()).toMatchObject({ code: 0 });
      await node.close();

      const ours = new Set(sources.map(({ address }) => address));
      const rejected = logs.filter(({ address }) => !ours.has(address)).length;
      expect(rejected).toBeGreaterThan(200);
      const counted = /^pegwatch_logs_rejected_total\{chain="ethereum"\} (\d+)$/m.exec(metrics)?.[1];
      expect(Number(counted ?? 0)).toBe(careless ? lists * rejected : 0);

      const { out } = await pegwatch(['timeline', '--config', folder.config, '--json']);
      const rows = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as TimelineRow);
      const wanted = logs.flatMap(meaning);
      expect(wanted.length).toBeGreaterThan(5);
      expect(
        rows
          .filter(({ logIndex }) => logIndex !== null)
          .map(({ kind, source, blockNumber, blockHash, transactionHash, logIndex, values }) => {
            const { amount0, amount1 } = values;
            return { kind, source, blockNumber, blockHash, transactionHash, logIndex, amount0, amount1 };
          }),
      ).toEqual(wanted);
      // The ERC-721 is no supply change: one problem, kept with its raw words.
      expect(rows.filter(({ kind, text }) => kind === 'problem' && text.startsWith('log-'))).toMatchObject([
        { source: 'ethereum/m3-erc20', text: expect.stringContaining('log-malformed') },
      ]);

      const reader = openReader(folder.store);
      const [stored] = [...reader.entries({ kinds: ['block'] })].flatMap((entry) =>
        entry.kind === 'block' && entry.input.block.number === number ? [entry.input] : [],
      );
      expect(stored?.block.hash).toBe(header.hash);
      const bytes: RawLog[] = [];
      const cursor = new LogCursor(stored?.logs ?? new Uint8Array());
      while (cursor.next()) bytes.push(cursor.raw());
      await reader.close();
      // What is stored is what the node said, bit by bit: with the careless node all that our contracts emitted.
      const told = new Map(logs.map((log) => [Number(log.logIndex), log]));
      expect(bytes).toEqual(bytes.map(({ logIndex }) => plain(told.get(logIndex) as NodeLog)));
      const indices = bytes.map(({ logIndex }) => logIndex);
      expect(new Set(indices).size).toBe(indices.length);
      for (const { logIndex } of wanted) expect(indices).toContain(logIndex);
      if (careless) {
        expect(indices).toEqual(
          logs.filter(({ address }) => ours.has(address)).map(({ logIndex }) => Number(logIndex)),
        );
      }
    },
  );
});

function recorded(): { header: Fields & { hash: Hex; parentHash: Hex }; logs: readonly NodeLog[] } {
  const batch = JSON.parse(gunzipSync(readFileSync(path ?? '')).toString());
  return { header: batch[0].result, logs: batch[1].result };
}

/** The coins that ship, as far as they live on Ethereum, with the pools and tokens that speak in this block. */
function coins(): Record<string, unknown>[] {
  const folder = join(repository, 'config', 'coins');
  const shipped = readdirSync(folder).map((name) => parse(readFileSync(join(folder, name), 'utf8')));
  const there = (row: Fields): boolean => row.chain === 'ethereum';
  const ethereum = shipped
    .map((coin) => ({
      ...coin,
      deployments: coin.deployments.filter(there),
      sources: [
        ...coin.sources.filter(there),
        ...pairs
          .filter((pair) => pair.coin === coin.coin)
          .map(({ address, tokens }) => ({ chain: 'ethereum', protocol: 'uniswap-v2', address, tokens })),
      ],
    }))
    .filter(({ deployments }) => deployments.length > 0);
  const more = minted.map((address, i) => ({
    coin: `M${i}`,
    name: 'minted or burned in this block',
    deployments: [{ chain: 'ethereum', address: getAddress(address), decimals: 18, kind: 'native' }],
    sources: [{ chain: 'ethereum', protocol: 'erc20' }],
  }));
  return [...ethereum, ...more];
}

/** Blocks before it, made up but for the hash of the last, which the recorded header names. */
function ancestors({ parentHash, timestamp }: Fields & { parentHash: Hex }): readonly GivenBlock[] {
  const first = number - 70;
  const hashOf = (n: number): Hex =>
    n === number - 1 ? parentHash : `0xb10c${n.toString(16).padStart(60, '0')}`;
  return Array.from({ length: number - first }, (_, i) => ({
    number: first + i,
    hash: hashOf(first + i),
    parentHash: hashOf(first + i - 1),
    timeMs: (Number(timestamp) - 12 * (number - first - i)) * 1000,
    logs: [],
  }));
}

function blockOf(header: Fields & { hash: Hex; parentHash: Hex }, logs: readonly NodeLog[]): GivenBlock {
  const { hash, parentHash, timestamp } = header;
  const given = logs.map((log) => ({
    ...plain(log),
    transactionIndex: Number(log.transactionIndex),
  }));
  return { number, hash, parentHash, timeMs: Number(timestamp) * 1000, logs: given, header };
}

function plain({ address, topics, data, transactionHash, logIndex }: NodeLog): RawLog {
  return { address, topics, data, transactionHash, logIndex: Number(logIndex) };
}

/** What a log of ours means, as viem decodes it; nothing for all others. */
function meaning(log: NodeLog): Fields[] {
  const pair = pairs.find(({ address }) => address.toLowerCase() === log.address);
  const token = minted.indexOf(log.address);
  if (pair === undefined && token < 0) return [];
  const place = {
    blockNumber: number,
    blockHash: recorded().header.hash,
    transactionHash: log.transactionHash,
    logIndex: Number(log.logIndex),
  };
  const said = decode(log);
  if (pair !== undefined && said !== null && said.eventName !== 'Transfer') {
    const { args, eventName } = said;
    const amounts =
      eventName === 'Sync'
        ? [args.reserve0, args.reserve1]
        : [args.amount0In - args.amount0Out, args.amount1In - args.amount1Out];
    return [
      {
        ...place,
        kind: eventName === 'Sync' ? 'reserves' : 'swap',
        source: `ethereum/${pair.coin.toLowerCase()}-weth-uniswap-v2`,
        amount0: String(amounts[0]),
        amount1: String(amounts[1]),
      },
    ];
  }
  if (token < 0 || said?.eventName !== 'Transfer') return [];
  const { from, to, value } = said.args;
  if (from !== zero && to !== zero) return [];
  const amount0 = String(from === zero ? value : -value);
  return [{ ...place, kind: 'supply', source: `ethereum/m${token}-erc20`, amount0, amount1: undefined }];
}

// biome-ignore lint/suspicious/noExplicitAny: viem's types need the ABI at hand; the test compares plain values.
function decode({ topics, data }: NodeLog): { eventName: string; args: any } | null {
  try {
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    return decodeEventLog({ abi, topics: topics as any, data }) as any;
  } catch {
    return null;
  }
}

function keyOf({ to, data }: Call): string {
  return `${to.toLowerCase()} ${data}`;
}
