// Logs as contracts would emit them, encoded by viem.
import { encodeAbiParameters, encodeEventTopics, parseAbi, parseAbiParameters, zeroAddress } from 'viem';
import type { Hex } from '../../src/core/hex.js';
import type { RawLog } from '../../src/core/reading.js';

const abi = parseAbi([
  'event Sync(uint112 reserve0, uint112 reserve1)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)',
]);

const someone = '0x00000000000000000000000000000000000000aa';

export function transaction(n: number): Hex {
  return `0x${n.toString(16).padStart(64, '0')}`;
}

interface Place {
  readonly address: Hex;
  readonly logIndex: number;
  readonly transactionHash?: Hex;
}

export function syncLog(place: Place, reserve0: bigint, reserve1: bigint): RawLog {
  const data = encodeAbiParameters(parseAbiParameters('uint112, uint112'), [reserve0, reserve1]);
  return log(place, encodeEventTopics({ abi, eventName: 'Sync' }) as Hex[], data);
}

/** A mint for a positive amount, a burn for a negative one. */
export function supplyLog(place: Place, delta: bigint): RawLog {
  const args = delta > 0n ? { from: zeroAddress, to: someone } : { from: someone, to: zeroAddress };
  const topics = encodeEventTopics({
    abi,
    eventName: 'Transfer',
    args: args as { from: Hex; to: Hex },
  }) as Hex[];
  return log(
    place,
    topics,
    encodeAbiParameters(parseAbiParameters('uint256'), [delta > 0n ? delta : -delta]),
  );
}

export function answerLog(place: Place, answer: bigint, roundId: bigint, updatedAtSeconds: number): RawLog {
  const topics = encodeEventTopics({
    abi,
    eventName: 'AnswerUpdated',
    args: { current: answer, roundId },
  }) as Hex[];
  return log(place, topics, encodeAbiParameters(parseAbiParameters('uint256'), [BigInt(updatedAtSeconds)]));
}

function log(place: Place, topics: Hex[], data: Hex): RawLog {
  return { transactionHash: transaction(place.logIndex + 1), ...place, topics, data };
}
