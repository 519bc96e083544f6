import type { PoolSeries } from '../series/series.js';
import type { Look } from './detector.js';

/**
 * Remembers what is computed of a pool for as long as the look lives. A look is one moment, in which nothing changes,
 * and each pool of a coin asks for all the others: without this the cost of a block grows with their square.
 */
export function oncePerLook<Result>(
  compute: (pool: PoolSeries, look: Look) => Result,
): (pool: PoolSeries, look: Look) => Result {
  const looks = new WeakMap<Look, Map<PoolSeries, Result>>();
  return (pool, look) => {
    let pools = looks.get(look);
    if (pools === undefined) {
      pools = new Map();
      looks.set(look, pools);
    }
    let result = pools.get(pool);
    if (result === undefined) {
      result = compute(pool, look);
      pools.set(pool, result);
    }
    return result;
  };
}
