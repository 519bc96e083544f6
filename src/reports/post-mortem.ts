// An incident as a document (Markdown) that people can finish: what happened when, what was measured, who was told how
// fast, what was not seen. All of it is in the store; why it happened and what is to be done is left for people.

import type { Alert } from '../core/alert.js';
import type { BlockContext } from '../core/block-context.js';
import { contextText } from '../core/block-context.js';
import { counted } from '../core/counted.js';
import type { Hex } from '../core/hex.js';
import type { Hook } from '../core/hook.js';
import type { Incident } from '../core/incident.js';
import { printable } from '../core/printable.js';
import type { Severity } from '../core/severity.js';
import { severityRank } from '../core/severity.js';
import type { Signal } from '../core/signal.js';
import { blindSpotText } from '../coverage/blind-spots.js';
import type { DeliveryState } from '../store/alert-row.js';
import type { Entry } from '../store/store.js';
import type { SubjectEvidence } from './incident-evidence.js';
import type { KeptBack } from './kept-back.js';
import { markdownTable } from './markdown-table.js';

export interface PostMortemFacts {
  readonly incident: Incident;
  readonly evidence: readonly SubjectEvidence[];
  readonly alerts: readonly (Alert & { readonly delivery: DeliveryState })[];
  readonly kept: readonly KeptBack[];
  readonly contexts: ReadonlyMap<Hex, BlockContext>;
  /** Entries of the timeline that are about it, oldest first. */
  readonly entries: readonly Entry[];
  /** What moved before what, a line for each. */
  readonly across: readonly string[];
  /** Where it is read from. */
  readonly store: string;
}

/** A document, no dump: the timeline of the store has all of them. */
const mostRows = 100;
const mostEvidence = 30;

export function postMortem(facts: PostMortemFacts): string {
  const { incident, evidence, alerts, kept, contexts, entries, across } = facts;
  const parts = [
    `# ${incident.title}`,
    `All times are UTC. Written by \`pegwatch incidents report ${incident.id}\` from store ${facts.store}.`,
    markdownTable(['what', ''], headRows(facts)),
    '## What happened',
    timelineOf(entries),
    ...(across.length === 0 ? [] : ['Who moved before whom in its first hour:', across.join('\n')]),
    '## What was measured, each at its worst',
    evidenceTable(evidence.slice(0, mostEvidence)),
    ...leftOut(evidence.length - mostEvidence, 'more subject', 'none of them worse'),
    ...busyBlocks(evidence, contexts),
    '## Who was told',
    alerts.length === 0 ? 'Nobody.' : alertTable(alerts),
    ...(kept.length === 0 ? [] : ['What was kept back:', keptTable(kept)]),
    '## What was not seen',
    notSeen(facts),
    '## Rules that spoke',
    rulesOf(evidence).join('\n'),
    ...['Why it happened', 'What it cost', 'What went well, and what did not', 'What is to be done'].flatMap(
      (title) => [`## ${title}`, '_To be written._'],
    ),
  ];
  // Line breaks are ours; what came from chains cannot have any.
  return `${parts.map((part) => part.split('\n').map(printable).join('\n')).join('\n\n')}\n`;
}

function notSeen({ incident }: PostMortemFacts): string {
  const blind = (incident.blindSpots ?? []).map((spot) => `- ${blindSpotText(spot)}`);
  return blind.length === 0
    ? 'Nothing that is known of: no hole in the coverage of its chains while it lasted.'
    : blind.join('\n');
}

function headRows({ incident, entries, alerts }: PostMortemFacts): readonly (readonly string[])[] {
  const { openedAtMs, closedAtMs, chains, leadChain, leadConfidence } = incident;
  const critical = firstAt(entries, 'critical');
  const delivered = alerts.filter(({ delivery }) => delivery === 'delivered');
  const lead =
    chains.length < 2
      ? leadChain
      : `${leadChain}, named by ${Math.round(leadConfidence * 3)} of 3 witnesses${incident.spreading ? '; it spread' : ''}`;
  return [
    ['Incident', incident.id],
    ['Opened', `${moment(openedAtMs)} as ${incident.openedSeverity}`],
    ...(critical === null
      ? []
      : [
          [
            'Critical',
            critical === openedAtMs ? 'at once' : `${moment(critical)}, ${span(critical - openedAtMs)} later`,
          ],
        ]),
    [
      'Over',
      closedAtMs === null
        ? `not yet: it is ${incident.severity} now`
        : `${moment(closedAtMs)} (${incident.life})`,
    ],
    ...(closedAtMs === null ? [] : [['Lasted', span(closedAtMs - openedAtMs)]]),
    ['At worst', `${incident.worst}${incident.cascade ? ', a cascade' : ''}`],
    ['Coins', incident.coins.join(', ')],
    ['Chains', chains.join(', ')],
    ['Began on', lead],
    ['Alerts', `${alerts.length}, of which ${delivered.length} were delivered`],
  ];
}

function firstAt(entries: readonly Entry[], severity: Severity): number | null {
  for (const entry of entries)
    if (entry.kind === 'incident' && entry.incident.severity === severity) return entry.timeMs;
  return null;
}

function timelineOf(entries: readonly Entry[]): string {
  const rows = turningPoints(entries);
  const table = markdownTable(['time', 'what'], rows.slice(0, mostRows));
  const [rest] = leftOut(rows.length - mostRows, 'more row', 'see `pegwatch timeline --incident`');
  return rest === undefined ? table : `${table}\n\n${rest}`;
}

function leftOut(count: number, what: string, where: string): readonly string[] {
  return count > 0 ? [`And ${counted(count, what)}: ${where}.`] : [];
}

/** What a reader wants to know of the course: what got worse, what was done about it, and how it ended. */
function turningPoints(entries: readonly Entry[]): readonly (readonly string[])[] {
  const worstOf = new Map<string, number>();
  let before: Incident | null = null;
  return entries.flatMap((entry): readonly (readonly string[])[] => {
    const row = (what: string) => [[moment(entry.timeMs), what]];
    switch (entry.kind) {
      case 'signal':
        return isWorse(entry.signal, worstOf)
          ? row(`${entry.signal.severity}: ${entry.signal.sentence}`)
          : [];
      case 'signal-retracted':
        return row(`taken back: ${entry.signalId}, because ${entry.why}`);
      case 'incident': {
        const turned = before === null || turnOf(before) !== turnOf(entry.incident);
        before = entry.incident;
        return turned ? row(`**${entry.change}: ${entry.incident.title}**`) : [];
      }
      case 'alert':
        return row(`told ${entry.alert.channel}: ${entry.alert.reason}, ${entry.alert.severity}`);
      case 'receipt': {
        const { alertId, outcome, attempts, problem } = entry.input;
        if (outcome === 'superseded') return [];
        const why = problem === undefined ? '' : `: ${problem}`;
        return outcome === 'delivered' && attempts === 1
          ? []
          : row(`${alertId} ${outcome} after ${counted(attempts, 'attempt')}${why}`);
      }
      case 'hook':
        return row(hookText(entry.hook));
      case 'suppressed':
        return row(
          `kept from ${entry.suppressed.channel}: ${entry.suppressed.why}, ${entry.suppressed.detail}`,
        );
      case 'silence':
        return entry.input.kind === 'silence'
          ? row(`silenced by ${entry.input.by}: ${entry.input.reason}`)
          : [];
      default:
        return [];
    }
  });
}

function isWorse({ subject, severity }: Signal, worstOf: Map<string, number>): boolean {
  const rank = severityRank(severity);
  if (rank <= (worstOf.get(subject) ?? 0)) return false;
  worstOf.set(subject, rank);
  return true;
}

function turnOf({ life, severity, cascade, chains, leadChain }: Incident): string {
  return [life, severity, cascade, chains.length, leadChain].join(' ');
}

function hookText({ playbook, state, step, by, reason }: Hook): string {
  const who = by === null ? '' : `, by ${by}: ${reason}`;
  return `hook ${playbook} (${step}): ${state}${who}`;
}

function evidenceTable(evidence: readonly SubjectEvidence[]): string {
  return markdownTable(
    ['severity', 'what', 'block', 'transaction', 'eased'],
    evidence.map(({ worst, easedAtMs }) => [
      worst.severity ?? 'eased',
      worst.sentence,
      `${worst.chain} ${worst.evidence.blockNumber}, ${moment(worst.evidence.blockTimeMs)}`,
      worst.evidence.transactionHash === null ? '' : `\`${worst.evidence.transactionHash}\``,
      easedAtMs === null ? 'no' : moment(easedAtMs),
    ]),
  );
}

function busyBlocks(
  evidence: readonly SubjectEvidence[],
  contexts: ReadonlyMap<Hex, BlockContext>,
): readonly string[] {
  const seen = new Map<Hex, string>();
  for (const { worst } of evidence) {
    const { blockHash, blockNumber } = worst.evidence;
    const context = contexts.get(blockHash);
    if (context !== undefined)
      seen.set(blockHash, `- ${worst.chain} ${blockNumber}: ${contextText(context)}`);
  }
  return seen.size === 0 ? [] : ['How busy the blocks were:', [...seen.values()].join('\n')];
}

function alertTable(alerts: PostMortemFacts['alerts']): string {
  return markdownTable(
    ['time', 'channel', 'message', 'why', 'severity', 'state', 'delivery'],
    alerts.map(({ atMs, channel, sequence, reason, severity, state, delivery }) => [
      moment(atMs),
      channel,
      String(sequence),
      reason,
      severity,
      state,
      delivery,
    ]),
  );
}

function keptTable(kept: readonly KeptBack[]): string {
  return markdownTable(
    ['time', 'channel', 'why', 'told later'],
    kept.map(({ atMs, channel, why, detail, toldAtMs }) => [
      moment(atMs),
      channel,
      `${why}, ${detail}`,
      toldAtMs === null ? 'no' : moment(toldAtMs),
    ]),
  );
}

function rulesOf(evidence: readonly SubjectEvidence[]): readonly string[] {
  const rules = new Map<string, string>();
  for (const { worst } of evidence) {
    const { detector, severity, evidence: seen } = worst;
    if (severity === null) continue;
    const numbers = Object.entries(seen.thresholds).map(([name, value]) => `${name} = ${value}`);
    const line = `- ${detector}, ${severity}: \`${seen.rule}\`${numbers.length === 0 ? '' : ` (${numbers.join(', ')})`}`;
    rules.set(`${detector} ${severity}`, line);
  }
  return [...rules.values()];
}

function moment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** `41 s`, `12 min`, `5 h 12 min`, `3 d 4 h`. */
function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
