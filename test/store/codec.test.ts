import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, Input } from '../../src/core/io.js';
import {
  decodeBlockHead,
  decodeEffects,
  decodeInput,
  encodeEffects,
  encodeInput,
} from '../../src/store/codec.js';
import { fromJson, toJson } from '../../src/store/json.js';
import { makeBlock, makeLogs } from './make-steps.js';

/** Objects without a prototype are nothing that an engine makes. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
const strangeText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '\u0000', '\u0000NaN', '\u0000\u0000-0', '\ud800', '__proto__', '💥', '"\\\n'),
);
const strangeNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    Number.NaN,
    -0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MAX_SAFE_INTEGER,
  ),
);
const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((b) => `0x${Buffer.from(b).toString('hex')}`);
const strangeHash = fc.oneof({ weight: 9, arbitrary: hash }, { weight: 1, arbitrary: strangeText });
const call = record({
  source: strangeText,
  call: strangeText,
  data: fc.option(fc.uint8Array().map((b) => `0x${Buffer.from(b).toString('hex')}`)),
});
const blockInput = record({
  kind: fc.constant('block'),
  atMs: strangeNumber,
  chain: strangeText,
  block: record({
    number: strangeNumber,
    hash: strangeHash,
    parentHash: strangeHash,
    timeMs: strangeNumber,
  }),
  logs: fc.uint8Array({ maxLength: 300 }),
  calls: fc.array(call, { maxLength: 3 }),
}) as fc.Arbitrary<Extract<Input, { kind: 'block' }>>;
const otherInput = fc.oneof(
  record({ kind: fc.constant('tick'), atMs: strangeNumber }),
  record({
    kind: fc.constant('reorg'),
    atMs: strangeNumber,
    chain: strangeText,
    keep: record({ number: strangeNumber, hash: strangeText }),
    dead: fc.array(strangeText),
  }),
  record({
    kind: fc.constant('silent'),
    atMs: strangeNumber,
    chain: strangeText,
    sinceMs: strangeNumber,
    reason: strangeText,
  }),
  fc.record(
    {
      kind: fc.constant('checked'),
      atMs: strangeNumber,
      chain: strangeText,
      number: strangeNumber,
      hash: strangeText,
      check: record({ agreed: fc.nat(), of: fc.nat(), wanted: fc.nat(), proven: fc.boolean() }),
      context: record({
        transactions: fc.option(strangeNumber),
        failed: fc.option(strangeNumber),
        baseFeeGwei: fc.option(strangeNumber),
        baseFeeTimesUsual: fc.option(strangeNumber),
        gasUsedShare: fc.option(strangeNumber),
      }),
    },
    {
      requiredKeys: ['kind', 'atMs', 'chain', 'number', 'hash', 'check'],
      noNullPrototype: true,
    },
  ),
) as fc.Arbitrary<Input>;
// Plain values as an engine may make them; undefined is not among them.
const { value: plain } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    strangeText,
    strangeNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(strangeText, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('encodeInput', () => {
  it('gives back every block exactly, strange names and numbers included', () => {
    fc.assert(
      fc.property(blockInput, (input) => {
        const bytes = encodeInput(input);
        expect(decodeInput(bytes)).toStrictEqual(input);
        expect(decodeBlockHead(bytes)).toStrictEqual({ chain: input.chain, block: input.block });
      }),
    );
  });

  it('gives back every other input exactly', () => {
    fc.assert(
      fc.property(otherInput, (input) => {
        expect(decodeInput(encodeInput(input))).toStrictEqual(input);
        expect(decodeBlockHead(encodeInput(input))).toBeNull();
      }),
    );
  });

  it('reads a block that lies at any offset of a larger buffer, and hands its logs out without a copy', () => {
    const input = makeBlock({ number: 7, logs: 3 });
    const encoded = encodeInput(input);
    const shifted = new Uint8Array(encoded.length + 5).fill(0xee);
    shifted.set(encoded, 3);
    const read = decodeInput(shifted.subarray(3, 3 + encoded.length));
    expect(read).toStrictEqual(input);
    expect(read.kind === 'block' && read.logs.buffer).toBe(shifted.buffer);
  });

  it('adds less than 120 bytes to the packed logs of a block', () => {
    const input = makeBlock({ number: 7, logs: 100 });
    expect(encodeInput(input).length - makeLogs(100).length).toBeLessThan(120);
  });

  it('refuses bytes that are cut short or of no known form with a readable error', () => {
    const bytes = encodeInput(makeBlock({ number: 7, logs: 3 }));
    for (const bad of [
      bytes.subarray(0, 60),
      bytes.subarray(0, 150),
      Uint8Array.of(9, 1),
      new Uint8Array(0),
    ]) {
      expect(() => decodeInput(bad)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
    }
  });
});

describe('encodeEffects', () => {
  it('gives back plain values exactly and with their properties in order', () => {
    fc.assert(
      fc.property(fc.array(plain), (values) => {
        const effects = values as Effect[];
        const read = decodeEffects(encodeEffects(effects));
        expect(read).toStrictEqual(effects);
        expect(JSON.stringify(read)).toBe(JSON.stringify(effects));
      }),
    );
  });

  it('refuses a bigint', () => {
    expect(() => toJson({ amount: 1n })).toThrow(TypeError);
  });

  it('writes ordinary values as ordinary JSON', () => {
    expect(toJson({ a: [1, 'x', null, true] })).toBe('{"a":[1,"x",null,true]}');
    expect(fromJson('{"a":[1,"x",null,true]}')).toStrictEqual({ a: [1, 'x', null, true] });
  });
});
