import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqrtPriceOfTick, toUnits, words } from '../../src/imports/numbers.js';
import { decimalText } from '../../src/protocols/describe.js';

describe('numbers as data sets write them', () => {
  it('come back from their text to the last digit', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 40n), 10n ** 40n),
        fc.integer({ min: 0, max: 30 }),
        (amount, decimals) => {
          expect(toUnits(decimalText(amount, decimals), decimals)).toBe(amount);
        },
      ),
    );
  });

  it.each([
    ['1.5e3', 2, 150_000n],
    ['-2.5E-1', 3, -250n],
    ['.5', 1, 5n],
    ['7.', 0, 7n],
    [' 0.99 ', 8, 99_000_000n],
    ['1.999', 2, 199n],
  ] as const)('%s with %d decimals', (text, decimals, amount) => {
    expect(toUnits(text, decimals)).toBe(amount);
  });

  it.each(['', ' ', 'nan', '1,5', '0x10', '--1', '1e', '.'])('"%s" is no number', (text) => {
    expect(toUnits(text, 6)).toBeNull();
  });

  it('are words of two’s complement', () => {
    expect(words(1n, -1n)).toBe(`0x${'0'.repeat(63)}1${'f'.repeat(64)}`);
  });

  it('give the square root of a tick’s price', () => {
    for (const tick of [-887_272, -276_324, -3, 0, 117, 887_272]) {
      const root = Number(sqrtPriceOfTick(tick)) / 2 ** 96;
      expect(root / 1.0001 ** (tick / 2)).toBeCloseTo(1, 9);
    }
  });
});
