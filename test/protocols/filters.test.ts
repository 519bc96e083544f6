import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { RawLog } from '../../src/core/reading.js';
import type { SourceSpec } from '../../src/core/source.js';
import { createDecoder } from '../../src/protocols/decoder.js';
import { emittersOf, type LogFilter, logFilters } from '../../src/protocols/filters.js';
import { protocolOf, protocols } from '../../src/protocols/index.js';
import { address, decodeAll, makeSource, transactionHash } from './helpers.js';

/** What `eth_getLogs` says about one log, after the JSON-RPC specification. */
function matches(filter: LogFilter, log: RawLog): boolean {
  if (!filter.address.includes(log.address)) return false;
  return filter.topics.every((wanted, i) => {
    const topic = log.topics[i];
    if (topic === undefined) return false;
    return wanted === null || (typeof wanted === 'string' ? wanted === topic : wanted.includes(topic));
  });
}

const zeroWord: Hex = `0x${'0'.repeat(64)}`;
const aggregators = [address(0x21), address(0x22)] as const;

/** A source of each protocol, some of them at one address. */
const sources: readonly SourceSpec[] = protocols.map((protocol, i) =>
  makeSource(protocol, protocol.tokenCount[1], { address: address(i < 2 ? 0x10 : 0x10 + i) }),
);
const observed = (source: SourceSpec) => (source.protocol === 'chainlink' ? aggregators : []);
const watch = (some: readonly SourceSpec[]) =>
  some.map((source) => ({ source, addresses: emittersOf(source, observed(source)) }));

const topic0s = [...new Set(protocols.flatMap(({ events }) => events.map(({ topic0 }) => topic0)))];
const anyLog: fc.Arbitrary<RawLog> = fc.record({
  address: fc.constantFrom(...sources.map((source) => source.address), ...aggregators, address(0xbad)),
  topics: fc
    .tuple(
      fc.constantFrom(...topic0s, zeroWord),
      fc.array(fc.constantFrom(zeroWord, `0x${'0'.repeat(63)}1` as Hex), { maxLength: 3 }),
    )
    .map(([topic0, more]) => [topic0, ...more]),
  data: fc.constant<Hex>('0x'),
  transactionHash: fc.constant(transactionHash),
  logIndex: fc.constant(0),
});

/** Without data most events are malformed: a problem tells that the decoder wanted the log. Some need none. */
function isWanted(some: readonly SourceSpec[], log: RawLog): boolean {
  const decoder = createDecoder('ethereum', some);
  for (const source of some) for (const emitter of observed(source)) decoder.setEmitter(source.id, emitter);
  const { observations, problems } = decodeAll(decoder, [log]);
  return observations.length > 0 || problems.some(({ code }) => code === 'log-malformed');
}

describe('log filters', () => {
  it('bring every log that the decoder wants, whatever is watched', () => {
    fc.assert(
      fc.property(fc.subarray([...sources]), anyLog, (some, log) => {
        const brought = logFilters(watch(some)).some((filter) => matches(filter, log));
        if (isWanted(some, log)) expect(brought).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('bring exactly what the decoder wants where one protocol is watched', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sources), anyLog, (source, log) => {
        const brought = logFilters(watch([source])).some((filter) => matches(filter, log));
        expect(brought).toBe(isWanted([source], log));
      }),
      { numRuns: 2000 },
    );
  });

  it('bring nothing that the decoder does not know: no contract that is not watched, no strange event', () => {
    fc.assert(
      fc.property(fc.subarray([...sources]), anyLog, (some, log) => {
        if (!logFilters(watch(some)).some((filter) => matches(filter, log))) return;
        const emitters = watch(some).flatMap(({ addresses }) => addresses);
        expect(emitters).toContain(log.address);
        const topics = some.flatMap(({ protocol }) =>
          protocolOf(protocol).events.map(({ topic0 }) => topic0),
        );
        expect(topics).toContain(log.topics[0]);
      }),
    );
  });

  it('are three at most: one for plain events, one for mints, one for burns', () => {
    expect(logFilters(watch(sources)).map(({ topics }) => topics.slice(1))).toEqual([
      [],
      [null, zeroWord],
      [zeroWord],
    ]);
  });

  it('do not depend on the order or the letters of the configuration', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...sources], { minLength: sources.length }), (shuffled) => {
        const upper = watch(shuffled).map(({ source, addresses }) => ({
          source,
          addresses: addresses.map((a) => a.toUpperCase().replace('X', 'x') as Hex),
        }));
        expect(logFilters(upper)).toEqual(logFilters(watch(sources)));
      }),
    );
  });

  it('are none for a feed whose aggregator is not known yet: an empty list of addresses would match the chain', () => {
    const feed = sources.find(({ protocol }) => protocol === 'chainlink')!;
    expect(emittersOf(feed, [])).toEqual([]);
    expect(logFilters([{ source: feed, addresses: [] }])).toEqual([]);
    expect(logFilters([])).toEqual([]);
  });
});
