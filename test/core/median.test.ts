import fc from 'fast-check';
import { expect, it } from 'vitest';
import { median } from '../../src/core/median.js';

it('has as many values below it as above it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values);
      const below = values.filter((value) => value < middle).length;
      const above = values.filter((value) => value > middle).length;
      expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
    }),
  );
});

it('lies halfway between the middle two, changes no order, and is unknown for nothing', () => {
  const values = [3, 1, 2, 10];
  expect(median(values)).toBe(2.5);
  expect(values).toEqual([3, 1, 2, 10]);
  expect(median([])).toBeNaN();
});
