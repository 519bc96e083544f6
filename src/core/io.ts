// What goes into the engine and what comes out of it: the two closed unions that every driver speaks.

import type { Alert } from './alert.js';
import type { HoleReason } from './blind-spot.js';
import type { BlockCheck } from './block-checks.js';
import type { BlockContext } from './block-context.js';
import type { ChainName } from './chain.js';
import type { Disagreement } from './disagreement.js';
import type { Hex } from './hex.js';
import type { Hook } from './hook.js';
import type { Incident } from './incident.js';
import type { PackedLogs } from './packed-logs.js';
import type { Problem } from './problem.js';
import type { Block, CallReading, Via } from './reading.js';
import type { SilenceMatch, Suppressed } from './routing.js';
import type { Signal } from './signal.js';
import type { Spec } from './spec.js';

/** `atMs` is the moment at which the input could be known: engine time. It never runs backwards in a journal. */
export type Input =
  /** The first input of a run: what is watched and by which rules, from here on. */
  | { readonly kind: 'start'; readonly atMs: number; readonly spec: Spec }
  /** One canonical block with the logs and call results of our sources (often none). */
  | {
      readonly kind: 'block';
      readonly atMs: number;
      readonly chain: ChainName;
      readonly block: Block;
      readonly logs: PackedLogs;
      readonly calls: readonly CallReading[];
      /** Who gave it, and how; left out where nobody did (an import). */
      readonly via?: Via;
    }
  /** The blocks after `keep` are dead; `dead` lists their hashes, newest first. */
  | {
      readonly kind: 'reorg';
      readonly atMs: number;
      readonly chain: ChainName;
      readonly keep: { readonly number: number; readonly hash: Hex };
      readonly dead: readonly Hex[];
      /** `second-look`: they live, but logs had been left out of them; they come again. */
      readonly why?: 'second-look';
    }
  /** Blocks up to `number` can no longer die. The same number again: it was looked at, and has not moved. */
  | {
      readonly kind: 'finalized';
      readonly atMs: number;
      readonly chain: ChainName;
      readonly number: number;
      /** Who confirmed the logs of these blocks by a second look, where one was taken. */
      readonly via?: Via;
    }
  /** Blocks that should have been read by now and are not; `filled` ends it. */
  | {
      readonly kind: 'hole';
      readonly atMs: number;
      readonly chain: ChainName;
      readonly from: number;
      readonly to: number;
      /** Ids of the sources that are not covered; null: all of the chain's. */
      readonly sources: readonly string[] | null;
      readonly why: HoleReason;
    }
  /** The blocks of a hole were read, the last of them with this hash. */
  | {
      readonly kind: 'filled';
      readonly atMs: number;
      readonly chain: ChainName;
      readonly from: number;
      readonly to: number;
      readonly hash: Hex;
      readonly endpoint: string;
    }
  /** A block of a hole with its logs, found later: it completes the timeline and is not judged. */
  | {
      readonly kind: 'late';
      readonly atMs: number;
      readonly chain: ChainName;
      readonly block: Block;
      readonly logs: PackedLogs;
    }
  /** Others were asked about a block on which a critical stands. */
  | {
      readonly kind: 'checked';
      readonly atMs: number;
      readonly chain: ChainName;
      readonly number: number;
      readonly hash: Hex;
      readonly check: BlockCheck;
      /** How busy the block was; left out where nobody tells. */
      readonly context?: BlockContext;
    }
  /** Endpoints tell different things of one block: a fact about them, whatever becomes of the block. */
  | ({ readonly kind: 'disagreement'; readonly atMs: number; readonly chain: ChainName } & Disagreement)
  /** No head for longer than the chain's limit; `heard` ends it. */
  | {
      readonly kind: 'silent';
      readonly atMs: number;
      readonly chain: ChainName;
      readonly sinceMs: number;
      readonly reason: string;
    }
  | { readonly kind: 'heard'; readonly atMs: number; readonly chain: ChainName }
  /** A receiver's final word on an alert; `superseded`: newer news of its incident went in its place. */
  | {
      readonly kind: 'receipt';
      readonly atMs: number;
      readonly alertId: string;
      readonly outcome: 'delivered' | 'refused' | 'superseded';
      readonly attempts: number;
      /** What the channel is handed back with the next alert of the incident, such as the id of its message. */
      readonly remember?: string;
      /** Why it was refused; no URL in it. */
      readonly problem?: string;
      /** The alert that goes in place of a superseded one. */
      readonly by?: string;
    }
  /** A person wants an alert that was refused to be tried again, under its old id. */
  | { readonly kind: 'resend'; readonly atMs: number; readonly alertId: string }
  /** A person lets a response hook go, or forbids it. */
  | {
      readonly kind: 'approve';
      readonly atMs: number;
      readonly hookId: string;
      readonly verdict: 'approve' | 'deny';
      readonly by: string;
      readonly reason: string;
    }
  /** A person keeps news back until a moment, or ends that. */
  | {
      readonly kind: 'silence';
      readonly atMs: number;
      readonly silenceId: string;
      readonly by: string;
      readonly reason: string;
      readonly untilMs: number;
      readonly match: SilenceMatch;
    }
  | {
      readonly kind: 'unsilence';
      readonly atMs: number;
      readonly silenceId: string;
      readonly by: string;
      readonly reason: string;
    }
  /** Time passes. */
  | { readonly kind: 'tick'; readonly atMs: number };

export type Effect =
  | { readonly kind: 'signal'; readonly signal: Signal }
  /** A signal whose block died. */
  | {
      readonly kind: 'signal-retracted';
      readonly signalId: string;
      readonly atMs: number;
      readonly why: string;
    }
  /**
   * The incident as it stands now; the same id comes again with every change. `waitedMs`: how long the signal that
   * changed it had waited in triage.
   */
  | {
      readonly kind: 'incident';
      readonly incident: Incident;
      readonly change: string;
      readonly waitedMs?: number;
    }
  /** Intent to tell a channel something. */
  | { readonly kind: 'alert'; readonly alert: Alert }
  /** News was kept from a channel, for a reason that it was not kept back for before. */
  | { readonly kind: 'suppressed'; readonly atMs: number; readonly suppressed: Suppressed }
  /** A response hook changed its state; where it is to be called, the call is an `alert` beside it. */
  | { readonly kind: 'hook'; readonly hook: Hook }
  /** This source's events come from this contract from now on: include it in log queries. */
  | { readonly kind: 'watch'; readonly chain: ChainName; readonly source: string; readonly address: Hex }
  | { readonly kind: 'problem'; readonly atMs: number; readonly problem: Problem };

/** One input with everything that came of it; `seq` counts the journal from 1. */
export interface Step {
  readonly seq: number;
  readonly input: Input;
  readonly effects: readonly Effect[];
}
