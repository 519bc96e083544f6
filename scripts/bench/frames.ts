// The logs of blocks as a node words them, made from a seed: mostly Uniswap V3 swaps with prices that wander by some
// basis points, pairs of V2 `Sync` and `Swap`, mints and burns, and now and then an oracle's answer. Everything is
// text before a clock starts, so that serving it costs little.

import { type ChainPlan, digits, liquidity } from './scenario.js';

export const topics = {
  v3Swap: '0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67',
  v2Sync: '0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1',
  v2Swap: '0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822',
  transfer: '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
  answer: '0x0559884fd3a460db3073b7fc896cc77986f16e378210ded43186175bf646fc5f',
} as const;

export const zeroTopic = `0x${'0'.repeat(64)}`;

/** A block's logs, as the three filters of a follower ask for them: JSON objects with commas between, no brackets. */
export interface BlockFrame {
  readonly other: string;
  readonly mints: string;
  readonly burns: string;
  readonly count: number;
}

export interface FrameOptions {
  readonly seed: number;
  readonly plan: ChainPlan;
  readonly number: number;
  readonly hash: string;
  readonly logs: number;
  /** When the oracle's answers were given, in seconds since 1970. */
  readonly atSeconds: number;
  /** The last swap leaves this concentrated pool's coin at 0.8 of its peg. */
  readonly crash?: number;
}

/** One dollar in raw units of coin (18 decimals) and USDC (6): the square root of 10^-12, times 2^96. */
const sqrtAtPeg = 2 ** 96 / 1e6;

export function frameOf(options: FrameOptions): BlockFrame {
  const { plan, number, hash, logs, crash } = options;
  const random = mulberry32(options.seed ^ (plan.chainId * 7919) ^ (number * 104_729));
  const parts = { other: [] as string[], mints: [] as string[], burns: [] as string[] };
  const salt = digits(`${options.seed}/${hash}`, 28);
  const v3 = plan.pools.filter(({ kind }) => kind === 'v3');
  const v2 = plan.pools.filter(({ kind }) => kind === 'v2');
  const tail = `","blockNumber":"0x${number.toString(16)}","blockHash":"${hash}","logIndex":"0x`;
  let index = 0;
  let transaction = 0;

  while (index < logs) {
    const what = random();
    transaction++;
    if (what < 0.85 || index + 2 > logs) swap(v3[Math.floor(random() * v3.length)]!.address, 1 + noise());
    else if (what < 0.93) sync(v2[Math.floor(random() * v2.length)]!.address);
    else if (what < 0.96) transfer(parts.mints, zeroTopic, someone());
    else if (what < 0.99) transfer(parts.burns, someone(), zeroTopic);
    else answer();
  }
  if (crash !== undefined) {
    transaction++;
    swap(v3[crash]!.address, 0.8);
  }
  return {
    other: parts.other.join(),
    mints: parts.mints.join(),
    burns: parts.burns.join(),
    count: index,
  };

  function swap(pool: string, price: number): void {
    const amount = BigInt(Math.floor(random() * 1e12));
    const coins = amount * 10n ** 12n + BigInt(Math.floor(random() * 1e12));
    const sells = random() < 0.5 || price < 0.9;
    const sqrt = BigInt(Math.floor(sqrtAtPeg * Math.sqrt(price)));
    const tick = Math.floor(Math.log(price * 1e-12) / Math.log(1.0001));
    const inRange = liquidity + BigInt(Math.floor(random() * 1e18));
    const data = word(sells ? coins : -coins) + word(sells ? -amount : amount) + word(sqrt) + word(inRange);
    log(parts.other, pool, [topics.v3Swap, someone(), someone()], data + word(BigInt(tick)));
  }

  function sync(pair: string): void {
    const usdc = BigInt(Math.floor(2e13 * (1 + noise())));
    const coins = 2n * 10n ** 25n + BigInt(Math.floor(random() * 1e20));
    log(parts.other, pair, [topics.v2Sync], word(coins) + word(usdc));
    const into = BigInt(Math.floor(random() * 1e18));
    const out = BigInt(Math.floor(random() * 1e6));
    log(
      parts.other,
      pair,
      [topics.v2Swap, someone(), someone()],
      word(into) + word(0n) + word(0n) + word(out),
    );
  }

  function transfer(to: string[], from: string, receiver: string): void {
    log(to, plan.usdc, [topics.transfer, from, receiver], word(BigInt(Math.floor(random() * 1e9))));
  }

  function answer(): void {
    const price = word(BigInt(100_000_000 + Math.floor(noise() * 1e8)));
    const round = word(BigInt(number * 1000 + index));
    const updatedAt = word(BigInt(options.atSeconds));
    log(parts.other, plan.aggregator, [topics.answer, `0x${price}`, `0x${round}`], updatedAt);
  }

  function log(to: string[], address: string, words: readonly string[], data: string): void {
    const hash = `0x${salt}${(transaction + 0x1000_0000).toString(16)}`;
    to.push(
      `{"address":"${address}","topics":["${words.join('","')}"],"data":"0x${data}","transactionHash":"${hash}",` +
        `"transactionIndex":"0x${transaction.toString(16)}${tail}${(index++).toString(16)}","removed":false}`,
    );
  }

  /** An address as a topic. */
  function someone(): string {
    const number = Math.floor(random() * 2 ** 48).toString(16);
    return `0x${number.padStart(24 + 12, '0')}${salt.slice(0, 28)}`;
  }

  /** Up to three basis points either way. */
  function noise(): number {
    return (random() - 0.5) * 0.0006;
  }
}

/** A 32-byte word in two's complement, without 0x. */
export function word(value: bigint): string {
  return (value < 0n ? value + (1n << 256n) : value).toString(16).padStart(64, '0');
}

/** Tommy Ettinger's mulberry32 (public domain): small, fast, good enough to look like trade. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
