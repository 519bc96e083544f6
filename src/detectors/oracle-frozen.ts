// An oracle answers and answers, always the same to the last digit, while the market has moved: it is alive and says
// nothing. Its age does not show it (oracleStale), and its distance from the pools is small at first (oracleDivergence).

import { toBps } from '../core/units.js';
import type { Detector } from './detector.js';
import { poolsPrice } from './pools-price.js';
import { duration, percent } from './words.js';

const anew = { usd: Number.NaN, peakDayUsd: 0 };

export const oracleFrozen: Detector = {
  name: 'oracleFrozen',
  judges: 'oracle',
  wakes: 'block',
  quantities: {
    sameAnswers: 'how many answers in a row were the same to the last digit; 1 for a new one',
    sameSeconds: 'time from the first of them to the last, in seconds',
    divergenceBps:
      'the answer above (negative: below) the price of the pools, in basis points; 0 for a new answer',
    absDivergenceBps: 'the same without its sign',
    peakDayUsd: 'what these pools held together at most in the past day; 0 for a new answer',
  },
  measure(oracle, look) {
    if (oracle.type !== 'oracle' || oracle.answerUsd === null || oracle.updatedAtMs === null) return [];
    const coin = look.spec(oracle.source).tokens[0]?.coin ?? null;
    const peg = coin === null ? undefined : look.coin(coin)?.pegUsd;
    if (coin === null || peg === undefined) return [];
    // The usual case: nothing repeats itself, and the pools need not be asked.
    const market = oracle.sameAnswers < 2 ? anew : poolsPrice(coin, peg, look);
    if (market === null) return [];
    const divergenceBps = market === anew ? 0 : toBps(oracle.answerUsd / market.usd - 1);
    const values = {
      sameAnswers: oracle.sameAnswers,
      sameSeconds: Math.max(0, oracle.updatedAtMs - (oracle.sameSinceMs ?? oracle.updatedAtMs)) / 1000,
      divergenceBps,
      absDivergenceBps: Math.abs(divergenceBps),
      peakDayUsd: market.peakDayUsd,
    };
    return [{ coin, values }];
  },
  sentence: (coin, source, values) => {
    const { sameAnswers = Number.NaN, sameSeconds = Number.NaN, divergenceBps = Number.NaN } = values;
    return (
      `the oracle ${source} has given the same price for ${coin} ${sameAnswers} times over ${duration(sameSeconds)}, ` +
      `${percent(Math.abs(divergenceBps) / 100)} ${divergenceBps < 0 ? 'below' : 'above'} the pools of its chain`
    );
  },
};
