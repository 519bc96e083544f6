import { describe, expect, it } from 'vitest';
import { advise, monthMs, poissonUpper, type Reached, type Trial } from '../../src/reports/advice.js';
import { scaleRule } from '../../src/reports/threshold-scale.js';
import { makeSpec } from '../helpers/make-spec.js';

const dayMs = 86_400_000;
const at = (day: number): Reached => ({
  incidentId: `inc-${day}`,
  coin: 'USDC',
  atMs: day * dayMs,
  detectors: ['priceDeviation'],
});
const trial = (factor: number, days: readonly number[]): Trial => ({ factor, reached: days.map(at) });
const question = {
  alertsPerMonth: 1,
  severity: 'high',
  covered: [{ fromMs: 0, toMs: 3 * monthMs }],
  incidents: [],
} as const;

describe('advice', () => {
  it('counts alerts in quiet time only, and takes known incidents out of the quiet time', () => {
    const incidents = [{ name: 'crisis', coins: ['USDC'], fromMs: 10 * dayMs, toMs: 40 * dayMs }];
    const { quietMonths, curve } = advise([trial(1, [5, 11, 12, 39, 50])], { ...question, incidents });
    expect(quietMonths).toBe(2);
    expect(curve[0]).toMatchObject({ alerts: 2, perMonth: 1, told: [11 * dayMs] });
  });

  it('takes time in which nobody watched for no quiet time', () => {
    const covered = [
      { fromMs: 0, toMs: monthMs },
      { fromMs: 2 * monthMs, toMs: 3 * monthMs },
    ];
    expect(advise([trial(1, [1, 2])], { ...question, covered })).toMatchObject({ quietMonths: 2 });
  });

  it('says of each factor when a known incident was told, of its own coin', () => {
    const incidents = [
      { name: 'a', coins: ['USDC'], fromMs: 10 * dayMs, toMs: 20 * dayMs },
      { name: 'b', coins: ['DAI'], fromMs: 10 * dayMs, toMs: 20 * dayMs },
    ];
    const { curve } = advise([trial(1, [12, 11]), trial(2, [13]), trial(3, [30])], {
      ...question,
      incidents,
    });
    expect(curve.map(({ told }) => told)).toEqual([
      [11 * dayMs, null],
      [13 * dayMs, null],
      [null, null],
    ]);
  });

  it('proposes the most sensitive factor beyond which nothing exceeds what is wanted', () => {
    const few = [1, 31];
    const many = [1, 11, 21, 31, 41];
    const proposed = (...trials: Trial[]) => advise(trials, question).proposed;
    expect(proposed(trial(1, many), trial(2, few), trial(3, []))).toBe(2);
    // A dent: 2 is calm by luck, since 3 is not.
    expect(proposed(trial(1, many), trial(2, few), trial(3, many), trial(4, few))).toBe(4);
    expect(proposed(trial(1, many), trial(2, many))).toBeNull();
  });

  it('says when the timeline is too short to tell, and when it holds no quiet time', () => {
    const months = (count: number) => ({ ...question, covered: [{ fromMs: 0, toMs: count * monthMs }] });
    expect(advise([trial(1, [1])], months(3)).doubt).toBeNull();
    expect(advise([trial(1, [1])], months(2.9)).doubt).toMatch(/2\.9 months of quiet time are too short/);
    expect(advise([trial(1, [])], months(3))).toMatchObject({
      proposed: null,
      doubt: expect.stringMatching(/no factor/),
    });
    const none = advise([trial(1, [])], { ...question, covered: [] });
    expect([none.doubt, none.proposed]).toEqual(['there is no quiet time in it at all', null]);
  });

  it('knows how far luck may reach: the Poisson bounds of the tables', () => {
    // One-sided 95 % limits (Garwood 1936): 0 -> 3.00, 1 -> 4.74, 5 -> 10.51, 10 -> 16.96.
    for (const [count, upper] of [
      [0, 3.0],
      [1, 4.74],
      [5, 10.51],
      [10, 16.96],
    ] as const)
      expect(poissonUpper(count)).toBeCloseTo(upper, 2);
  });
});

describe('a turned rule', () => {
  const rule = (detector: string) => {
    const found = makeSpec().rules.find((one) => one.detector === detector);
    if (found === undefined) throw new Error(detector);
    return found;
  };

  it('keeps its proportions and what says whether to believe', () => {
    const { numbers } = rule('priceDeviation');
    const turned = scaleRule(rule('priceDeviation'), 2).numbers;
    expect(turned.highBps).toBe(2 * (numbers.highBps ?? 0));
    expect(turned.criticalBps).toBe(2 * (numbers.criticalBps ?? 0));
    expect(turned.relevantUsd).toBe(numbers.relevantUsd);
    const drain = scaleRule(rule('liquidityDrain'), 2).numbers;
    expect(drain.drainedPercentHalf).toBe(rule('liquidityDrain').numbers.drainedPercentHalf);
  });

  it('is stricter about a share where that is smaller', () => {
    const { numbers } = rule('poolImbalance');
    const turned = scaleRule(rule('poolImbalance'), 2).numbers;
    expect(turned.highPercent).toBe((numbers.highPercent ?? 0) / 2);
    expect(turned.sureBps).toBe((numbers.sureBps ?? 0) * 2);
  });

  it('never asks for more than all of something, nor lets a short collateral pass', () => {
    const kept = ['collateralRatio.shortPercent', 'oneSidedExit.lostMuchPercent'];
    for (const [detector = '', name = ''] of kept.map((one) => one.split('.')))
      expect(scaleRule(rule(detector), 4).numbers[name]).toBe(rule(detector).numbers[name]);
  });

  it('is the same rule at a factor of one', () => {
    for (const one of makeSpec().rules) expect(scaleRule(one, 1)).toEqual(one);
  });
});
