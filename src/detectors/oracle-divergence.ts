import { toBps } from '../core/units.js';
import type { Detector } from './detector.js';
import { poolsPrice } from './pools-price.js';
import { percent } from './words.js';

/** An oracle says another price than the pools of its chain. */
export const oracleDivergence: Detector = {
  name: 'oracleDivergence',
  judges: 'oracle',
  wakes: 'block',
  quantities: {
    divergenceBps: 'the oracle’s answer above (negative: below) the price of the pools, in basis points',
    absDivergenceBps: 'the same without its sign',
    pools: 'number of pools that the price was taken from',
    liquidityUsd: 'what these pools hold together, in pegs',
    peakDayUsd: 'their highest in the past day, together: how much their word matters',
  },
  measure(oracle, look) {
    if (oracle.type !== 'oracle' || oracle.answerUsd === null) return [];
    const coin = look.spec(oracle.source).tokens[0]?.coin ?? null;
    const peg = coin === null ? undefined : look.coin(coin)?.pegUsd;
    if (coin === null || peg === undefined) return [];
    const market = poolsPrice(coin, peg, look);
    if (market === null) return [];
    const { usd, pools, liquidityUsd, peakDayUsd } = market;
    const divergenceBps = toBps(oracle.answerUsd / usd - 1);
    const absDivergenceBps = Math.abs(divergenceBps);
    return [{ coin, values: { divergenceBps, absDivergenceBps, pools, liquidityUsd, peakDayUsd } }];
  },
  sentence: (coin, source, { divergenceBps = Number.NaN, pools = Number.NaN }) =>
    `the oracle ${source} prices ${coin} ${percent(Math.abs(divergenceBps) / 100)} ` +
    `${divergenceBps < 0 ? 'below' : 'above'} ${pools === 1 ? 'the pool' : `the ${pools} pools`} of its chain`,
};
