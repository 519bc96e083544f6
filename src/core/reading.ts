// A reading: what a chain says at a block, before anybody makes sense of it: a header, a log, the answer of a call.

import type { Hex } from './hex.js';

/** A block header, as light as the engine needs it. */
export interface Block {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  /** The chain's own time, milliseconds since 1970. */
  readonly timeMs: number;
}

/** Which endpoint a block came from, by its configured name: announced by it, asked for, or asked for a second time. */
export interface Via {
  readonly endpoint: string;
  readonly how: 'pushed' | 'fetched' | 'confirmed';
}

/** A log as a node words it, with its numbers already read. */
export interface RawLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly transactionHash: Hex;
  readonly logIndex: number;
}

/** The answer of one `eth_call` at a block; `data` is null where the call failed or reverted. */
export interface CallReading {
  readonly source: string;
  /** The name of the call in the source's protocol. */
  readonly call: string;
  readonly data: Hex | null;
}
