// An alert as the JSON body that a receiver gets: whole enough for a program, and readable for a person who sees
// nothing but this. The same alert always makes the same bytes, so that retries are equal and signatures comparable.

import type { Alert, Reason } from '../core/alert.js';
import { asSentence } from '../core/as-sentence.js';
import { type BlockCheck, checkText, isAgreedOn } from '../core/block-checks.js';
import type { Incident } from '../core/incident.js';
import type { RunningDigest } from '../core/running-digest.js';
import { type Severity, severityRank } from '../core/severity.js';
import type { Signal } from '../core/signal.js';
import type { AlertPlaybook } from '../core/spec.js';
import { blindSpotText } from '../coverage/blind-spots.js';
import { digestText } from './digest-text.js';
import { type MessageContext, messageContext } from './message-context.js';

/** Rises when a field changes its meaning or goes away; new fields do not raise it. */
export const messageSchemaVersion = 1;

export interface Message {
  readonly schemaVersion: number;
  readonly type: `alert.${Reason}`;
  /** When it was decided, ISO 8601; the time of the attempt stands in a header. */
  readonly timestamp: string;
  /** The same over all attempts: drop what you have seen. */
  readonly id: string;
  /** Rises by one with every alert of this incident on this channel. */
  readonly sequence: number;
  readonly channel: string;
  readonly title: string;
  /** One line that says it all. */
  readonly text: string;
  readonly severity: Severity;
  readonly state: Alert['state'];
  readonly reason: Reason;
  readonly why: string;
  /** How many earlier alerts of this incident did not arrive here: this one replaces them. */
  readonly superseded: number;
  /** What had kept this back until now; null: nothing. */
  readonly after: Alert['after'] | null;
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly life: Incident['life'];
    readonly severity: Severity;
    readonly worst: Severity;
    /** Largest impact of its standing signals, 0..1. */
    readonly impact: number;
    readonly cascade: boolean;
    readonly coins: readonly string[];
    readonly chains: readonly string[];
    readonly leadChain: string;
    /** The share of three witnesses that name the lead; 0 on one chain. */
    readonly leadConfidence: number;
    /** Its chains move together. */
    readonly spreading: boolean;
    readonly openedAt: string;
    readonly updatedAt: string;
    readonly closedAt: string | null;
    /** What was not watched on its chains while it lasted, a line for each. */
    readonly blindSpots: readonly string[];
  };
  /** What was asked about the block of its worst critical signal; null where nothing was, or not yet. */
  readonly check: BlockCheck | null;
  /** How busy the block of its worst critical signal was; null where nobody was asked, or not yet. */
  readonly context: MessageContext | null;
  /** Set where its worst signal was found while catching up: how long ago its block was, in milliseconds. */
  readonly ageMs: number | null;
  /** Worst first, at most `maxEvidence`. */
  readonly evidence: readonly MessageEvidence[];
  /** How many signals of the incident are not shown here. */
  readonly evidenceLeftOut: number;
  /** What to do, the most fitting first; empty where nothing is written down, and when it is over. */
  readonly playbooks: readonly AlertPlaybook[];
  /** The incident in numbers; null where they are not known. */
  readonly digest: RunningDigest | null;
}

export interface MessageEvidence {
  readonly signal: string;
  readonly detector: string;
  readonly sentence: string;
  readonly coin: string;
  readonly chain: string;
  readonly source: string;
  /** Null: the matter has eased. */
  readonly severity: Severity | null;
  readonly impact: number;
  readonly block: { readonly number: number; readonly hash: string; readonly time: string };
  readonly transaction: string | null;
  /** Null stands for a value that is not known. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly rule: string;
  readonly thresholds: Readonly<Record<string, number | null>>;
}

/** Receivers limit their bodies; twenty signals with all their values stay below 32 KiB. */
const maxEvidence = 20;
const maxTitle = 200;
const maxText = 500;

/** `superseded`: how many earlier alerts of this conversation never arrived and are told by this one. */
export function message(alert: Alert, superseded = 0): Message {
  const { incident } = alert;
  const signals = worstFirst(incident.signals);
  const shown = signals.slice(0, maxEvidence);
  const impact = Math.max(0, ...signals.filter(stands).map((signal) => signal.impact));
  const ageMs = ageOf(alert, signals[0]);
  const late = ageMs === null ? [] : [`It happened ${duration(ageMs)} ago and was found while catching up.`];
  const blindSpots = (incident.blindSpots ?? []).map(blindSpotText);
  const blind = blindSpots.slice(0, 1).map((line) => `While it lasted pegwatch was ${line}.`);
  const why = [
    sentences[alert.reason](alert),
    ...afterWhat(alert),
    ...late,
    ...blind,
    ...insteadOf(superseded),
  ].join(' ');
  const age = ageMs === null ? '' : ` (${duration(ageMs)} ago)`;
  return {
    schemaVersion: messageSchemaVersion,
    type: `alert.${alert.reason}`,
    timestamp: iso(alert.atMs),
    id: alert.id,
    sequence: alert.sequence,
    channel: alert.channel,
    title: oneLine(`${label(alert)} ${incident.title}${age}`, maxTitle),
    text: oneLine(textOf(alert, signals[0], why), maxText),
    severity: alert.severity,
    state: alert.state,
    reason: alert.reason,
    why,
    superseded,
    after: alert.after ?? null,
    incident: {
      id: incident.id,
      title: incident.title,
      life: incident.life,
      severity: incident.severity,
      worst: incident.worst,
      impact,
      cascade: incident.cascade,
      coins: incident.coins,
      chains: incident.chains,
      leadChain: incident.leadChain,
      leadConfidence: incident.leadConfidence,
      spreading: incident.spreading,
      openedAt: iso(incident.openedAtMs),
      updatedAt: iso(incident.updatedAtMs),
      closedAt: incident.closedAtMs === null ? null : iso(incident.closedAtMs),
      blindSpots,
    },
    check: alert.check ?? null,
    context: messageContext(alert),
    ageMs,
    evidence: shown.map(evidenceOf),
    evidenceLeftOut: signals.length - shown.length,
    playbooks: alert.playbooks ?? [],
    digest: alert.digest ?? null,
  };
}

/** Why this is said now, in a sentence for each reason. */
const sentences: Readonly<Record<Reason, (alert: Alert) => string>> = {
  opened: openedText,
  escalated: ({ incident }) =>
    incident.cascade
      ? 'The incident is a cascade: several sources show high impact at once.'
      : `The incident got worse: it is ${incident.severity} now.`,
  spread: ({ incident }) => `The incident spread: it is seen on ${incident.chains.join(', ')} now.`,
  repeat: ({ incident }) => `The incident still stands, since ${iso(incident.openedAtMs)}.`,
  digest: ({ incident, digest }) =>
    `As it stands now, since ${iso(incident.openedAtMs)}${digest === undefined ? '.' : `: ${digestText(digest)}`}`,
  confirmed: () => 'Every block in which this was seen is final now.',
  easing: () => 'The incident is easing: it closes unless something new is seen.',
  resolved: ({ incident }) =>
    `The incident is over; it lasted ${duration((incident.closedAtMs ?? incident.updatedAtMs) - incident.openedAtMs)}.`,
  revised: ({ incident }) =>
    `The chain dropped blocks in which a part of this was seen: it is ${incident.severity} now, on ${incident.chains.join(', ')}; what was told beyond that did not happen.`,
  retracted: () =>
    'The chain dropped the blocks in which this was seen: what was reported did not happen on the chain that stands.',
};

function openedText({ back, incident: { severity } }: Alert): string {
  if (back === undefined) return 'A new incident was opened.';
  return back.was === 'resolved'
    ? `The incident, which was over since ${iso(back.sinceMs)}, has come back: it is ${severity} now.`
    : `The incident, which was taken back at ${iso(back.sinceMs)}, stands after all: it is ${severity} now.`;
}

/** A person who was not told before should know that it is no news, and who kept it back. */
function afterWhat({ after }: Alert): string[] {
  if (after === undefined) return [];
  const comes = after.through === true ? 'breaks through' : 'comes after';
  if (after.why === 'silenced') return [`It ${comes} silence ${after.detail}.`];
  if (after.why === 'quiet') return [`It ${comes} quiet hours ${after.detail}.`];
  return [`It was kept back until now: ${after.detail}.`];
}

/** How old the news is, where what it is about was judged long after its block; the end of a matter has no age. */
function ageOf({ atMs, reason }: Alert, worst: Signal | undefined): number | null {
  if (worst?.evidence.lateMs === undefined || worst.severity === null) return null;
  if (reason === 'easing' || reason === 'resolved' || reason === 'retracted') return null;
  return Math.max(0, atMs - worst.evidence.blockTimeMs);
}

function insteadOf(superseded: number): string[] {
  if (superseded === 0) return [];
  return [
    `It replaces ${superseded} earlier ${superseded === 1 ? 'message' : 'messages'} that did not arrive.`,
  ];
}

function label(alert: Alert): string {
  if (alert.reason === 'resolved' || alert.reason === 'retracted') return `[${alert.reason.toUpperCase()}]`;
  return `[${alert.severity.toUpperCase()}]`;
}

function textOf(alert: Alert, worst: Signal | undefined, why: string): string {
  const parts = [`${label(alert)} ${alert.incident.title}.`, why];
  if (worst !== undefined && alert.reason !== 'resolved' && alert.reason !== 'retracted') {
    parts.push(`${asSentence(worst.sentence)} Block ${worst.evidence.blockNumber} on ${worst.chain}.`);
  }
  const { check, state } = alert;
  const isDoubtful = check !== undefined && !isAgreedOn(check);
  if (check !== undefined)
    parts.push(asSentence(`${checkText(check)}${isDoubtful ? ', which is not enough' : ''}`));
  if (state === 'provisional')
    parts.push(`Provisional: ${isDoubtful ? 'it is not confirmed' : 'its block is not final'} yet.`);
  const busy = messageContext(alert)?.sentence ?? null;
  if (busy !== null) parts.push(busy);
  return parts.join(' ');
}

function evidenceOf(signal: Signal): MessageEvidence {
  const { evidence } = signal;
  return {
    signal: signal.id,
    detector: signal.detector,
    sentence: signal.sentence,
    coin: signal.coin,
    chain: evidence.chain,
    source: evidence.source,
    severity: signal.severity,
    impact: signal.impact,
    block: { number: evidence.blockNumber, hash: evidence.blockHash, time: iso(evidence.blockTimeMs) },
    transaction: evidence.transactionHash,
    values: knownOrNull(evidence.values),
    rule: evidence.rule,
    thresholds: knownOrNull(evidence.thresholds),
  };
}

/** JSON has no word for NaN and the infinities; unknown is said as null, never as a number. */
function knownOrNull(values: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

function worstFirst(signals: readonly Signal[]): readonly Signal[] {
  return [...signals].sort(
    (a, b) => severityRank(b.severity) - severityRank(a.severity) || b.impact - a.impact || a.atMs - b.atMs,
  );
}

function stands(signal: Signal): boolean {
  return signal.severity !== null;
}

/** Without line breaks, control and direction characters: this is shown in chats and terminals. */
function oneLine(text: string, max: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** `2 h 05 min`, `12 min`, `40 s`. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
