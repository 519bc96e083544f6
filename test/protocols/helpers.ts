// Sources, logs and visits for the tests of the protocols.
import fc from 'fast-check';
import { type AbiEvent, type AbiParameter, encodeAbiParameters, encodeEventTopics, parseAbiItem } from 'viem';
import type { Hex } from '../../src/core/hex.js';
import type { Observation } from '../../src/core/observation.js';
import { LogCursor, noLogs, packLogs } from '../../src/core/packed-logs.js';
import type { Problem } from '../../src/core/problem.js';
import type { CallReading, RawLog } from '../../src/core/reading.js';
import type { SourceSpec } from '../../src/core/source.js';
import type { Decoder } from '../../src/protocols/decoder.js';
import { createDecoder } from '../../src/protocols/decoder.js';
import type { EventWanted, Protocol } from '../../src/protocols/protocol.js';

export const address = (n: number): Hex => `0x${n.toString(16).padStart(40, '0')}`;

export const watchedAddress = '0x00000000000000000000000000000000000c0ffe';
export const transactionHash: Hex = `0x${'5e'.repeat(32)}`;

export function makeSource(protocol: Protocol, tokens: number, more: Partial<SourceSpec> = {}): SourceSpec {
  return {
    id: `ethereum/${protocol.name}`,
    chain: 'ethereum',
    coin: 'USDX',
    protocol: protocol.name,
    address: watchedAddress,
    tokens: Array.from({ length: tokens }, (_, i) => ({
      symbol: `T${i}`,
      address: address(0x1000 + i),
      decimals: 6,
      coin: 'USDX',
    })),
    heartbeatMs: protocol.type === 'oracle' ? 3_600_000 : null,
    answerDecimals: protocol.type === 'oracle' ? 8 : null,
    ...more,
  };
}

/** A decoder for these sources that hears each of them at its own address, oracles included. */
export function decoderOf(...sources: readonly SourceSpec[]): Decoder {
  const decoder = createDecoder('ethereum', sources);
  for (const source of sources) decoder.setEmitter(source.id, source.address);
  return decoder;
}

export interface Visited {
  readonly observations: Observation[];
  readonly sources: string[];
  readonly problems: Problem[];
}

export function decodeAll(
  decoder: Decoder,
  logs: readonly RawLog[],
  calls: readonly CallReading[] = [],
): Visited {
  const visited: Visited = { observations: [], sources: [], problems: [] };
  const packed =
    logs.length === 0
      ? noLogs
      : packLogs(logs, (_, why) => {
          throw new Error(why);
        });
  decoder.decode(
    { logs: packed, calls },
    {
      observation: (source, observation) => {
        visited.observations.push(observation);
        visited.sources.push(source.id);
      },
      problem: (problem) => visited.problems.push(problem),
    },
  );
  return visited;
}

export function eventOf(wanted: EventWanted): AbiEvent {
  return parseAbiItem(wanted.signature) as AbiEvent;
}

/** The log that a contract would emit for these arguments, as viem encodes them. */
export function logOf(
  event: AbiEvent,
  args: Readonly<Record<string, unknown>>,
  at: Hex = watchedAddress,
): RawLog {
  const plain = event.inputs.filter((input) => !input.indexed);
  return {
    address: at,
    topics: encodeEventTopics({ abi: [event], args } as never) as Hex[],
    data: encodeAbiParameters(
      plain,
      plain.map((input) => args[input.name ?? '']),
    ),
    transactionHash,
    logIndex: 0,
  };
}

/** Random integers of a type, its edges and small values often among them. */
export function integer(bits: number, signed: boolean): fc.Arbitrary<bigint> {
  const min = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const max = signed ? -min - 1n : (1n << BigInt(bits)) - 1n;
  const clamped = (value: bigint) => (value < min ? min : value > max ? max : value);
  return fc.oneof(
    fc.bigInt({ min, max }),
    fc.constantFrom(min, max, 0n, 1n, clamped(-1n)),
    // Every width up to the type's own, so that all paths over empty limbs are walked.
    fc
      .tuple(fc.integer({ min: 1, max: bits }), fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), fc.boolean())
      .map(([width, value, negative]) => {
        const magnitude = BigInt.asUintN(width, value);
        return clamped(negative ? -magnitude : magnitude);
      }),
  );
}

export const hexBytes = (min: number, max = min): fc.Arbitrary<Hex> =>
  fc
    .uint8Array({ minLength: min, maxLength: max })
    .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as Hex);

/** Random arguments of an event; `coins` bounds coin indices and sets the length of open arrays. */
export function argsOf(event: AbiEvent, coins: number): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(event.inputs.map((input) => [input.name ?? '', anyOf(input, coins)])));
}

function anyOf({ type, name }: AbiParameter, coins: number): fc.Arbitrary<unknown> {
  const array = /^uint256\[(\d*)\]$/.exec(type);
  if (array) {
    const length = array[1] === '' ? coins : Number(array[1]);
    const full = fc.array(integer(256, false), { minLength: length, maxLength: length });
    return array[1] === '' && name === 'fees' ? fc.oneof(full, fc.constant([])) : full;
  }
  if (type === 'address') return hexBytes(20);
  if (type === 'bytes32') return hexBytes(32);
  if (name === 'sold_id' || name === 'bought_id' || name === 'token_id') {
    return fc.integer({ min: 0, max: coins - 1 }).map(BigInt);
  }
  if (name === 'updatedAt') return integer(40, false);
  const [, sign, bits] = /^(u?)int(\d+)$/.exec(type) ?? [];
  if (bits === undefined) throw new Error(`no values for ${type}`);
  const wide = integer(Number(bits), sign !== 'u');
  return Number(bits) <= 48 ? wide.map(Number) : wide;
}

export function cursorOn(log: RawLog): LogCursor {
  const cursor = new LogCursor(
    packLogs([log], (_, why) => {
      throw new Error(why);
    }),
  );
  cursor.next();
  return cursor;
}
