import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, isHexData, isHexOf, toHex, writeHex } from '../../src/core/hex.js';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const textOf = (value: Uint8Array) => `0x${Buffer.from(value).toString('hex')}`;

describe('hexadecimal', () => {
  it('is written as Buffer writes it, and read back from lower, upper and mixed case', () => {
    fc.assert(
      fc.property(bytes(300), fc.boolean(), (value, upper) => {
        const text = toHex(value);
        expect(text).toBe(textOf(value));
        const other = upper
          ? text.toUpperCase()
          : text.replace(/[a-f]/g, (c, i) => (i % 3 ? c.toUpperCase() : c));
        expect(fromHex(text)).toEqual(value);
        expect(fromHex(other)).toEqual(value);
      }),
    );
  });

  it('is written at its place, also in a part of a larger buffer, and touches nothing else', () => {
    fc.assert(
      fc.property(bytes(100), fc.nat(9), fc.nat(9), (value, before, offset) => {
        const whole = new Uint8Array(before + offset + value.length + 5).fill(7);
        const part = whole.subarray(before);
        expect(writeHex(textOf(value), part, offset)).toBe(value.length);
        const expected = new Uint8Array(whole.length).fill(7);
        expected.set(value, before + offset);
        expect(whole).toEqual(expected);
      }),
    );
  });

  it('may be longer than any buffer inside', () => {
    for (const length of [32_766, 32_767, 32_768, 65_536, 100_001, 1_000_000]) {
      const value = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
      expect(Buffer.compare(fromHex(textOf(value)) ?? new Uint8Array(), value)).toBe(0);
      expect(toHex(value) === textOf(value)).toBe(true);
      const spoiled = `${textOf(value).slice(0, -1)}g`;
      expect(fromHex(spoiled)).toBeNull();
    }
  });

  it('with one character that is none is refused, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        fc.nat(),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        (value, place, wrong) => {
          fc.pre(!/^[0-9a-fA-F]/.test(wrong));
          const text = textOf(value);
          const at = 2 + (place % (text.length - 2));
          expect(fromHex(text.slice(0, at) + wrong + text.slice(at + 1))).toBeNull();
        },
      ),
    );
  });

  it('without 0x, of odd length, or too long for its place is refused', () => {
    const target = new Uint8Array(2);
    for (const text of ['', '0', '0x0', 'x0ab', 'abcd', '1xab', '0yab', '0x123']) {
      expect(writeHex(text, target, 0)).toBe(-1);
    }
    expect(writeHex('0xabcdef', target, 0)).toBe(-1);
    expect(writeHex('0xabcd', target, 1)).toBe(-1);
    expect(writeHex('0x', target, 2)).toBe(0);
    expect(writeHex('0Xabcd', target, 0)).toBe(2);
  });

  it('is recognised by its length', () => {
    expect(isHexOf('0xAb', 1)).toBe(true);
    expect(isHexOf('0xAb', 2)).toBe(false);
    expect(isHexOf('0xzz', 1)).toBe(false);
    expect(isHexOf(12, 1)).toBe(false);
    expect(isHexData('0x')).toBe(true);
    expect(isHexData('0x1')).toBe(false);
    expect(isHexData('0x12\n')).toBe(false);
    expect(isHexData(null)).toBe(false);
  });
});
