// Small valid inputs and effects to put into a store.

import type { Hex } from '../../src/core/hex.js';
import type { Effect, Input, Step } from '../../src/core/io.js';
import { packLogs } from '../../src/core/packed-logs.js';

export type BlockInput = Extract<Input, { kind: 'block' }>;

export function hashOf(name: string | number): Hex {
  return `0x${Buffer.from(String(name)).toString('hex').padStart(64, '0')}`;
}

export function makeLogs(count: number): Uint8Array {
  const logs = Array.from({ length: count }, (_, i) => ({
    address: `0x${'a1'.repeat(20)}` as const,
    topics: [hashOf('topic')],
    data: `0x${i.toString(16).padStart(64, '0')}` as const,
    transactionHash: hashOf(`tx${i}`),
    logIndex: i,
  }));
  return packLogs(logs, (_, why) => {
    throw new Error(why);
  });
}

/** `name` tells branches apart: the hash is made of it. */
export function makeBlock(
  about: {
    number: number;
    name?: string;
    parent?: string;
    chain?: string;
    timeMs?: number;
    logs?: number;
  } & {
    calls?: BlockInput['calls'];
  },
): BlockInput {
  const { number, name = `b${number}`, parent = `b${number - 1}`, chain = 'ethereum' } = about;
  return {
    kind: 'block',
    atMs: (about.timeMs ?? number * 1000) + 500,
    chain,
    block: { number, hash: hashOf(name), parentHash: hashOf(parent), timeMs: about.timeMs ?? number * 1000 },
    logs: makeLogs(about.logs ?? 0),
    calls: about.calls ?? [],
  };
}

/** Steps from `firstSeq` on, of inputs or of inputs with their effects. */
export function makeSteps(firstSeq: number, ...parts: readonly (Input | [Input, ...Effect[]])[]): Step[] {
  return parts.map((part, i) => {
    const [input, ...effects] = Array.isArray(part) ? (part as [Input, ...Effect[]]) : [part as Input];
    return { seq: firstSeq + i, input, effects };
  });
}

export function tick(atMs: number): Input {
  return { kind: 'tick', atMs };
}
