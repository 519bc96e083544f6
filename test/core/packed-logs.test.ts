import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import { LogCursor, noLogs, type PackedLogs, packLogs } from '../../src/core/packed-logs.js';
import type { RawLog } from '../../src/core/reading.js';

const hex = (min: number, max = min): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((b) => `0x${Buffer.from(b).toString('hex')}` as Hex);
/** Few different values, so that emitters and transactions repeat. */
const few = (bytes: number) => fc.integer({ min: 0, max: 3 }).map((i): Hex => `0x${`0${i}`.repeat(bytes)}`);

const anyLog: fc.Arbitrary<RawLog> = fc.record({
  address: fc.oneof(few(20), hex(20)),
  topics: fc.oneof(
    fc.constant([]),
    fc
      .tuple(fc.oneof(few(32), hex(32)), fc.array(hex(32), { maxLength: 3 }))
      .map(([topic0, more]) => [topic0, ...more]),
  ),
  data: hex(0, 200),
  transactionHash: fc.oneof(few(32), hex(32)),
  logIndex: fc.oneof(fc.nat(), fc.constantFrom(0, 0xffff_ffff)),
});

function unpack(packed: PackedLogs): RawLog[] {
  const cursor = new LogCursor(packed);
  const logs: RawLog[] = [];
  while (cursor.next()) logs.push(cursor.raw());
  expect(logs).toHaveLength(cursor.count);
  return logs;
}

const noReject = (_: RawLog, why: string): never => {
  throw new Error(why);
};

const good: RawLog = {
  address: `0x${'01'.repeat(20)}`,
  topics: [`0x${'02'.repeat(32)}`],
  data: '0x1234',
  transactionHash: `0x${'03'.repeat(32)}`,
  logIndex: 1,
};

describe('packed logs', () => {
  it('come back as they went in', () => {
    fc.assert(
      fc.property(fc.array(anyLog, { maxLength: 30 }), (logs) => {
        expect(unpack(packLogs(logs, noReject))).toEqual(logs);
      }),
    );
  });

  it('come back from the middle of a larger buffer, as a store hands them out', () => {
    fc.assert(
      fc.property(fc.array(anyLog, { maxLength: 10 }), fc.nat(40), (logs, before) => {
        const packed = packLogs(logs, noReject);
        const larger = Buffer.alloc(before + packed.length + 9, 0xee);
        larger.set(packed, before);
        expect(unpack(larger.subarray(before, before + packed.length))).toEqual(logs);
      }),
    );
  });

  it('of one block do not change when the next block is packed', () => {
    fc.assert(
      fc.property(fc.array(anyLog, { maxLength: 5 }), fc.array(anyLog, { maxLength: 5 }), (one, two) => {
        const packed = packLogs(one, noReject);
        packLogs(two, noReject);
        expect(unpack(packed)).toEqual(one);
      }),
    );
  });

  it('of no logs are the empty block', () => {
    expect(packLogs([], noReject)).toEqual(noLogs);
    expect(unpack(noLogs)).toEqual([]);
  });

  it('hold blocks larger than the room that is kept, and long data', () => {
    const logs = Array.from(
      { length: 3000 },
      (_, i): RawLog => ({ ...good, logIndex: i, data: `0x${'ab'.repeat(i)}` }),
    );
    expect(unpack(packLogs(logs, noReject))).toEqual(logs);
    const long: RawLog = { ...good, data: `0x${'cd'.repeat(3_000_000)}` };
    expect(unpack(packLogs([good, long, good], noReject))).toEqual([good, long, good]);
  });

  const bad: readonly (readonly [string, Partial<Record<keyof RawLog, unknown>>])[] = [
    ['an address of 19 bytes', { address: `0x${'01'.repeat(19)}` }],
    ['an address that is no hexadecimal', { address: `0x${'zz'.repeat(20)}` }],
    ['an address of 5,000 bytes', { address: `0x${'01'.repeat(5000)}` }],
    ['a topic of 5,000 bytes', { topics: [`0x${'01'.repeat(5000)}`] }],
    ['a second topic of 5,000 bytes', { topics: [good.topics[0], `0x${'01'.repeat(5000)}`] }],
    ['a transaction hash of 5,000 bytes', { transactionHash: `0x${'01'.repeat(5000)}` }],
    ['an empty topic', { topics: [''] }],
    ['a topic of 31 bytes', { topics: [`0x${'02'.repeat(31)}`] }],
    ['a second topic of 33 bytes', { topics: [good.topics[0], `0x${'02'.repeat(33)}`] }],
    ['five topics', { topics: Array(5).fill(good.topics[0]) }],
    ['data of half a byte', { data: '0x123' }],
    ['data that is no hexadecimal', { data: '0x12g4' }],
    ['data with letters of two bytes', { data: '0xéé' }],
    ['a transaction hash that is cut', { transactionHash: '0x03' }],
    ['a negative log index', { logIndex: -1 }],
    ['a log index that is no integer', { logIndex: 1.5 }],
    ['a log index that is none', { logIndex: Number.NaN }],
    ['a log index of 2^32', { logIndex: 2 ** 32 }],
    ['no topics at all', { topics: null }],
    ['no data', { data: null }],
    ['a number for data', { data: 12 }],
    ['no address', { address: undefined }],
    ['a topic that is null', { topics: [null] }],
    ['a second topic that is a number', { topics: [good.topics[0], 7] }],
    ['no transaction hash', { transactionHash: null }],
  ];
  it.each(bad)('leave out a log with %s and keep its neighbours', (_, spoilt) => {
    const log = { ...good, ...spoilt } as RawLog;
    const rejected: [RawLog, string][] = [];
    const packed = packLogs([log, good, log, { ...good, logIndex: 2 }, log], (one, why) =>
      rejected.push([one, why]),
    );
    expect(unpack(packed)).toEqual([good, { ...good, logIndex: 2 }]);
    expect(rejected.map(([one]) => one)).toEqual([log, log, log]);
    for (const [, why] of rejected) expect(why).not.toBe('');
    // A log that was left out leaves no emitter behind.
    expect(new LogCursor(packed).emitterCount).toBe(1);
  });

  it('keep a log without a topic apart from one whose topic is zero', () => {
    const zero: Hex = `0x${'00'.repeat(32)}`;
    const logs: RawLog[] = [
      { ...good, topics: [] },
      { ...good, topics: [zero] },
      { ...good, topics: [] },
    ];
    expect(unpack(packLogs(logs, noReject))).toEqual(logs);
  });

  it('take no more emitters than their number can say', () => {
    const logs = Array.from(
      { length: 65_600 },
      (_, i): RawLog => ({
        ...good,
        address: `0x${i.toString(16).padStart(40, '0')}`,
        logIndex: i,
      }),
    );
    let rejected = 0;
    const packed = packLogs([...logs, good, logs[5]!], () => rejected++);
    expect(rejected).toBe(66);
    expect(unpack(packed)).toEqual([...logs.slice(0, 65_535), logs[5]]);
  });

  it('a callback that packs logs itself does not disturb them', () => {
    const inner: RawLog = { ...good, data: `0x${'ff'.repeat(100)}` };
    const packed = packLogs([{ ...good, data: '0x1' as Hex }, good], () =>
      packLogs([inner, inner], noReject),
    );
    expect(unpack(packed)).toEqual([good]);
  });
});

describe('words under the cursor', () => {
  /** Values whose upper limbs are empty or full, and all others. */
  const word = fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
    fc
      .tuple(fc.integer({ min: 0, max: 256 }), fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), fc.boolean())
      .map(([bits, value, negative]) => {
        const low = BigInt.asUintN(bits, value);
        return BigInt.asUintN(256, negative ? -low : low);
      }),
    // Around the edges of limbs and of sign bits.
    fc
      .tuple(
        fc.constantFrom(1, 23, 31, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129, 160, 191, 192, 193, 255),
        fc.bigInt({ min: -(1n << 30n), max: 1n << 30n }),
        fc.boolean(),
      )
      .map(([edge, more, negative]) => {
        const value = (1n << BigInt(edge)) + more;
        return BigInt.asUintN(256, negative ? -value : value);
      }),
  );
  const bits = fc.integer({ min: 1, max: 256 });
  const asWord = (value: bigint) => value.toString(16).padStart(64, '0');

  function on(value: bigint): LogCursor {
    const cursor = new LogCursor(
      packLogs(
        [
          {
            ...good,
            topics: [good.topics[0]!, `0x${asWord(value)}`],
            data: `0x${'77'.repeat(32)}${asWord(value)}`,
          },
        ],
        noReject,
      ),
    );
    cursor.next();
    return cursor;
  }

  it('are unsigned integers of their width, or malformed', () => {
    fc.assert(
      fc.property(word, bits, (value, width) => {
        const fits = value < 1n << BigInt(width);
        for (const read of [(c: LogCursor) => c.uint(1, width), (c: LogCursor) => c.uintTopic(0, width)]) {
          const cursor = on(value);
          expect(read(cursor)).toBe(fits ? value : 0n);
          expect(cursor.malformed).toBe(!fits);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are signed integers of their width, or malformed', () => {
    fc.assert(
      fc.property(word, bits, (value, width) => {
        const signed = BigInt.asIntN(256, value);
        const fits = BigInt.asIntN(width, signed) === signed;
        for (const read of [(c: LogCursor) => c.int(1, width), (c: LogCursor) => c.intTopic(0, width)]) {
          const cursor = on(value);
          expect(read(cursor)).toBe(fits ? signed : 0n);
          expect(cursor.malformed).toBe(!fits);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are small numbers of their width, or malformed', () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 32 }), (value, width) => {
        const signed = BigInt.asIntN(256, value);
        const fits = BigInt.asIntN(width, signed) === signed;
        for (const read of [(c: LogCursor) => c.small(1, width), (c: LogCursor) => c.smallTopic(0, width)]) {
          const cursor = on(value);
          expect(read(cursor)).toBe(fits ? Number(signed) : 0);
          expect(cursor.malformed).toBe(!fits);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are addresses where the upper twelve bytes are zero', () => {
    fc.assert(
      fc.property(word, (value) => {
        const [inData, inTopic] = [on(value), on(value)];
        inData.address(1);
        inTopic.addressTopic(0);
        expect([inData.malformed, inTopic.malformed]).toEqual(Array(2).fill(value >= 1n << 160n));
      }),
    );
  });

  it('are malformed where the log has none, and read as zero', () => {
    const reads: readonly ((cursor: LogCursor) => unknown)[] = [
      (cursor) => cursor.uint(2),
      (cursor) => cursor.int(-1),
      (cursor) => cursor.small(2 ** 30),
      (cursor) => cursor.uintTopic(1),
      (cursor) => cursor.smallTopic(3),
      (cursor) => cursor.intTopic(-1),
    ];
    for (const read of reads) {
      const cursor = on(5n);
      expect(Number(read(cursor))).toBe(0);
      expect(cursor.malformed).toBe(true);
    }
  });

  it('are compared as topics without any harm', () => {
    const topic = new Uint8Array(32).fill(0);
    topic[31] = 5;
    const cursor = on(5n);
    expect([cursor.isTopic(0, topic), cursor.isTopic(1, topic)]).toEqual([true, false]);
    topic[0] = 1;
    expect(cursor.isTopic(0, topic)).toBe(false);
    expect(cursor.malformed).toBe(false);
  });

  it('data may be cut for showing', () => {
    const cursor = on(5n);
    expect(cursor.raw(2).data).toBe('0x7777');
    expect(cursor.raw(1000).data).toBe(cursor.data());
  });
});
