import type { Hex } from '../core/hex.js';
import type { PackedLogs } from '../core/packed-logs.js';
import type { Block } from '../core/reading.js';
import type { StoredLogs } from '../store/store.js';
import type { ReadBlock } from './log-reader.js';
import { type LogSummary, logCountOf, logSummary } from './log-summary.js';
import { lower } from './read-header.js';
import type { Watched } from './watched.js';

/** What the engine was given of a block. */
export interface Given extends LogSummary {
  /** Who gave it; empty where that is forgotten. */
  readonly by: string;
  /** Logs of the sources' own contracts, which are asked for whatever else is learned on the way. */
  readonly own: number;
  /** Of the filters that were asked with; -1 of an earlier run. */
  readonly version: number;
}

export interface GivenLogsParts {
  readonly watched: Watched;
  /** The logs of a block that an earlier run stored; null where it did not. */
  readonly stored: (block: Block) => StoredLogs | null;
  /** The first block from which an earlier run watched a source; null where none did. */
  readonly since: (source: string) => number | null;
}

/** What the engine was given of the blocks that nobody has confirmed yet, so that it can be compared. */
export class GivenLogs {
  readonly #given = new Map<number, Given>();
  readonly #own: ReadonlySet<Hex>;

  constructor(private readonly parts: GivenLogsParts) {
    this.#own = this.#ownContracts(() => true);
  }

  get isEmpty(): boolean {
    return this.#given.size === 0;
  }

  remember(read: ReadBlock): void {
    this.#given.set(read.block.number, this.of(read.logs, read.by, read.version));
  }

  /** Above `number` all is forgotten. */
  rewind(number: number): void {
    for (const given of this.#given.keys()) if (given > number) this.#given.delete(given);
  }

  /** Up to `number` all is forgotten. */
  forget(number: number): void {
    for (const given of this.#given.keys()) if (given <= number) this.#given.delete(given);
  }

  /** Null where the engine was not given it. */
  at(block: Block): Given | null {
    const given = this.#given.get(block.number);
    if (given !== undefined) return given;
    const stored = this.parts.stored(block);
    return stored === null ? null : this.of(stored.logs, stored.by, -1);
  }

  of(logs: PackedLogs | undefined, by: string, version: number = this.parts.watched.version): Given {
    return { ...logSummary(logs), by, own: logs === undefined ? 0 : logCountOf(logs, this.#own), version };
  }

  /**
   * Whether the one that gave it is to be blamed: with other filters the first answer may have been whole, but what the
   * sources' own contracts emit was asked for all the same.
   */
  isWrong(given: Given, truth: PackedLogs, block: Block): boolean {
    if (given.version === this.parts.watched.version) return true;
    if (given.version >= 0) return logCountOf(truth, this.#own) !== given.own;
    const stored = this.parts.stored(block);
    if (stored === null) return false;
    const own = this.#ownContracts((source) => (this.parts.since(source) ?? Infinity) <= block.number);
    return logCountOf(truth, own) !== logCountOf(stored.logs, own);
  }

  #ownContracts(isMeant: (source: string) => boolean): ReadonlySet<Hex> {
    const meant = this.parts.watched.sources.filter(({ id }) => isMeant(id));
    return new Set(meant.map(({ address }) => lower(address)));
  }
}
