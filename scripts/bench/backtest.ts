// The back-test: imported series and a journal of a million events through the engine, against the promises of issue
// and page: a year of hours of three pools in 5 seconds, a month of minutes of ten markets in 10, a million events in 20.
// Files are written first; reading them counts, because whoever back-tests waits for it too.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hex } from '../../src/core/hex.js';
import type { Input } from '../../src/core/io.js';
import type { RawLog } from '../../src/core/reading.js';
import type { Spec } from '../../src/core/spec.js';
import { built } from './built.js';
import { mulberry32 } from './frames.js';
import type { BenchOptions } from './main.js';
import type { Row } from './report.js';

const startMs = Date.UTC(2025, 0, 1);
const hourMs = 3_600_000;
const minuteMs = 60_000;
const pairs = ['USDC', 'USDT', 'DAI', 'FRAX', 'LUSD', 'GHO', 'PYUSD', 'BUSD', 'USDE', 'CRVUSD'] as const;

export async function backtest(options: BenchOptions): Promise<readonly Row[]> {
  const { loadConfig } = await built('config/load-config');
  const { config } = loadConfig(new URL('../../config', import.meta.url).pathname, {});
  if (config === null) throw new Error('the shipped configuration has faults');
  const part = options.quick ? 0.02 : 1;
  return [
    await series(
      options,
      config.spec,
      'a year of hours, 3 pools',
      5,
      3,
      Math.ceil(8760 * part),
      'pool-state',
    ),
    await series(
      options,
      config.spec,
      'a month of minutes, 10 markets',
      10,
      10,
      Math.ceil(43_200 * part),
      'price',
    ),
    await events(config.spec, options.seed, Math.ceil(1_000_000 * part)),
  ];
}

async function series(
  options: BenchOptions,
  rules: Spec,
  what: string,
  promised: number,
  count: number,
  rows: number,
  kind: 'pool-state' | 'price',
): Promise<Row> {
  const { readMapping } = await built('imports/mapping');
  const { readImport } = await built('imports/read-import');
  const { inputsOf } = await built('cli/backtest');
  const { backtest: fold } = await built('backtest');
  const everyMs = kind === 'price' ? minuteMs : hourMs;
  const lines = ['about: a benchmark', 'series:'];
  for (let i = 0; i < count; i++) {
    const name = `${kind}-${i}.csv`;
    writeFileSync(join(options.folder, name), walk(options.seed + i, rows, everyMs, kind));
    const tokens = kind === 'price' ? `[${pairs[i]}, USD]` : `[${pairs[i]}, ${pairs[i + 1]}]`;
    const columns =
      kind === 'price' ? '{ price: price, volume: volume }' : '{ tick: tick, liquidity: liquidity }';
    lines.push(
      `  - { id: place/series-${i}, kind: ${kind}, file: ${name}, tokens: ${tokens}, resolution: ${everyMs / 1000}s,`,
      `      time: { column: at, unit: ms, knownAfter: ${everyMs / 1000}s }, columns: ${columns} }`,
    );
  }
  const mapping = join(options.folder, `${kind}.yaml`);
  writeFileSync(mapping, `${lines.join('\n')}\n`);
  const began = now();
  const data = await readImport([readMapping(mapping)], options.folder);
  const read = now();
  const { inputs, signals } = await fold(inputsOf(data, rules));
  return row(what, count * rows, began, read, promised, { inputs, signals: signals.length });
}

/** Prices that stray some basis points and come back, with a bad day now and then. */
function walk(seed: number, rows: number, everyMs: number, kind: 'pool-state' | 'price'): string {
  const random = mulberry32(seed);
  const lines = [kind === 'price' ? 'at,price,volume' : 'at,tick,liquidity'];
  let off = 0;
  for (let i = 0; i < rows; i++) {
    off = off * 0.98 + (random() - 0.5) * 4 + (random() < 0.0005 ? -60 : 0);
    const at = startMs + i * everyMs;
    lines.push(
      kind === 'price'
        ? `${at},${(1 + off / 10_000).toFixed(5)},${Math.round(20_000 + random() * 20_000)}`
        : `${at},${Math.round(off)},${Math.round(1e15 * (1 + random()))}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Swaps in eight pools, 40 to a block, packed beforehand as a journal holds them. */
async function events(rules: Spec, seed: number, count: number): Promise<Row> {
  const { packLogs } = await built('core/packed-logs');
  const { sqrtPriceOfTick, words } = await built('imports/numbers');
  const { backtest: fold } = await built('backtest');
  const random = mulberry32(seed);
  const address = (i: number): Hex => `0x${(i + 1).toString(16).padStart(40, '0')}`;
  const token = (i: number, coin: string) => ({
    symbol: coin,
    address: address(1000 + i),
    decimals: 6,
    coin,
  });
  const sources = Array.from({ length: 8 }, (_, i) => ({
    ...{ id: `ethereum/pool-${i}`, chain: 'ethereum', coin: pairs[i] ?? '', protocol: 'uniswap-v3' },
    ...{ address: address(i), heartbeatMs: null, answerDecimals: null },
    tokens: [token(i, pairs[i] ?? ''), token(i + 1, pairs[i + 1] ?? '')],
  }));
  const spec: Spec = {
    ...rules,
    chains: [{ chain: 'ethereum', chainId: 1, blockTimeMs: 12_000 }],
    coins: pairs.map((coin) => ({ coin, pegUsd: 1 })),
    sources,
    channels: [],
  };
  const perBlock = 40;
  const hash = (i: number): Hex => `0x${(i + 1).toString(16).padStart(64, '0')}`;
  const inputs: Input[] = [{ kind: 'start', atMs: startMs, spec }];
  for (let number = 0; number * perBlock < count; number++) {
    const logs: RawLog[] = [];
    for (let i = 0; i < perBlock; i++) {
      const tick = Math.round((random() - 0.5) * 8);
      const amount = BigInt(Math.round(random() * 1e10));
      logs.push({
        address: address(i % 8),
        topics: ['0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67', hash(1), hash(2)],
        data: words(amount, -amount, sqrtPriceOfTick(tick), 10n ** 15n, BigInt(tick)),
        transactionHash: hash(number * perBlock + i),
        logIndex: i,
      });
    }
    const timeMs = startMs + number * 12_000;
    const block = { number, hash: hash(number), parentHash: hash(number - 1), timeMs };
    inputs.push({
      kind: 'block',
      atMs: timeMs,
      chain: 'ethereum',
      block,
      logs: packLogs(logs, () => {}),
      calls: [],
    });
    if (number % 32 === 31) {
      inputs.push({ kind: 'finalized', atMs: timeMs, chain: 'ethereum', number: number - 16 });
      inputs.push({ kind: 'tick', atMs: timeMs });
    }
  }
  const began = now();
  const result = await fold(inputs);
  const more = { inputs: result.inputs, signals: result.signals.length };
  return row('a million events of a journal', count, began, began, 20, more);
}

function row(
  what: string,
  rows: number,
  began: Now,
  read: Now,
  promised: number,
  more: Readonly<Record<string, number>>,
): Row {
  const end = now();
  const seconds = (end.wallMs - began.wallMs) / 1000;
  return {
    section: 'backtest',
    what,
    values: {
      seconds,
      'processor s': (end.cpuMs - began.cpuMs) / 1000,
      promised,
      'reading s': (read.wallMs - began.wallMs) / 1000,
      rows,
      'rows/s': rows / seconds,
      ...more,
    },
  };
}

interface Now {
  readonly wallMs: number;
  /** Of this process: what a machine that others use as well does not stretch. */
  readonly cpuMs: number;
}

function now(): Now {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1000 };
}
