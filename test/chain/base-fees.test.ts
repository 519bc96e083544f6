import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BaseFees, leastSamples, mostSamples, sampleEveryMs } from '../../src/chain/base-fees.js';
import type { Header } from '../../src/chain/read-header.js';

const block = (number: number, timeMs: number, baseFeeGwei?: number): Header => ({
  number,
  hash: '0x',
  parentHash: '0x',
  timeMs,
  ...(baseFeeGwei !== undefined && { baseFeeGwei }),
});

/** The same, slowly: all samples are kept, and the newest are looked at. */
function naive(): Pick<BaseFees, 'remember' | 'rewind' | 'usualBefore'> {
  let all: { number: number; timeMs: number; gwei: number }[] = [];
  return {
    remember({ number, timeMs, baseFeeGwei: gwei }) {
      const isSoon = all.length > 0 && timeMs < all[all.length - 1]!.timeMs + 10_000;
      if (gwei !== undefined && !isSoon) all = [...all, { number, timeMs, gwei }].slice(-256);
    },
    rewind(number) {
      all = all.filter((one) => one.number <= number);
    },
    usualBefore(number) {
      const fees = all.filter((one) => one.number < number).map(({ gwei }) => gwei);
      if (fees.length < 20) return null;
      // A value with as many others below it as above it, or halfway between two such.
      const ranked = fees.map((fee, i) => ({
        fee,
        rank: fees.filter((other, j) => other < fee || (other === fee && j < i)).length,
      }));
      const at = (rank: number): number => ranked.find((one) => one.rank === rank)!.fee;
      return (at(Math.floor((fees.length - 1) / 2)) + at(Math.floor(fees.length / 2))) / 2;
    },
  };
}

it('holds the median of the newest samples through reorgs, as a slow reading of the same blocks does', () => {
  let answered = 0;
  const step = fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({
        afterMs: fc.constantFrom(0, 250, 2_000, 12_000, 60_000),
        times: fc.integer({ min: 1, max: 30 }),
        gwei: fc.option(fc.double({ min: 0, max: 1e10, noNaN: true }), { nil: undefined, freq: 10 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ back: fc.nat(80) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 80 }), fc.nat(50), (steps, behind) => {
      const ring = new BaseFees();
      const oracle = naive();
      let [number, timeMs] = [1_000, 0];
      for (const one of steps) {
        if ('back' in one) {
          number -= one.back;
          ring.rewind(number);
          oracle.rewind(number);
          continue;
        }
        for (let i = 0; i < one.times; i++) {
          number++;
          timeMs += one.afterMs;
          const header = block(number, timeMs, one.gwei === undefined ? undefined : one.gwei + i);
          ring.remember(header);
          oracle.remember(header);
        }
        const usual = ring.usualBefore(number - behind);
        expect(usual).toBe(oracle.usualBefore(number - behind));
        if (usual !== null) answered++;
      }
    }),
    { numRuns: 150 },
  );
  expect(answered).toBeGreaterThan(100);
});

it('says nothing until there are twenty samples before the block, and counts neither it nor later ones', () => {
  const ring = new BaseFees();
  for (let i = 0; i < leastSamples; i++) ring.remember(block(i, i * sampleEveryMs, 10));
  expect(ring.usualBefore(leastSamples - 1)).toBeNull();
  expect(ring.usualBefore(leastSamples)).toBe(10);
  for (let i = leastSamples; i < 3 * leastSamples; i++) ring.remember(block(i, i * sampleEveryMs, 900));
  expect(ring.usualBefore(leastSamples)).toBe(10);
});

it('keeps as many samples of a quick chain as of a slow one, and forgets the oldest', () => {
  const ring = new BaseFees();
  // Four blocks a second for two hours: a fee of one gwei in the first, of two in the second.
  for (let i = 0; i < 4 * 7_200; i++) ring.remember(block(i, i * 250, i < 4 * 3_600 ? 1 : 2));
  expect(mostSamples * sampleEveryMs).toBeLessThan(3_600_000);
  expect(ring.usualBefore(Number.POSITIVE_INFINITY)).toBe(2);
});

it('knows nothing usual on a chain without base fee', () => {
  const ring = new BaseFees();
  for (let i = 0; i < 100; i++) ring.remember(block(i, i * sampleEveryMs));
  expect(ring.usualBefore(100)).toBeNull();
});
