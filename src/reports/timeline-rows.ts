// The timeline as rows for people and programs: entries of the store with the observations of each block decoded from
// the journal's own bytes, by the decoders that the engine uses.

import type { Hex } from '../core/hex.js';
import type { Spec } from '../core/spec.js';
import { createDecoder, type Decoder } from '../protocols/decoder.js';
import type { Entry } from '../store/store.js';
import { observationRows } from './observation-rows.js';
import { plainRow } from './plain-row.js';
import type { TimelineRow } from './timeline-row.js';

export interface TimelineRows {
  /** An entry may give no row (a block in which nothing was observed) or many. */
  rowsOf(entry: Entry): TimelineRow[];
}

/** `spec` is the one in force before the first entry; later `start` entries replace it. */
export function createTimelineRows(
  spec: Spec | null,
  emitters: readonly { source: string; address: Hex }[],
): TimelineRows {
  let decoders = spec === null ? new Map<string, Decoder>() : decodersOf(spec, emitters);
  return {
    rowsOf(entry) {
      if (entry.kind === 'start') decoders = decodersOf(entry.input.spec, emitters);
      return entry.kind === 'block' || entry.kind === 'late'
        ? observationRows(entry, decoders.get(entry.input.chain))
        : [plainRow(entry)];
    },
  };
}

function decodersOf(spec: Spec, emitters: readonly { source: string; address: Hex }[]): Map<string, Decoder> {
  return new Map(
    spec.chains.map(({ chain }) => {
      const decoder = createDecoder(chain, spec.sources);
      for (const { source, address } of emitters) decoder.setEmitter(source, address);
      return [chain, decoder];
    }),
  );
}
