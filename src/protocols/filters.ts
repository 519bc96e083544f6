// The smallest set of `eth_getLogs` filters that brings every log the decoder wants.
//
// Events without further topics share one filter over all their contracts: it may bring a log that one contract's
// protocol does not want, which the decoder ignores. Mints and burns of ERC-20 have a filter each, because a node
// cannot say "from or to": a transfer from zero to zero comes twice, so a reader must tell logs by their index.

import type { Hex } from '../core/hex.js';
import type { SourceSpec } from '../core/source.js';
import { protocolOf } from './index.js';

export interface LogFilter {
  readonly address: readonly Hex[];
  readonly topics: readonly (null | Hex | readonly Hex[])[];
}

export interface WatchedSource {
  readonly source: SourceSpec;
  /** The contracts that emit this source's events: see `emittersOf`. */
  readonly addresses: readonly Hex[];
}

/** Where a source's events come from: its own address, or only the contracts that `emitter` observations named. */
export function emittersOf(source: SourceSpec, observed: readonly Hex[]): readonly Hex[] {
  return protocolOf(source.protocol).eventsElsewhere ? observed : [source.address];
}

export function logFilters(watched: readonly WatchedSource[]): readonly LogFilter[] {
  const groups = new Map<string, { more: readonly (Hex | null)[]; address: Set<Hex>; topic0: Set<Hex> }>();
  for (const { source, addresses } of watched) {
    // A filter without addresses would match every contract of the chain.
    if (addresses.length === 0) continue;
    for (const { topic0, topics: more = [] } of protocolOf(source.protocol).events) {
      const key = more.join();
      const group = groups.get(key) ?? { more, address: new Set(), topic0: new Set() };
      groups.set(key, group);
      group.topic0.add(topic0);
      for (const address of addresses) group.address.add(address.toLowerCase() as Hex);
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { address, topic0, more }]) => ({
      address: [...address].sort(),
      topics: [[...topic0].sort(), ...more],
    }));
}
