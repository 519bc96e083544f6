import fc from 'fast-check';
import { getAddress } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { address, atOnceOrBetween, parseDuration, parseSize, timeBetween } from '../../src/config/fields.js';
import { suggest, suggestHint } from '../../src/core/suggest.js';

describe('times and sizes', () => {
  it.each([
    ['250ms', 250],
    ['12s', 12_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['1.5h', 5_400_000],
    ['2 d', 172_800_000],
    ['0s', 0],
    ['', null],
    ['15', null],
    ['-1s', null],
    ['1e3s', null],
    ['1h30m', null],
    ['15M', null],
  ])('%s is %s milliseconds', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    ['0B', 0],
    ['2kB', 2000],
    ['512MiB', 536_870_912],
    ['1.5GiB', 1_610_612_736],
    ['2 GB', 2_000_000_000],
    ['1TiB', 1_099_511_627_776],
    ['512', null],
    ['512mb', null],
    ['-1GB', null],
  ])('%s is %s bytes', (text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });
});

describe('a time between two', () => {
  const field = timeBetween('1s', '5m');
  it.each([
    ['999ms', false],
    ['1s', true],
    ['5m', true],
    ['5.01m', false],
    ['5h', false],
    [0, false],
  ])('%s is taken: %s', (given, taken) => {
    expect(field.safeParse(given).success).toBe(taken);
  });

  it('may be none at all where that means at once', () => {
    const wait = atOnceOrBetween('1s', '5m');
    expect([0, '0s', '1ms', '1m'].map((given) => wait.safeParse(given).success)).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});

describe('addresses', () => {
  const bytes20 = fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);

  it('are taken exactly where viem would write them so', () => {
    fc.assert(
      fc.property(bytes20, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (lower, upper) => {
        const right = getAddress(lower);
        const other = `0x${[...lower.slice(2)].map((digit, i) => (upper[i] ? digit.toUpperCase() : digit)).join('')}`;
        expect(address.safeParse(right).success).toBe(true);
        expect(address.safeParse(other).success).toBe(other === right);
      }),
    );
  });
});

describe('suggestions', () => {
  it.each([
    ['etherum', 'ethereum'],
    ['bcs', 'bsc'],
    ['POLYGON', 'polygon'],
    ['arbitrun', 'arbitrum'],
    ['solana', null],
    ['', null],
  ])('%s was meant to be %s', (written, expected) => {
    expect(suggest(written, ['arbitrum', 'bsc', 'ethereum', 'polygon'])).toBe(expected);
  });

  it('say what there is where nothing is near', () => {
    expect(suggestHint('solana', ['bsc', 'ethereum'])).toBe('Known: bsc, ethereum.');
  });

  it('find a name after any single edit', () => {
    const name = 'liquidityDrain';
    fc.assert(
      fc.property(fc.nat(name.length - 1), fc.constantFrom('x', 'y', ''), (i, letter) => {
        const written = name.slice(0, i) + letter + name.slice(i + 1);
        expect(suggest(written, ['priceDeviation', name, 'supplyShock'])).toBe(name);
      }),
    );
  });
});
