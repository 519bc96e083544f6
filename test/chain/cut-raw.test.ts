import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutRaw } from '../../src/chain/cut-raw.js';

it('shows small things whole', () => {
  expect(cutRaw('not json')).toBe('not json');
  expect(cutRaw({ a: [1, null], b: { c: 'x' } })).toBe('{"a":[1,null],"b":{"c":"x"}}');
  expect(cutRaw(undefined)).toBe('undefined');
});

it('is short whatever comes', () => {
  const topics = Array.from({ length: 10_000 }, () => `0x${'0'.repeat(64)}`);
  expect(cutRaw({ topics })).toContain('… (10000 items)');
  expect(cutRaw('x'.repeat(50_000_000))).toHaveLength(5000);
  fc.assert(fc.property(fc.anything(), (value) => cutRaw(value).length <= 5000));
});
