import type { CoinName } from '../core/coin.js';
import type { Look } from './detector.js';

/** US dollars for one coin by the freshest oracle of the chain; null where none has answered. */
export function oraclePrice(coin: CoinName, look: Look): number | null {
  let price: number | null = null;
  let freshest = Number.NEGATIVE_INFINITY;
  for (const { answerUsd, updatedAtMs } of look.oraclesOf(coin)) {
    if (answerUsd === null || updatedAtMs === null || updatedAtMs <= freshest) continue;
    price = answerUsd;
    freshest = updatedAtMs;
  }
  return price;
}

/** The same as a deviation from the peg: -0.01 is 1 % below. */
export function oracleDeviation(coin: CoinName, look: Look): number | null {
  const price = oraclePrice(coin, look);
  const peg = look.coin(coin)?.pegUsd;
  return price === null || peg === undefined ? null : price / peg - 1;
}
