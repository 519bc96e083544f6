import fc from 'fast-check';
import { toEventSelector, toFunctionSelector } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import { intOf, selectors, uintOf, withIndex } from '../../src/protocols/abi.js';
import { protocolOf, protocols } from '../../src/protocols/index.js';
import { makeSource } from './helpers.js';

describe('the list of protocols', () => {
  it('is alphabetical, without two of one name', () => {
    const names = protocols.map((protocol) => protocol.name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('finds each by its name and says which names there are for any other', () => {
    for (const protocol of protocols) expect(protocolOf(protocol.name)).toBe(protocol);
    expect(() => protocolOf('uniswap-v9')).toThrow('uniswap-v9');
  });
});

describe('topics and selectors', () => {
  const events = protocols.flatMap((protocol) => protocol.events.map((event) => ({ protocol, event })));

  it.each(events.map(({ protocol, event }) => [protocol.name, event.signature, event.topic0] as const))(
    '%s: topic0 of %s',
    (_, signature, topic0) => expect(topic0).toBe(toEventSelector(signature)),
  );

  it.each(Object.entries(selectors))('selector of %s', (signature, selector) =>
    expect(selector).toBe(toFunctionSelector(`function ${signature}`)),
  );

  it('no protocol wants one event twice', () => {
    for (const protocol of protocols) {
      const keys = protocol.events.map(({ topic0, topics }) => `${topic0} ${topics?.join() ?? ''}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('an index is one word behind the selector', () => {
    expect(withIndex('0x4903b0d1', 7)).toBe(`0x4903b0d1${'0'.repeat(63)}7`);
  });

  it('names of calls are unique in a protocol, and all calls ask the source itself', () => {
    for (const protocol of protocols) {
      const source = makeSource(protocol, protocol.tokenCount[1]);
      const calls = protocol.calls(source);
      expect(new Set(calls.map((call) => call.name)).size).toBe(calls.length);
      for (const call of calls) expect(call.to).toBe(source.address);
    }
  });
});

describe('a word of an answer', () => {
  /** Slowly, from the text. */
  function naive(answer: string, i: number, bits: number): bigint | null {
    const word = answer.slice(2 + i * 64, 66 + i * 64);
    if (!/^0x([0-9a-fA-F]{2})*$/.test(answer) || word.length < 64) return null;
    const value = BigInt(`0x${word}`);
    return value < 2n ** BigInt(bits) ? value : null;
  }

  const digit = fc.constantFrom(...'00000123456789abcdefABCDEF');
  const answers = fc.oneof(
    fc
      .tuple(fc.string({ unit: digit, minLength: 60, maxLength: 200 }), fc.constantFrom('0x', '0X', '', '1x'))
      .map(([digits, prefix]) => prefix + digits),
    fc
      .tuple(fc.string({ unit: digit, minLength: 128, maxLength: 128 }), fc.nat(140), fc.string())
      .map(([digits, at, odd]) => `0x${digits.slice(0, at)}${odd}${digits.slice(at + odd.length)}`),
    fc.bigInt(0n, 2n ** 256n - 1n).map((value) => `0x${value.toString(16).padStart(64, '0')}`),
    fc.nat(5000).map((size) => `0x${'0a'.repeat(size)}`),
  );

  it('is what its text says, and nothing where the answer is no hexadecimal or too short', () => {
    const bits = fc.constantFrom(8, 16, 24, 80, 128, 160, 255, 256);
    fc.assert(
      fc.property(answers, fc.nat(4), bits, (answer, i, width) => {
        expect(uintOf(answer as Hex, i, width)).toBe(naive(answer, i, width));
        const whole = naive(answer, i, 256);
        const signed = whole === null ? null : BigInt.asIntN(256, whole);
        const fits = signed !== null && BigInt.asIntN(width, signed) === signed;
        expect(intOf(answer as Hex, i, width)).toBe(fits ? signed : null);
      }),
      { numRuns: 2000 },
    );
  });
});
