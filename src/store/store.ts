// What the rest of pegwatch may ask of the store. `open-store.ts` writes, `open-reader.ts` only reads (and may do so
// from another process while the daemon writes); both sit on one LMDB environment.

import type { Alert } from '../core/alert.js';
import type { ChainName } from '../core/chain.js';
import type { Hex } from '../core/hex.js';
import type { Hook } from '../core/hook.js';
import type { Incident, IncidentLife } from '../core/incident.js';
import type { Input, Step } from '../core/io.js';
import type { PackedLogs } from '../core/packed-logs.js';
import type { Problem } from '../core/problem.js';
import type { Block } from '../core/reading.js';
import type { Suppressed } from '../core/routing.js';
import type { Signal } from '../core/signal.js';
import type { Ledgers } from '../coverage/ledger.js';
import type { DeliveryState } from './alert-row.js';
import type { ReadersSeen } from './readers.js';

export interface StoredLogs {
  readonly logs: PackedLogs;
  /** By its configured name; empty where it is not known. */
  readonly by: string;
}

/** How far a chain is safely stored. */
export interface Cursor {
  readonly chain: ChainName;
  readonly number: number;
  readonly hash: Hex;
  readonly timeMs: number;
  readonly finalized: number | null;
}

/** One line of the timeline, in order of the time it is about (block time for chain facts, else engine time). */
export type Entry = { readonly seq: number; readonly timeMs: number } & (
  | { readonly kind: 'block'; readonly input: Extract<Input, { kind: 'block' }>; readonly orphaned: boolean }
  | { readonly kind: 'late'; readonly input: Extract<Input, { kind: 'late' }>; readonly orphaned: boolean }
  | { readonly kind: 'hole'; readonly input: Extract<Input, { kind: 'hole' }> }
  | { readonly kind: 'filled'; readonly input: Extract<Input, { kind: 'filled' }> }
  | { readonly kind: 'reorg'; readonly input: Extract<Input, { kind: 'reorg' }> }
  | { readonly kind: 'silent' | 'heard'; readonly input: Extract<Input, { kind: 'silent' | 'heard' }> }
  | { readonly kind: 'start'; readonly input: Extract<Input, { kind: 'start' }> }
  | { readonly kind: 'receipt'; readonly input: Extract<Input, { kind: 'receipt' }> }
  | { readonly kind: 'resend'; readonly input: Extract<Input, { kind: 'resend' }> }
  | { readonly kind: 'checked'; readonly input: Extract<Input, { kind: 'checked' }> }
  | { readonly kind: 'disagreement'; readonly input: Extract<Input, { kind: 'disagreement' }> }
  | { readonly kind: 'approve'; readonly input: Extract<Input, { kind: 'approve' }> }
  | { readonly kind: 'hook'; readonly hook: Hook }
  | {
      readonly kind: 'silence' | 'unsilence';
      readonly input: Extract<Input, { kind: 'silence' | 'unsilence' }>;
    }
  | { readonly kind: 'suppressed'; readonly suppressed: Suppressed }
  | { readonly kind: 'signal'; readonly signal: Signal; readonly retracted: boolean }
  | { readonly kind: 'signal-retracted'; readonly signalId: string; readonly why: string }
  | { readonly kind: 'incident'; readonly incident: Incident; readonly change: string }
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'problem'; readonly problem: Problem }
);

export interface EntryQuery {
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
  readonly chain?: ChainName;
  readonly kinds?: readonly Entry['kind'][];
  readonly reverse?: boolean;
}

export interface Delivery {
  readonly alert: Alert;
  readonly attempts: number;
  readonly dueAtMs: number;
  /** Why the last attempt failed; no URL in it. */
  readonly lastProblem: string | null;
  /** How many alerts that never arrived this one stands for. */
  readonly superseded: number;
}

/** An alert that was given up. It stays listed until it is resent. */
export interface DeadLetter {
  readonly alert: Alert;
  readonly attempts: number;
  /** Why; no URL in it. Null where an older pegwatch gave it up. */
  readonly problem: string | null;
}

export interface Delivered {
  readonly incidentId: string;
  readonly channel: string;
  readonly atMs: number;
}

export interface Watch {
  readonly chain: ChainName;
  readonly source: string;
  readonly address: Hex;
}

export interface StoreReader {
  /** Identity of this store, made when it was created. */
  readonly id: string;
  /** The last sequence number committed; 0 for an empty store. */
  lastSeq(): number;
  /** Inputs in arrival order, from `fromSeq` on (inclusive). */
  journal(fromSeq: number): Iterable<{ readonly seq: number; readonly input: Input }>;
  /** Committed steps with their effects, for comparing a replay with what was decided live. */
  steps(fromSeq: number): Iterable<Step>;
  entries(query: EntryQuery): Iterable<Entry>;
  cursors(): readonly Cursor[];
  /** Which blocks of each chain were covered, and which are missing. */
  ledgers(): Ledgers;
  /** The newest `count` stored canonical blocks of a chain, oldest first. */
  recentBlocks(chain: ChainName, count: number): readonly Block[];
  /** The logs of a stored canonical block and the endpoint that gave them; null where it is not stored. */
  logsOf(chain: ChainName, block: Pick<Block, 'number' | 'hash'>): StoredLogs | null;
  /** Newest first. */
  incidents(filter?: {
    readonly life?: readonly IncidentLife[];
    readonly limit?: number;
  }): Iterable<Incident>;
  incident(id: string): Incident | null;
  /** Alerts of an incident, in sequence, with how their delivery stands. */
  alertsOf(incidentId: string): readonly (Alert & { readonly delivery: DeliveryState })[];
  pendingDeliveries(): readonly Delivery[];
  /** Alerts that were refused, oldest first. */
  deadLetters(): readonly DeadLetter[];
  /** What the channel asked to remember of the last alert of this incident that it delivered. */
  remembered(incidentId: string, channel: string): string | null;
  /** What receivers took since then, oldest first: what an incident has used up of its messages. */
  deliveredSince(fromMs: number): readonly Delivered[];
  /** Contracts that were found to emit for a source beside its own address, in the order in which they were found. */
  watches(): readonly Watch[];
  counts(): Readonly<Record<'blocks' | 'signals' | 'incidents' | 'alerts' | 'problems', number>>;
  sizeBytes(): number;
  close(): Promise<void>;
}

export interface Store extends StoreReader {
  /** Who reads it now, here and in other processes. */
  readers(): ReadersSeen;
  /**
   * Stores steps whole in one transaction: journal, timeline, incidents, cursors, ledgers and outbox move together.
   * Durable when the promise resolves. Steps must continue `lastSeq` without a hole.
   */
  commit(steps: readonly Step[]): Promise<void>;
  /** Replaces the engine's checkpoint: its state after step `seq`. */
  saveCheckpoint(seq: number, state: Uint8Array): Promise<void>;
  checkpoint(): { readonly seq: number; readonly state: Uint8Array } | null;
  /**
   * Takes alerts out of the outbox that `by` replaces, and adds them to what it stands for. Durable when it resolves:
   * only then may `by` be sent, or a restart could bring back what came before it.
   */
  supersede(alertIds: readonly string[], by: string): Promise<void>;
  /** Remembers a failed attempt. Success is remembered by committing a `receipt` step. */
  reschedule(alertId: string, attempts: number, dueAtMs: number, problem: string): Promise<void>;
}
