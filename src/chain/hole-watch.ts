import type { HoleReason } from '../core/blind-spot.js';
import type { Hex } from '../core/hex.js';
import type { Block } from '../core/reading.js';
import type { Unstamped } from './chain-input.js';

export interface HoleWatchOptions {
  readonly chain: string;
  /** Being behind for longer than this is a hole. */
  readonly limitMs: number;
  /** Being behind by no more blocks than this is the normal state. */
  readonly normalLag: number;
  /** What was open when the last run ended, to be read in order. */
  readonly open: readonly { readonly from: number; readonly to: number }[];
}

/** The newest block that the engine was given. */
export interface Read {
  readonly number: number;
  readonly hash: Hex;
  readonly timeMs: number;
}

/**
 * Says when blocks are missing and when they are there again. Heads that are known and not read for longer than the
 * chain's silence limit are a hole; so is, at once, what a head shows to have been missed while nobody told of heads or
 * pegwatch did not run. There is one such hole at a time, which grows while it is open: it closes when the blocks were read, in their order.
 */
export class HoleWatch {
  #open: { readonly from: number; readonly to: number } | null = null;
  #behindSinceMs: number | null = null;
  /** When a hole was told of last. */
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: HoleWatchOptions) {
    const { open } = options;
    if (open.length > 0)
      this.#open = {
        from: Math.min(...open.map(({ from }) => from)),
        to: Math.max(...open.map(({ to }) => to)),
      };
  }

  /** A head is known, a block was read, or time passed. */
  look(read: Read, head: Block, endpoint: string, nowMs: number): readonly Unstamped[] {
    const told = this.#closed(read, endpoint);
    if (head.number - read.number <= this.options.normalLag) {
      this.#behindSinceMs = null;
      return told;
    }
    this.#behindSinceMs ??= nowMs;
    if (nowMs - Math.max(this.#behindSinceMs, this.#toldAtMs) < this.options.limitMs) return told;
    return [...told, ...this.#opened(read, head, 'behind', nowMs)];
  }

  /** A head after a time without any: what lies between was missed; a fresh head that comes next was not. */
  missed(read: Read, head: Block, why: 'silent' | 'stopped', nowMs: number): readonly Unstamped[] {
    const isNext = head.number === read.number + 1 && nowMs - head.timeMs < this.options.limitMs;
    return head.number > read.number && !isNext ? this.#opened(read, head, why, nowMs) : [];
  }

  /** Blocks up to `to` were given up for now: what lies above had to wait for that as well. */
  passedOver(to: number, head: Block): readonly Unstamped[] {
    this.#behindSinceMs = null;
    const told = Math.max(to, this.#open?.to ?? 0);
    this.#open = { from: to + 1, to: Math.max(told, head.number) };
    if (told >= head.number) return [];
    const { chain } = this.options;
    return [{ kind: 'hole', chain, from: told + 1, to: head.number, sources: null, why: 'behind' }];
  }

  #opened(read: Read, head: Block, why: HoleReason, nowMs: number): readonly Unstamped[] {
    const from = Math.max(read.number, this.#open?.to ?? 0) + 1;
    if (head.number < from) return [];
    this.#toldAtMs = nowMs;
    this.#open = { from: this.#open?.from ?? from, to: head.number };
    return [{ kind: 'hole', chain: this.options.chain, from, to: head.number, sources: null, why }];
  }

  #closed(read: Read, endpoint: string): readonly Unstamped[] {
    if (this.#open === null || read.number < this.#open.to) return [];
    const { from } = this.#open;
    this.#open = null;
    const { chain } = this.options;
    return [{ kind: 'filled', chain, from, to: read.number, hash: read.hash, endpoint }];
  }
}
