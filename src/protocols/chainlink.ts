// Chainlink price feeds. The source's address is the proxy that people read; events come from the aggregator
// behind it, and a change of aggregator emits nothing: `aggregator()` is read again with every poll.

import type { Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import { addressOf, callSource, decimalsCheck, intOf, selectors, uintOf } from './abi.js';
import type { Protocol } from './protocol.js';

/** Bits of a time in seconds that is believed; times beyond are garbage and would not be exact milliseconds. */
const timeBits = 40;

export const chainlink: Protocol = {
  name: 'chainlink',
  type: 'oracle',
  about: 'A Chainlink feed, read through its proxy and heard from its aggregator.',
  eventsElsewhere: true,
  events: [
    {
      signature: 'event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)',
      topic0: '0x0559884fd3a460db3073b7fc896cc77986f16e378210ded43186175bf646fc5f',
      decode: decodeAnswerUpdated,
    },
  ],
  tokenCount: [1, 1],
  calls: (source) => [
    callSource(source, 'latestRoundData', selectors['latestRoundData()']),
    callSource(source, 'aggregator', selectors['aggregator()']),
  ],
  decodeCalls,
  identity: (source) =>
    source.answerDecimals === null
      ? []
      : [decimalsCheck('answerDecimals', source.address, source.answerDecimals)],
};

function decodeAnswerUpdated(log: LogCursor): Observation | null {
  if (!log.shape(2, 1)) return null;
  return {
    kind: 'answer',
    answer: log.intTopic(0),
    roundId: log.uintTopic(1),
    updatedAtMs: Number(log.uint(0, timeBits)) * 1000,
  };
}

function decodeCalls(answers: ReadonlyMap<string, Hex | null>): readonly Observation[] | null {
  const observations: Observation[] = [];
  const round = answers.get('latestRoundData') ?? null;
  if (round !== null) {
    const roundId = uintOf(round, 0, 80);
    const answer = intOf(round, 1);
    const updatedAt = uintOf(round, 3, timeBits);
    // The fifth word, answeredInRound, is deprecated but must be there.
    if (roundId === null || answer === null || updatedAt === null || uintOf(round, 4, 80) === null)
      return null;
    // A round that was never answered says nothing: unknown, not a price of zero.
    if (updatedAt !== 0n) {
      observations.push({
        kind: 'answer',
        answer,
        // The proxy puts its phase above bit 64; the aggregator's events count without it.
        roundId: BigInt.asUintN(64, roundId),
        updatedAtMs: Number(updatedAt) * 1000,
      });
    }
  }
  const aggregator = answers.get('aggregator') ?? null;
  if (aggregator !== null) {
    const address = addressOf(aggregator, 0);
    if (address === null || BigInt(address) === 0n) return null;
    observations.push({ kind: 'emitter', address });
  }
  return observations;
}
