import type { SourceSpec } from '../core/source.js';
import { concentratedSale, constantProductSale, stableSwapSale } from '../pricing/sale.js';
import { mathematics } from './mathematics.js';
import type { PoolSeries } from './series.js';

/**
 * What selling `amount` pegs of token `from` for token `to` costs beyond the marginal price: -0.01 is 1 %. One token
 * counts as one peg. Null where the pool does not say enough.
 */
export function saleOf(
  pool: PoolSeries,
  spec: SourceSpec,
  from: number,
  to: number,
  amount: number,
): number | null {
  const { reserves, amplification, liquidityUsd } = pool;
  switch (mathematics[spec.protocol]) {
    case 'constant-product':
      return constantProductSale(reserves?.[from] ?? Number.NaN, amount);
    case 'concentrated':
      return liquidityUsd === null ? null : concentratedSale(liquidityUsd, amount);
    case 'stable-swap':
      return reserves === null || amplification === null
        ? null
        : stableSwapSale(reserves, amplification, from, to, amount);
    default:
      return null;
  }
}
