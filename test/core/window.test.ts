import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cloneWindow,
  createWindow,
  maxOver,
  meanOver,
  minOver,
  record,
  restlessness,
  sumOver,
} from '../../src/core/window.js';

const bucketMs = 10;
const buckets = 8;

interface Event {
  readonly timeMs: number;
  readonly value: number;
}

/** Whole numbers, so that sums are exact in any order; times that mostly rise, stand still or jump far ahead. */
const events: fc.Arbitrary<readonly Event[]> = fc
  .tuple(
    fc.constantFrom<number[]>(0, 3, 1_700_000_000_000),
    fc.array(
      fc.record({
        step: fc.oneof(fc.integer({ min: 0, max: 25 }), fc.constantFrom(-15, 70, 80, 81, 1000)),
        value: fc.integer({ min: -100, max: 100 }),
      }),
      { maxLength: 40 },
    ),
  )
  .map(([start, steps]) => {
    let timeMs = start;
    return steps.map(({ step, value }) => {
      timeMs = Math.max(0, timeMs + step);
      return { timeMs, value };
    });
  });

/** The events with the bucket in which they count: a late one counts in the newest bucket of its moment. */
function placed(list: readonly Event[]): { readonly bucket: number; readonly value: number }[] {
  let newest = -1;
  return list.map(({ timeMs, value }) => {
    newest = Math.max(newest, Math.floor(timeMs / bucketMs));
    return { bucket: newest, value };
  });
}

/** Buckets that begin in (now - horizon, now] and that the window still holds. */
function horizonOf(list: readonly Event[], nowMs: number, horizonMs: number): number[] {
  const newest = Math.max(-1, ...placed(list).map(({ bucket }) => bucket));
  const all = Array.from({ length: newest + 1 > 500_000 ? buckets : newest + 1 }, (_, i) => newest - i);
  return all.filter((b) => b > newest - buckets && b * bucketMs > nowMs - horizonMs && b * bucketMs <= nowMs);
}

const ask = fc.record({
  afterMs: fc.oneof(fc.integer({ min: -30, max: 120 }), fc.constantFrom(0, 10_000)),
  horizonMs: fc.integer({ min: 0, max: 120 }),
});
const nowAfter = (list: readonly Event[], afterMs: number) =>
  Math.max(0, ...list.map(({ timeMs }) => timeMs)) + afterMs;

describe('a flow', () => {
  it('sums what a list of events sums', () => {
    fc.assert(
      fc.property(events, ask, (list, { afterMs, horizonMs }) => {
        const window = createWindow('flow', bucketMs, buckets);
        for (const { timeMs, value } of list) record(window, timeMs, value);
        const nowMs = nowAfter(list, afterMs);
        const inside = new Set(horizonOf(list, nowMs, horizonMs));
        const expected = placed(list)
          .filter(({ bucket }) => inside.has(bucket))
          .reduce((sum, { value }) => sum + value, 0);
        expect(sumOver(window, nowMs, horizonMs) + 0).toBe(expected + 0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a level', () => {
  it('has the maximum that a list of events has', () => {
    fc.assert(
      fc.property(events, ask, (list, { afterMs, horizonMs }) => {
        const window = createWindow('level', bucketMs, buckets);
        for (const { timeMs, value } of list) record(window, timeMs, value);
        const nowMs = nowAfter(list, afterMs);
        const all = placed(list);
        const newest = all.at(-1)?.bucket ?? -1;
        /** The level in force at the end of a bucket. */
        const levelAt = (b: number) => all.filter(({ bucket }) => bucket <= b).at(-1)?.value;
        const last = Math.min(Math.floor(nowMs / bucketMs), newest);
        const asked = horizonOf(list, nowMs, horizonMs);
        if (asked.length === 0 && last >= 0 && last > newest - buckets) asked.push(last);
        const known = asked.map(levelAt).filter((level) => level !== undefined);
        const expected = known.length === 0 ? Number.NaN : Math.max(...known);
        expect(maxOver(window, nowMs, horizonMs) + 0).toBe(expected + 0);
        const least = known.length === 0 ? Number.NaN : Math.min(...known);
        expect(minOver(window, nowMs, horizonMs) + 0).toBe(least + 0);
        const mean = known.reduce((sum, level) => sum + level, 0) / known.length;
        const found = meanOver(window, nowMs, horizonMs);
        if (Number.isNaN(mean)) expect(found).toBeNaN();
        else expect(Math.abs(found - mean)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(mean)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a window', () => {
  it('of n buckets over a horizon of n buckets counts the newest n', () => {
    const window = createWindow('flow', bucketMs, buckets);
    for (let b = 0; b < 20; b++) record(window, b * bucketMs, 1);
    expect(sumOver(window, 19 * bucketMs + 9, 3 * bucketMs)).toBe(3);
    expect(sumOver(window, 19 * bucketMs, buckets * bucketMs)).toBe(buckets);
    expect(sumOver(window, 19 * bucketMs, 1000 * bucketMs)).toBe(buckets);
  });

  it('that is young knows no more than it was told', () => {
    const flow = createWindow('flow', bucketMs, buckets);
    const level = createWindow('level', bucketMs, buckets);
    expect(sumOver(flow, 5, 1000)).toBe(0);
    expect(maxOver(level, 5, 1000)).toBeNaN();
    record(flow, 5, 2);
    record(level, 5, 2);
    expect(sumOver(flow, 5, 1000)).toBe(2);
    expect(maxOver(level, 5, 1000)).toBe(2);
  });

  it('and its copy go their own ways', () => {
    const window = createWindow('flow', bucketMs, buckets);
    record(window, 5, 2);
    const copy = cloneWindow(window);
    record(copy, 500, 7);
    expect([sumOver(window, 5, 10), sumOver(copy, 500, 10)]).toEqual([2, 7]);
  });
});

describe('restlessness', () => {
  it('is the mean step from bucket to bucket, over those that are known', () => {
    const window = createWindow('level', 10, 8);
    expect(restlessness(window, 100, 80)).toBeNaN();
    record(window, 20, 5);
    expect(restlessness(window, 25, 80)).toBeNaN();
    record(window, 30, 8);
    record(window, 50, 7);
    // 5, 8, 8 (carried), 7: steps of 3, 0 and 1.
    expect(restlessness(window, 55, 80)).toBeCloseTo(4 / 3, 12);
    // The newest two only: 8 and 7.
    expect(restlessness(window, 55, 20)).toBe(1);
  });
});

describe('a peak', () => {
  it('keeps the highest of each bucket, and of the next one knows nothing', () => {
    const peak = createWindow('peak', 10, 3);
    expect(maxOver(peak, 5, 1000)).toBeNaN();
    for (const [timeMs, value] of [
      [1, 5],
      [2, 9],
      [3, 4],
      [25, 6],
    ] as const)
      record(peak, timeMs, value);
    expect(maxOver(peak, 25, 30)).toBe(9);
    expect(maxOver(peak, 25, 20)).toBe(6);
    expect(maxOver(peak, 15, 10)).toBeNaN();
    record(peak, 31, 1);
    expect(maxOver(peak, 31, 30)).toBe(6);
  });
});
