import fc from 'fast-check';
import { formatUnits } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/observation.js';
import type { SourceSpec } from '../../src/core/source.js';
import { decimalText, describeObservation } from '../../src/protocols/describe.js';
import { protocolOf } from '../../src/protocols/index.js';
import { address, integer, makeSource } from './helpers.js';

const pool: SourceSpec = {
  ...makeSource(protocolOf('uniswap-v3'), 2),
  tokens: [
    { symbol: 'USDC', address: address(1), decimals: 6, coin: 'USDC' },
    { symbol: 'WETH', address: address(2), decimals: 18, coin: null },
  ],
};
const swap = (sqrtPriceX96: bigint | null): Observation => ({
  kind: 'swap',
  amounts: [-22686110n, 10000000000000000n],
  sqrtPriceX96,
  liquidity: 12453647101533358277n,
  tick: 199045,
});

describe('decimal text', () => {
  it('is what viem writes', () => {
    fc.assert(
      fc.property(integer(256, true), fc.integer({ min: 0, max: 77 }), (amount, decimals) => {
        expect(decimalText(amount, decimals)).toBe(formatUnits(amount, decimals));
      }),
    );
  });
});

describe('an observation in words', () => {
  it('tells a swap as the recorded day does: raw and whole amounts, price, tick, liquidity', () => {
    expect(describeObservation(pool, swap(1662995104975155420368771254341874n))).toEqual({
      rawAmounts: ['-22686110', '10000000000000000'],
      amounts: ['-22.68611', '0.01'],
      symbols: ['USDC', 'WETH'],
      sqrtPriceX96: '1662995104975155420368771254341874',
      // (1662995104975155420368771254341874 / 2^96)^2 / 10^12 = 0.00044057796667220133… in 40-digit decimals.
      price: '0.000440577966672',
      tick: '199045',
      liquidity: '12453647101533358277',
    });
  });

  it('leaves out what the event does not tell', () => {
    const described = describeObservation(pool, {
      ...swap(null),
      tick: null,
      liquidity: null,
    } as Observation);
    expect(Object.keys(described).sort()).toEqual(['amounts', 'rawAmounts', 'symbols']);
    const nothing: Observation = {
      kind: 'liquidity',
      amounts: null,
      liquidityDelta: null,
      tickLower: null,
      tickUpper: null,
    };
    expect(describeObservation(pool, nothing)).toEqual({});
  });

  it('cuts the price after twelve significant digits and never goes above the truth', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 4295128739n, max: (1n << 160n) - 1n }), (sqrt) => {
        const { price = '' } = describeObservation(pool, swap(sqrt));
        const [whole = '', fraction = ''] = price.split('.');
        const scale = 10n ** BigInt(fraction.length);
        const value = BigInt(whole + fraction);
        // price <= sqrt^2 * 10^6 / (2^192 * 10^18), and one more of its last digit is above that.
        const denominator = (10n ** 12n) << 192n;
        expect(value * denominator <= sqrt ** 2n * scale).toBe(true);
        const digits = (whole + fraction).replace(/^0+/, '');
        const cut = digits.length < 12 ? 10n ** BigInt(12 - digits.length) : 1n;
        expect((value * cut + 1n) * denominator > sqrt ** 2n * scale * cut).toBe(true);
        expect(digits.length <= 12 || fraction === '').toBe(true);
      }),
    );
  });

  it('tells every kind', () => {
    const feed = makeSource(protocolOf('chainlink'), 1);
    const token = makeSource(protocolOf('erc20'), 1);
    const cases: readonly (readonly [SourceSpec, Observation, object])[] = [
      [
        pool,
        { kind: 'reserves', amounts: [1_500_000n, 0n] },
        { amounts: ['1.5', '0'], rawAmounts: ['1500000', '0'] },
      ],
      [pool, { kind: 'range', sqrtPriceX96: null, liquidity: 7n, tick: -1 }, { liquidity: '7', tick: '-1' }],
      [
        pool,
        { kind: 'liquidity', amounts: [-1n, 0n], liquidityDelta: -5n, tickLower: -10, tickUpper: 0 },
        { amounts: ['-0.000001', '0'], liquidityDelta: '-5', tickLower: '-10', tickUpper: '0' },
      ],
      [pool, { kind: 'amplification', a: 2000n }, { a: '2000' }],
      [
        token,
        { kind: 'supply', delta: -2_000_000n },
        { amounts: ['-2'], rawAmounts: ['-2000000'], symbols: ['T0'] },
      ],
      [token, { kind: 'totalSupply', amount: 10n }, { amounts: ['0.00001'] }],
      [
        feed,
        { kind: 'answer', answer: 99_990_000n, roundId: 7n, updatedAtMs: 1000 },
        { answer: '0.9999', roundId: '7', updatedAtMs: '1000' },
      ],
      [
        token,
        { kind: 'control', action: 'frozen', subject: address(4) },
        { action: 'frozen', address: address(4) },
      ],
      [token, { kind: 'control', action: 'paused', subject: null }, { action: 'paused' }],
      [token, { kind: 'backing', held: 10n ** 18n, owed: 2n * 10n ** 18n }, { held: '1', owed: '2' }],
      [token, { kind: 'issuance', minted: 10n ** 18n, received: 0n }, { minted: '1', received: '0' }],
      [feed, { kind: 'emitter', address: address(3) }, { address: address(3) }],
    ];
    for (const [source, observation, expected] of cases) {
      expect(describeObservation(source, observation)).toMatchObject(expected);
    }
  });
});
