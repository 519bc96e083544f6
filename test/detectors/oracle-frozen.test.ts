import { describe, expect, it } from 'vitest';
import { oracleFrozen } from '../../src/detectors/oracle-frozen.js';
import { observe } from '../../src/series/index.js';
import { nowMs, stage } from '../helpers/look.js';

const hour = 3_600_000;

/** Answers by hours before now, in dollars, while the pool prices USDC at 0.97. */
function answered(answers: readonly (readonly [hoursAgo: number, usd: number])[]) {
  const { look, oracle } = stage({ pools: { p: { USDC: 0.97, USDT: 1 } }, oracles: { USDC: 1 } });
  const feed = oracle('USDC');
  feed.answerUsd = null;
  feed.updatedAtMs = null;
  for (const [hoursAgo, usd] of answers) {
    const answer = BigInt(Math.round(usd * 1e8));
    const updatedAtMs = nowMs - hoursAgo * hour;
    observe(feed, { kind: 'answer', answer, roundId: 1n, updatedAtMs }, look.spec('USDC'), nowMs);
  }
  return oracleFrozen.measure(feed, look)[0];
}

describe('a frozen oracle', () => {
  it('is told by how often and how long it repeats itself beside a market that has moved', () => {
    const found = answered([
      [5, 0.9999],
      [4, 1],
      [3, 1],
      [1, 1],
    ]);
    expect(found?.coin).toBe('USDC');
    expect(found?.values).toMatchObject({ sameAnswers: 3, sameSeconds: 3 * 3600, peakDayUsd: 1e7 });
    expect(found?.values.divergenceBps).toBeCloseTo((1 / 0.97 - 1) * 1e4, 6);
  });

  it('is not told by one answer that is read again and again', () => {
    const found = answered([
      [4, 1],
      [4, 1],
      [4, 1],
    ]);
    expect(found?.values).toMatchObject({ sameAnswers: 1, sameSeconds: 0 });
  });

  it('thaws with the first other answer', () => {
    const found = answered([
      [4, 1],
      [3, 1],
      [2, 1],
      [1, 0.98],
    ]);
    expect(found?.values).toMatchObject({ sameAnswers: 1, sameSeconds: 0 });
  });

  it('is unknown after an answer that is no price, which repeats nothing', () => {
    expect(answered([[1, 0]])).toBeUndefined();
    const again = answered([
      [3, 1],
      [2, 0],
      [1, 1],
    ]);
    expect(again?.values.sameAnswers).toBe(1);
  });
});
