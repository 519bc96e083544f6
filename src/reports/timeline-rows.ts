// The timeline as rows for people and programs: entries of the store with the observations of each block decoded from
// the journal's own bytes, by the decoders that the engine uses.

import { checkText } from '../core/block-checks.js';
import { contextText } from '../core/block-context.js';
import { disagreementText } from '../core/disagreement-text.js';
import type { Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import type { SourceSpec } from '../core/source.js';
import type { Spec } from '../core/spec.js';
import { reasonText } from '../coverage/blind-spots.js';
import { createDecoder, type Decoder } from '../protocols/decoder.js';
import { describeObservation, type ObservationText } from '../protocols/describe.js';
import type { Entry } from '../store/store.js';

type RowKind = Observation['kind'] | Exclude<Entry['kind'], 'block' | 'late'>;

/** All that a row may be called, so that a kind that no row has can be refused. */
export const rowKinds: readonly string[] = Object.keys({
  swap: true,
  reserves: true,
  range: true,
  liquidity: true,
  collect: true,
  amplification: true,
  supply: true,
  totalSupply: true,
  answer: true,
  price: true,
  leastShare: true,
  backing: true,
  issuance: true,
  control: true,
  emitter: true,
  signal: true,
  'signal-retracted': true,
  incident: true,
  alert: true,
  receipt: true,
  resend: true,
  suppressed: true,
  silence: true,
  unsilence: true,
  hook: true,
  approve: true,
  start: true,
  reorg: true,
  silent: true,
  heard: true,
  hole: true,
  filled: true,
  checked: true,
  disagreement: true,
  problem: true,
} satisfies Record<RowKind, true>);

export interface TimelineRow {
  readonly timeMs: number;
  /** `swap`, `reserves`, … for observations; the entry's kind for everything else. */
  readonly kind: string;
  readonly chain: string | null;
  readonly source: string | null;
  readonly blockNumber: number | null;
  readonly blockHash: Hex | null;
  /** Null for observations that came from a call. */
  readonly transactionHash: Hex | null;
  readonly logIndex: number | null;
  readonly orphaned: boolean;
  /** Exact values by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly text: string;
}

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

function observationRows(
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

function plainRow(entry: Exclude<Entry, { kind: 'block' | 'late' }>): TimelineRow {
  const base = {
    timeMs: entry.timeMs,
    kind: entry.kind,
    chain: null,
    source: null,
    blockNumber: null,
    blockHash: null,
    transactionHash: null,
    logIndex: null,
    orphaned: false,
    values: {},
  };
  switch (entry.kind) {
    case 'start':
      return {
        ...base,
        text: `run with ${entry.input.spec.sources.length} sources on ${entry.input.spec.chains.length} chains`,
      };
    case 'reorg': {
      const { chain, dead, keep } = entry.input;
      return {
        ...base,
        chain,
        blockNumber: keep.number,
        blockHash: keep.hash,
        text: `${dead.length} blocks died above block ${keep.number}`,
      };
    }
    case 'silent':
    case 'heard': {
      const { input } = entry;
      const text =
        input.kind === 'heard'
          ? 'heard again'
          : `silent since ${new Date(input.sinceMs).toISOString()}: ${input.reason}`;
      return { ...base, chain: input.chain, text };
    }
    case 'hole':
    case 'filled': {
      const { input } = entry;
      const { chain, from, to } = input;
      const text =
        input.kind === 'filled'
          ? `blocks ${from} to ${to} were read from ${input.endpoint}`
          : `blocks ${from} to ${to} are not read (${reasonText[input.why]})`;
      return { ...base, chain, blockNumber: from, values: { from: `${from}`, to: `${to}` }, text };
    }
    case 'receipt':
      return {
        ...base,
        text: `${entry.input.alertId} ${entry.input.outcome} after ${entry.input.attempts} attempts`,
      };
    case 'silence':
    case 'unsilence': {
      const { input } = entry;
      const what =
        input.kind === 'silence'
          ? `silenced until ${new Date(input.untilMs).toISOString()}`
          : 'silence ended';
      const text = `${what}: ${input.silenceId} by ${input.by}: ${input.reason}`;
      return { ...base, values: { id: input.silenceId, by: input.by }, text };
    }
    case 'suppressed': {
      const { channel, incidentId, why, detail } = entry.suppressed;
      return {
        ...base,
        values: { id: incidentId, channel },
        text: `${channel} is not told of ${incidentId}: ${why}, ${detail}`,
      };
    }
    case 'checked': {
      const { chain, number, check, context } = entry.input;
      const busy = context === undefined ? '' : `; ${contextText(context)}`;
      return { ...base, chain, blockNumber: number, text: `${checkText(check)}${busy}` };
    }
    case 'disagreement': {
      const { chain, number, endpoint } = entry.input;
      const text = disagreementText(chain, entry.input);
      return { ...base, chain, blockNumber: number, values: { endpoint: endpoint ?? '' }, text };
    }
    case 'approve': {
      const { hookId, verdict, by, reason } = entry.input;
      return { ...base, values: { id: hookId, by }, text: `${verdict} ${hookId} by ${by}: ${reason}` };
    }
    case 'hook': {
      const { id, playbook, step, mode, state, by, reason, title } = entry.hook;
      const who = by === null ? '' : ` by ${by} (${reason ?? ''})`;
      return {
        ...base,
        values: { id, playbook, step, mode, state },
        text: `${state}${who}: ${id}: ${title}`,
      };
    }
    case 'resend':
      return { ...base, text: `${entry.input.alertId} is to be tried again` };
    case 'signal': {
      const { signal } = entry;
      const { evidence } = signal;
      return {
        ...base,
        chain: signal.chain,
        source: signal.source,
        blockNumber: evidence.blockNumber,
        blockHash: evidence.blockHash,
        transactionHash: evidence.transactionHash,
        orphaned: entry.retracted,
        values: {
          id: signal.id,
          detector: signal.detector,
          coin: signal.coin,
          severity: signal.severity ?? 'eased',
        },
        text: `${signal.severity ?? 'eased'}: ${signal.sentence}`,
      };
    }
    case 'signal-retracted':
      return { ...base, values: { id: entry.signalId }, text: `${entry.signalId}: ${entry.why}` };
    case 'incident': {
      const { incident, change } = entry;
      return {
        ...base,
        values: { id: incident.id, change, severity: incident.severity },
        text: `${change}: ${incident.title} (${incident.id})`,
      };
    }
    case 'alert': {
      const { alert } = entry;
      return {
        ...base,
        values: { id: alert.id, channel: alert.channel, reason: alert.reason, state: alert.state },
        text: `${alert.channel} #${alert.sequence} ${alert.reason} (${alert.state}): ${alert.incident.title}`,
      };
    }
    case 'problem':
      return {
        ...base,
        chain: entry.problem.chain,
        source: entry.problem.source,
        text: `${entry.problem.code}: ${entry.problem.message}`,
      };
  }
}
