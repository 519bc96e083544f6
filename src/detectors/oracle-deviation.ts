import { toBps } from '../core/units.js';
import type { Detector } from './detector.js';
import { offPeg } from './words.js';

/**
 * An oracle itself says that a coin is off its peg. An answer is the median of many sources and comes when the price
 * has moved by the feed's threshold, so a single one counts.
 */
export const oracleDeviation: Detector = {
  name: 'oracleDeviation',
  judges: 'oracle',
  wakes: 'block',
  quantities: {
    deviationBps: 'distance of the answer from the peg in basis points, negative below it',
    absDeviationBps: 'the same without its sign',
    answerUsd: 'the answer, in US dollars',
  },
  measure(oracle, look) {
    if (oracle.type !== 'oracle' || oracle.answerUsd === null) return [];
    const coin = look.spec(oracle.source).tokens[0]?.coin ?? null;
    const peg = coin === null ? undefined : look.coin(coin)?.pegUsd;
    if (coin === null || peg === undefined) return [];
    const deviationBps = toBps(oracle.answerUsd / peg - 1);
    const values = { deviationBps, absDeviationBps: Math.abs(deviationBps), answerUsd: oracle.answerUsd };
    return [{ coin, values }];
  },
  sentence: (coin, source, { deviationBps = Number.NaN }) =>
    `${coin} ${offPeg(deviationBps)} by the oracle ${source}`,
};
