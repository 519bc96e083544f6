// The coins, chains and sources that a store knows of: those of the last start, and, where a name is not among them, those
// of every start before.

import type { Spec } from '../core/spec.js';
import type { StoreReader } from '../store/store.js';
import { known } from './cli.js';
import { lastSpec } from './last-spec.js';

const lists = {
  // Incidents of a whole chain are about every coin of it.
  coin: (spec: Spec) => [...spec.coins.map(({ coin }) => coin), '*'],
  chain: (spec: Spec) => spec.chains.map(({ chain }) => chain),
  source: (spec: Spec) => spec.sources.map(({ id }) => id),
} as const;

/** Throws where the store never knew of such a coin, chain or source. */
export function refuseUnknown(store: StoreReader, what: keyof typeof lists, given: string | undefined): void {
  if (given === undefined) return;
  const last = lastSpec(store);
  if (last !== null && lists[what](last).includes(given)) return;
  const ever = new Set<string>();
  for (const entry of store.entries({ kinds: ['start'] }))
    if (entry.kind === 'start') for (const name of lists[what](entry.input.spec)) ever.add(name);
  known(`${what} that this store knows of`, given, [...ever].sort());
}
