import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isExhausted, retryWaitMs, retryWaitsSeconds } from '../../src/alerts/retry-schedule.js';

const hourMs = 3_600_000;

test('the head is tight, the tail is hourly, the whole is 72 hours', () => {
  expect(retryWaitsSeconds.slice(0, 8)).toEqual([0, 1, 2, 5, 10, 20, 30, 60]);
  const sum = retryWaitsSeconds.reduce((total, wait) => total + wait, 0);
  expect(sum).toBeGreaterThanOrEqual(72 * 3600);
  expect(sum).toBeLessThan(73 * 3600);
  expect(Math.max(...retryWaitsSeconds)).toBe(3600);
});

test('waits never shrink from one attempt to the next', () => {
  for (const [i, wait] of retryWaitsSeconds.entries())
    expect(wait).toBeGreaterThanOrEqual(retryWaitsSeconds[i - 1] ?? 0);
});

test('jitter only ever lengthens a wait, by less than a quarter', () => {
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failed, random) => {
        const plain = (retryWaitsSeconds[failed] ?? 3600) * 1000;
        const wait = retryWaitMs(failed, random);
        expect(wait).toBeGreaterThanOrEqual(plain);
        expect(wait).toBeLessThanOrEqual(plain * 1.25);
      },
    ),
  );
});

test('an alert is given up only when both the schedule and 72 hours are behind it', () => {
  const all = retryWaitsSeconds.length;
  expect(isExhausted(all, 73 * hourMs)).toBe(true);
  expect(isExhausted(all - 1, 1000 * hourMs)).toBe(false);
  expect(isExhausted(all * 2, 71 * hourMs)).toBe(false);
});
