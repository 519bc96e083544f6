// The whole of what an engine must know to judge, as plain JSON: no endpoint, no secret, no function.
// It is the first input of every run, so a journal explains itself and replays on another machine.

import type { ChainSpec } from './chain.js';
import type { CoinName, CoinSpec } from './coin.js';
import type { HookMode } from './hook.js';
import type { InhibitSpec, QuietSpec, RouteSpec } from './routing.js';
import type { Severity } from './severity.js';
import type { SourceSpec } from './source.js';

/** One detector's thresholds. Expressions may use the detector's quantities and the names in `numbers`. */
export interface RuleSpec {
  readonly detector: string;
  readonly numbers: Readonly<Record<string, number>>;
  /** Gives a number; it is clamped to 0..1. */
  readonly impact: string;
  /** Each gives a boolean; the worst that holds is the verdict. A level that is left out is never reached. */
  readonly severity: Readonly<Partial<Record<Severity, string>>>;
  /** A milder verdict must last this long before the signal eases: no flapping at the threshold. */
  readonly holdMs: number;
}

/**
 * How trouble of one coin (`from`) reaches another (`to`): it lies in its vaults, is what it can be redeemed for, is what
 * is locked for it on another chain, or stands in the same pools.
 */
export type EdgeKind = 'collateralOf' | 'backs' | 'bridgesTo' | 'pooledWith';

export interface EdgeSpec {
  readonly kind: EdgeKind;
  readonly from: CoinName;
  readonly to: CoinName;
  /** The part of `to` that hangs on `from`, 0..1; null: not known. */
  readonly share: number | null;
  /** How long it took once, by series of that resolution; null: it was never measured. */
  readonly lag: { readonly when: string; readonly lagMs: number; readonly resolutionMs: number } | null;
}

export interface IncidentSpec {
  /** This many high-impact signals of distinct sources within the window are a cascade. */
  readonly cascadeSignals: number;
  readonly cascadeWindowMs: number;
  /** What counts as high impact, 0..1. */
  readonly cascadeImpact: number;
  /** Signals of one coin join its incident while it is open or closed less than this ago. */
  readonly joinWindowMs: number;
  /** All signals have eased for this long: the incident closes. */
  readonly closeAfterMs: number;
  /** Left out: no coin depends on another. */
  readonly dependence?: readonly EdgeSpec[];
  readonly triage: {
    /** Largest number of signals waiting; beyond it the least urgent is dropped and counted. */
    readonly capacity: number;
    /** Signals looked at in one step. */
    readonly perStep: number;
    /** Waiting this long is worth one step of severity. */
    readonly agingMs: number;
  };
}

/** What a channel is about. A list that is left out takes all. */
export interface ChannelScope {
  readonly coins?: readonly string[];
  readonly chains?: readonly string[];
  readonly detectors?: readonly string[];
}

export interface ChannelSpec {
  readonly name: string;
  /** As the list of channels names it; shown, and nothing is decided by it. */
  readonly kind: string;
  readonly minSeverity: Severity;
  /** Incidents that are about one of each list that is given; left out: all. */
  readonly only?: ChannelScope;
  /** Anything below critical waits for this window and is told once for all that came in it. */
  readonly groupMs: number;
  /** An incident that stays open is told again after this time; null: never. */
  readonly repeatMs: number | null;
  /**
   * The message of a standing incident is edited at most this often where its numbers changed and there was no other
   * reason to say something. Left out or null: never, as for channels that cannot edit.
   */
  readonly digestMs?: number | null;
  /** Whether a message is brought up to date when what it tells is confirmed. */
  readonly confirms?: boolean;
  /** Hours in which it hears only what is bad. */
  readonly quiet?: readonly QuietSpec[];
}

/** What people do about one kind of incident. */
export interface PlaybookSpec extends AlertPlaybook {
  readonly when: PlaybookMatch;
  /** Calls the operator's own automation; null: nothing is called. */
  readonly hook: HookSpec | null;
}

/** An incident of at least this severity with one standing signal that is in each list that is given. */
export interface PlaybookMatch extends ChannelScope {
  readonly minSeverity: Severity;
  /** Given: only incidents that are (or are not) a cascade. */
  readonly cascade?: boolean;
}

export interface HookSpec {
  readonly mode: HookMode;
  readonly minSeverity: Severity;
  /** How long it waits for a person's approval. */
  readonly waitMs: number;
}

/** A playbook as an alert carries it. */
export interface AlertPlaybook {
  readonly name: string;
  readonly title: string;
  /** A URL, or a path where no address of the runbooks is configured; null: there is none. */
  readonly runbook: string | null;
  readonly checklist: readonly string[];
}

export interface Spec {
  readonly version: 1;
  readonly chains: readonly ChainSpec[];
  readonly coins: readonly CoinSpec[];
  readonly sources: readonly SourceSpec[];
  readonly rules: readonly RuleSpec[];
  readonly incidents: IncidentSpec;
  readonly channels: readonly ChannelSpec[];
  /** Which channels hear of what; left out: each channel what its own row asks for. */
  readonly routes?: RouteSpec;
  /** What keeps other news back; left out: nothing. */
  readonly inhibit?: readonly InhibitSpec[];
  /** Left out: none. */
  readonly playbooks?: readonly PlaybookSpec[];
}
