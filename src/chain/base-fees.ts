import { median } from '../core/median.js';
import type { Header } from './read-header.js';

interface Sample {
  readonly number: number;
  readonly timeMs: number;
  readonly gwei: number;
}

/** Between two samples, by the chain's own time: quick chains fill the ring no sooner than slow ones. */
export const sampleEveryMs = 10_000;
/** So it reaches back 43 minutes, or 51 at blocks of 12 seconds: longer than one wave of bidding, shorter than a day's tide. */
export const mostSamples = 256;
/** With fewer nobody can say what is usual; they take some four minutes to gather after a start. */
export const leastSamples = 20;

/**
 * What a block of this chain costs usually: a bounded ring of the base fees of blocks that were given to the engine. On
 * the hot path it is a comparison a block and a push now and then.
 */
export class BaseFees {
  #samples: Sample[] = [];

  /** The engine is given this block. */
  remember({ number, timeMs, baseFeeGwei }: Header): void {
    if (baseFeeGwei === undefined) return;
    const last = this.#samples.at(-1);
    if (last !== undefined && timeMs - last.timeMs < sampleEveryMs) return;
    this.#samples.push({ number, timeMs, gwei: baseFeeGwei });
    if (this.#samples.length > mostSamples) this.#samples.shift();
  }

  /** The blocks after `number` are dead. */
  rewind(number: number): void {
    while ((this.#samples.at(-1)?.number ?? -1) > number) this.#samples.pop();
  }

  /** The median before this block, in gwei; null where too few blocks are known. */
  usualBefore(number: number): number | null {
    const before = this.#samples.filter((one) => one.number < number);
    return before.length < leastSamples ? null : median(before.map(({ gwei }) => gwei));
  }
}
