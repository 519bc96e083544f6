// What a protocol file says: which events and calls it wants, as data, and how each becomes an observation.
// A protocol knows no address (that is configuration) and no threshold (that is judgement).

import type { Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import type { SourceSpec, SourceType } from '../core/source.js';

export interface EventWanted {
  /** The event's signature as Solidity writes it, for readers and for the oracle in the tests. */
  readonly signature: string;
  readonly topic0: Hex;
  /** Further topics to filter by, in order; null matches anything. Left out: no filter. */
  readonly topics?: readonly (Hex | null)[];
  /**
   * Reads the log under the cursor. Offsets are fixed by the ABI. Sets `log.malformed` (through the cursor's
   * checks) instead of throwing; null means that the log is well-formed and says nothing we keep.
   */
  readonly decode: (log: LogCursor, source: SourceSpec) => Observation | null;
}

/** When a call is made: `start` with the first block of a run, `event` with every block in which the source
 * emitted, `poll` every few minutes. Calls run at the very block they belong to. */
export type CallMoment = 'start' | 'event' | 'poll';

export interface CallWanted {
  /** Unique in the protocol; calls over a pool's coins carry the index: `balances0`. */
  readonly name: string;
  readonly when: readonly CallMoment[];
  readonly to: Hex;
  readonly data: Hex;
  /** Older contracts know the same call by another selector: tried where the first one reverts. */
  readonly fallbackData?: Hex;
  /** Several calls that belong together (balances of each coin) are decoded as one: see `decodeCalls`. */
}

/** A fact on chain that must agree with the configuration before a source is watched. */
export interface IdentityCheck {
  /** What is compared, in the words of the configuration: `tokens[0].address`, `tokens[1].decimals`. */
  readonly field: string;
  readonly to: Hex;
  readonly data: Hex;
  readonly fallbackData?: Hex;
  readonly expected: string;
  /** The answer in the same words as `expected`; null where it is malformed. */
  readonly read: (answer: Hex) => string | null;
}

export interface Protocol {
  readonly name: string;
  readonly type: SourceType;
  /** One sentence for `pegwatch check` and the documentation. */
  readonly about: string;
  readonly events: readonly EventWanted[];
  /** Events come not from the source's address but from the contracts that `emitter` observations name. */
  readonly eventsElsewhere?: true;
  /** Which tokens a source of this protocol needs: least and most. */
  readonly tokenCount: readonly [least: number, most: number];
  readonly calls: (source: SourceSpec) => readonly CallWanted[];
  /**
   * Turns the answers of one block's calls of one source into observations. A call that failed is null.
   * Returns null for answers that are malformed.
   */
  readonly decodeCalls: (
    answers: ReadonlyMap<string, Hex | null>,
    source: SourceSpec,
  ) => readonly Observation[] | null;
  readonly identity: (source: SourceSpec) => readonly IdentityCheck[];
}
