// An entry that is no block, as the one row that it gives.

import { checkText } from '../core/block-checks.js';
import { contextText } from '../core/block-context.js';
import { disagreementText } from '../core/disagreement-text.js';
import { reasonText } from '../coverage/blind-spots.js';
import type { Entry } from '../store/store.js';
import type { TimelineRow } from './timeline-row.js';

export function plainRow(entry: Exclude<Entry, { kind: 'block' | 'late' }>): TimelineRow {
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
