// What every contender of the live benchmark measures in its own process, in the same way: when a block's head
// arrived, when it was durable, memory and processor time.

import { readFileSync } from 'node:fs';

export interface Measured {
  readonly kind: 'measured';
  readonly events: number;
  readonly blocks: number;
  /** Events a second between the end of the warm-up and the last durable event. */
  readonly eventsPerSecond: number;
  /** From the arrival of a block's head to its durable commit, in milliseconds, sorted, warm-up left out. */
  readonly latenciesMs: readonly number[];
  /** Highest resident memory; `anonymous` leaves out the pages of the mapped store file (Linux only, else NaN). */
  readonly peak: { readonly residentBytes: number; readonly anonymousBytes: number };
  /** Processor time of the whole process, all its threads, over the whole run. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** JSON-RPC calls for each block; only where the contender counts them. */
  readonly callsPerBlock?: number;
}

/** Blocks of the first fifth warm the compiler up and are left out. */
const warmUp = 0.2;

export class Measure {
  readonly #arrivedAt = new Map<string, number>();
  readonly #latencies: { readonly block: number; readonly ms: number }[] = [];
  #events = 0;
  #blocks = 0;
  #warm: { readonly events: number; readonly atMs: number } | null = null;
  #startMs = 0;
  #startCpu = process.cpuUsage();
  #residentBytes = 0;
  #anonymousBytes = Number.NaN;
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly totalBlocks: number) {
    this.#timer = setInterval(() => this.#sample(), 100);
  }

  arrived(hash: string): void {
    const now = performance.now();
    if (this.#arrivedAt.size === 0) {
      this.#startMs = now;
      this.#startCpu = process.cpuUsage();
    }
    this.#arrivedAt.set(hash, now);
  }

  /** Takes the blocks of one commit, at the moment at which it is durable. True with the last block of the run. */
  durable(blocks: readonly { readonly hash: string; readonly events: number }[]): boolean {
    const now = performance.now();
    for (const { hash, events } of blocks) {
      const arrivedAt = this.#arrivedAt.get(hash);
      // Blocks that were read before the run began.
      if (arrivedAt === undefined) continue;
      this.#latencies.push({ block: this.#blocks, ms: now - arrivedAt });
      this.#events += events;
      this.#blocks++;
    }
    if (this.#warm === null && this.#blocks >= this.totalBlocks * warmUp) {
      this.#warm = { events: this.#events, atMs: now };
    }
    return this.#blocks === this.totalBlocks;
  }

  result(): Measured {
    clearInterval(this.#timer);
    this.#sample();
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.#startCpu);
    const warm = this.#warm ?? { events: 0, atMs: this.#startMs };
    return {
      kind: 'measured',
      events: this.#events,
      blocks: this.#blocks,
      eventsPerSecond: (this.#events - warm.events) / ((now - warm.atMs) / 1000),
      latenciesMs: this.#latencies
        .filter(({ block }) => block >= this.totalBlocks * warmUp)
        .map(({ ms }) => ms)
        .sort((a, b) => a - b),
      peak: { residentBytes: this.#residentBytes, anonymousBytes: this.#anonymousBytes },
      cpuSeconds: (user + system) / 1e6,
      seconds: (now - this.#startMs) / 1000,
    };
  }

  #sample(): void {
    this.#residentBytes = Math.max(this.#residentBytes, process.memoryUsage.rss());
    const anonymous = anonymousBytes();
    if (!(anonymous <= this.#anonymousBytes)) this.#anonymousBytes = anonymous;
  }
}

const subscriptionHead = '{"jsonrpc":"2.0","method":"eth_subscription"';

/** The hash of the block that a frame announces; null for any other frame. */
export function announcedHash(text: string): string | null {
  if (!text.startsWith(subscriptionHead)) return null;
  const at = text.indexOf('"hash":"') + 8;
  return text.slice(at, at + 66);
}

function anonymousBytes(): number {
  try {
    const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return Number.NaN;
  }
}
