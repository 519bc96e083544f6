import type { Block, Hex, HoleReason } from '../core/types.js';
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
 * pegwatch did not run. There is one such hole at a time, which may grow: it closes when the blocks were read, in their order.
 */
export class HoleWatch {
  #open: { readonly from: number; readonly to: number } | null = null;
  #behindSinceMs: number | null = null;

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
    if (nowMs - this.#behindSinceMs < this.options.limitMs) return told;
    return [...told, ...this.#opened(read, head, 'behind')];
  }

  /** A head after a time without any: what lies between was missed, if more than the head itself does. */
  missed(read: Read, head: Block, why: 'silent' | 'stopped'): readonly Unstamped[] {
    return head.number > read.number + 1 ? this.#opened(read, head, why) : [];
  }

  /** Blocks up to `to` were given up for now: what is open above is read on. */
  passedOver(to: number): void {
    this.#behindSinceMs = null;
    if (this.#open === null) return;
    this.#open = this.#open.to > to ? { from: Math.max(this.#open.from, to + 1), to: this.#open.to } : null;
  }

  #opened(read: Read, head: Block, why: HoleReason): readonly Unstamped[] {
    const from = Math.max(read.number, this.#open?.to ?? 0) + 1;
    // What is behind is told once; what was missed meanwhile comes on top.
    if (this.#open !== null && (why === 'behind' || head.number < from)) return [];
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
