import type { Hex } from '../core/hex.js';
import type { CallReading, RawLog } from '../core/reading.js';
import type { SourceSpec } from '../core/source.js';
import { emittersOf, type LogFilter, logFilters } from '../protocols/filters.js';
import { protocolOf } from '../protocols/index.js';
import { lower } from './read-header.js';

/**
 * Which contracts are watched for which source. The emitters of a source (a feed's aggregators) are learned on the way;
 * their list only grows, so that late logs of an old emitter still count.
 */
export class Watched {
  readonly #observed = new Map<string, Set<Hex>>();
  readonly #byAddress = new Map<Hex, SourceSpec[]>();
  #filters: readonly LogFilter[] = [];
  #version = 0;

  constructor(
    readonly sources: readonly SourceSpec[],
    emitters: ReadonlyMap<string, readonly Hex[]>,
  ) {
    for (const { id } of sources) this.#observed.set(id, new Set(emitters.get(id)?.map(lower)));
    this.#index();
  }

  /** From the next query on, this contract's events belong to the source too. */
  add(sourceId: string, address: Hex): void {
    const observed = this.#observed.get(sourceId);
    if (observed === undefined || observed.has(lower(address))) return;
    observed.add(lower(address));
    this.#index();
  }

  /**
   * The contracts that these answers name belong to their sources at once: the engine says so too (`add`), but only
   * when the block is stored, and what they emit in the blocks until then would be missed.
   */
  learn(calls: readonly CallReading[]): void {
    for (const source of this.sources) {
      const { id, protocol } = source;
      const { eventsElsewhere, decodeCalls } = protocolOf(protocol);
      if (!eventsElsewhere) continue;
      const answers = new Map(
        calls.filter(({ source }) => source === id).map(({ call, data }) => [call, data]),
      );
      if (answers.size === 0) continue;
      for (const one of decodeCalls(answers, source) ?? [])
        if (one.kind === 'emitter') this.add(id, one.address);
    }
  }

  /** Changes with the filters: answers to different ones cannot be compared. */
  get version(): number {
    return this.#version;
  }

  /** What to ask for; empty where nothing has events. */
  filters(): readonly LogFilter[] {
    return this.#filters;
  }

  has(address: Hex): boolean {
    return this.#byAddress.has(address);
  }

  /** Whether one of the filters brings this log. */
  wants({ address, topics }: Pick<RawLog, 'address' | 'topics'>): boolean {
    return this.#filters.some(
      (filter) =>
        filter.address.includes(address) &&
        filter.topics.every((wanted, i) => {
          const topic = topics[i];
          if (wanted === null) return true;
          return (
            topic !== undefined && (typeof wanted === 'string' ? wanted === topic : wanted.includes(topic))
          );
        }),
    );
  }

  /** The sources that some of these contracts speak for, in the configured order. */
  sourcesOf(addresses: Iterable<Hex>): readonly SourceSpec[] {
    const found = new Set<SourceSpec>();
    for (const address of addresses)
      for (const source of this.#byAddress.get(address) ?? []) found.add(source);
    return this.sources.filter((source) => found.has(source));
  }

  #index(): void {
    this.#byAddress.clear();
    const watched = this.sources.map((source) => {
      const addresses = emittersOf(source, [...(this.#observed.get(source.id) ?? [])]).map(lower);
      for (const address of addresses) {
        this.#byAddress.set(address, [...(this.#byAddress.get(address) ?? []), source]);
      }
      return { source, addresses };
    });
    this.#filters = logFilters(watched);
    this.#version++;
  }
}
