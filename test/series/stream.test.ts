import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloneStream, createStream, flow, flowOver, type Stream } from '../../src/series/stream.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = 1_700_000_000_000 - (1_700_000_000_000 % day);

interface Event {
  readonly atMs: number;
  readonly amount: number;
}

/** Adds up the events themselves: by whole minutes within the hour, by whole hours beyond. */
function naive(events: readonly Event[], nowMs: number, horizonMs: number): number {
  const bucket = horizonMs <= hour ? minute : hour;
  const first = Math.floor((nowMs - horizonMs) / bucket) + 1;
  return events
    .filter(({ atMs }) => Math.floor(atMs / bucket) >= first)
    .reduce((sum, { amount }) => sum + amount, 0);
}

function folded(events: readonly Event[]): Stream {
  const stream = createStream();
  for (const { atMs, amount } of events) flow(stream, atMs, amount);
  return stream;
}

/** One amount an hour, from `start` on. */
const hourly = (amounts: readonly number[]): Stream =>
  folded(amounts.map((amount, i) => ({ atMs: start + i * hour, amount })));

const steps = fc.array(
  fc.record({
    waitMs: fc.oneof(fc.integer({ min: 0, max: 5 * minute }), fc.integer({ min: 0, max: 40 * hour })),
    amount: fc.integer({ min: -1000, max: 1000 }),
  }),
  { minLength: 1, maxLength: 200 },
);

describe('a stream', () => {
  it('adds up what a list of all events adds up, over every horizon', () => {
    fc.assert(
      fc.property(steps, (made) => {
        let atMs = start;
        const events = made.map(({ waitMs, amount }) => {
          atMs += waitMs;
          return { atMs, amount };
        });
        const stream = folded(events);
        for (const horizonMs of [minute, 10 * minute, hour, 6 * hour, day, 7 * day, 14 * day]) {
          expect(flowOver(stream, atMs, horizonMs)).toBe(naive(events, atMs, horizonMs));
          expect(flowOver(stream, atMs + 3 * hour, horizonMs)).toBe(
            naive(events, atMs + 3 * hour, horizonMs),
          );
        }
      }),
    );
  });

  it('leaves its copy as it was', () => {
    const stream = hourly([1, 2, 3]);
    const copy = cloneStream(stream);
    flow(stream, start + 30 * hour, 100);
    expect(flowOver(copy, start + 2 * hour, day)).toBe(6);
    expect(copy.past.hours).toBe(2);
    expect(flowOver(stream, start + 30 * hour, 14 * day)).toBe(106);
  });

  it('knows the usual hour and its spread by the median, which one wild hour does not move', () => {
    const amounts = [10, 12, 8, 10, 12, 8, 10, 1_000_000, 0];
    const { past } = hourly(amounts);
    expect(past.hours).toBe(8);
    expect(past.usualHour).toBe(10);
    expect(past.spreadHour).toBeCloseTo(1.4826 * 2, 12);
  });

  it('knows no usual day before three are over, then their median without sign', () => {
    const days = (sums: readonly number[]) => hourly([...sums.flatMap((sum) => Array(24).fill(sum / 24)), 0]);
    expect(days([24, 48]).past.usualDay).toBeNaN();
    expect(days([24, -48, 240]).past.usualDay).toBeCloseTo(48, 9);
  });

  it('forgets what lies further back than two weeks', () => {
    const stream = hourly([...Array(14 * 24).fill(1000), ...Array(14 * 24 + 1).fill(1)]);
    expect(stream.past.hours).toBe(14 * 24);
    expect(stream.past.usualHour).toBe(1);
  });

  it('takes the same memory whatever comes', () => {
    const sizeOf = ({ minutes, hours }: Stream) => 8 * (minutes.values.length + hours.values.length);
    const before = sizeOf(createStream());
    const after = sizeOf(hourly(Array(2000).fill(1)));
    expect(after).toBe(before);
    expect(after).toBeLessThan(4096);
  });
});
