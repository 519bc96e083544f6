import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterPrefix,
  pointerKey,
  readPointer,
  readSeq,
  readTime,
  seqKey,
  textKey,
  timeKey,
} from '../../src/store/keys.js';

const compare = (a: Uint8Array, b: Uint8Array): number => Math.sign(Buffer.compare(a, b));

describe('timeKey', () => {
  const time = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.integer({ min: 0, max: 2 ** 47 }));

  it('sorts as the numbers do, negative and enormous ones included', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(compare(timeKey(a), timeKey(b))).toBe(a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });

  it('is read back, and reading leaves the key as it was even where it is a Buffer', () => {
    fc.assert(
      fc.property(time, (timeMs) => {
        const key = Buffer.from(timeKey(timeMs));
        const before = key.toString('hex');
        expect(readTime(key)).toBe(timeMs + 0);
        expect(key.toString('hex')).toBe(before);
      }),
    );
  });

  it('takes a time that is no number for 0', () => {
    expect(readTime(timeKey(Number.NaN))).toBe(0);
  });
});

describe('seqKey and pointerKey', () => {
  const seq = fc.integer({ min: 0, max: 2 ** 48 - 1 });

  it('sort as the numbers do and are read back', () => {
    fc.assert(
      fc.property(seq, seq, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (a, b, n) => {
        expect(compare(seqKey(a), seqKey(b))).toBe(Math.sign(a - b));
        expect(readSeq(seqKey(a))).toBe(a);
        expect(readPointer(pointerKey({ seq: a, n }))).toStrictEqual({ seq: a, n });
      }),
    );
  });
});

describe('textKey', () => {
  it('is never a prefix of the key of another text, and fits a key', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 600 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [ka, kb] = [textKey(a), textKey(b)];
        expect(compare(ka, kb) === 0).toBe(a === b);
        if (a !== b) expect(compare(ka, kb.subarray(0, ka.length))).not.toBe(0);
        expect(ka.length).toBeLessThanOrEqual(502);
        expect(compare(afterPrefix(ka), ka)).toBe(1);
      }),
    );
  });
});
