// A block as the rows of what was observed in it, decoded from the journal's own bytes.

import type { Observation } from '../core/observation.js';
import type { SourceSpec } from '../core/source.js';
import type { Decoder } from '../protocols/decoder.js';
import { describeObservation, type ObservationText } from '../protocols/describe.js';
import type { Entry } from '../store/store.js';
import type { TimelineRow } from './timeline-row.js';

export function observationRows(
  entry: Extract<Entry, { kind: 'block' | 'late' }>,
  decoder: Decoder | undefined,
): TimelineRow[] {
  const rows: TimelineRow[] = [];
  const { chain, block } = entry.input;
  const calls = entry.kind === 'block' ? entry.input.calls : [];
  decoder?.decode(
    { logs: entry.input.logs, calls },
    {
      observation(source, observation, log) {
        const values = valuesOf(source, observation);
        rows.push({
          timeMs: block.timeMs,
          kind: observation.kind,
          chain,
          source: source.id,
          blockNumber: block.number,
          blockHash: block.hash,
          transactionHash: log?.transactionHash() ?? null,
          logIndex: log?.logIndex ?? null,
          orphaned: entry.orphaned,
          values,
          text: Object.entries(values)
            .map(([name, value]) => `${name}=${value}`)
            .join(' '),
        });
        if (observation.kind === 'emitter') decoder.setEmitter(source.id, observation.address);
      },
      // Problems have entries of their own.
      problem() {},
    },
  );
  return rows;
}

/** `amount0`, `amount1`, … stand for the raw amounts, as every other decoder words them. */
function valuesOf(source: SourceSpec, observation: Observation): Record<string, string> {
  const { rawAmounts, amounts, symbols, ...rest }: ObservationText = describeObservation(source, observation);
  const values: Record<string, string> = {};
  rawAmounts?.forEach((amount, i) => {
    values[`amount${i}`] = amount;
  });
  amounts?.forEach((amount, i) => {
    values[symbols?.[i] ?? `token${i}`] = amount;
  });
  return { ...values, ...rest };
}
