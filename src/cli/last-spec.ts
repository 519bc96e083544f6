import type { Spec } from '../core/spec.js';
import type { StoreReader } from '../store/store.js';

/** The configuration that the newest run started with; null where there was none. */
export function lastSpec(store: StoreReader): Spec | null {
  for (const entry of store.entries({ kinds: ['start'], reverse: true }))
    if (entry.kind === 'start') return entry.input.spec;
  return null;
}
