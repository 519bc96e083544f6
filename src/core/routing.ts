// How alerts find their way, as plain JSON: part of the `Spec`, so a replay decides as the daemon did.

import type { ChainName } from './chain.js';
import type { CoinName } from './coin.js';
import type { Severity } from './severity.js';

/** Incidents with one of each list that is given; left out: all. */
export interface IncidentMatch {
  readonly coins?: readonly CoinName[];
  readonly chains?: readonly ChainName[];
  readonly detectors?: readonly string[];
  readonly minSeverity?: Severity;
  readonly maxSeverity?: Severity;
  /** Given: only incidents that are (or are not) a cascade. */
  readonly cascade?: boolean;
}

/** Milliseconds by severity. What is left out comes from the route above, and at the top from the channel. */
export type Times = Readonly<Partial<Record<Severity, number>>>;
/** The same, where null says never. */
export type Repeats = Readonly<Partial<Record<Severity, number | null>>>;

/** One branch of the tree. An incident goes down the first branch that fits, and on to the next where it says so. */
export interface RouteSpec {
  readonly when: IncidentMatch;
  /** Left out: those of the route above. */
  readonly channels?: readonly string[];
  /** How long the first news of an incident waits for others. */
  readonly waitMs?: Times;
  /** How long after a message the next one about the same incident may come at the earliest. */
  readonly intervalMs?: Times;
  readonly repeatMs?: Repeats;
  /** Left out: those of the route above. They come on top of the channel's own. */
  readonly quiet?: readonly QuietSpec[];
  /** Whether the branches after this one are looked at too. */
  readonly goOn: boolean;
  readonly routes: readonly RouteSpec[];
}

/** While an incident of the one kind stands, news of the other kind that it explains is kept back. */
export interface InhibitSpec {
  readonly name: string;
  readonly source: IncidentMatch;
  /** All of the target's standing signals must be of these detectors. */
  readonly target: IncidentMatch;
  /** What the two must have in common. */
  readonly equal: readonly ('chain' | 'coin')[];
}

/** Hours in which a channel hears only what is at least `minSeverity`. */
export interface QuietSpec {
  /** Minutes after midnight; where `toMin` is smaller, the night lies between. */
  readonly fromMin: number;
  readonly toMin: number;
  /** Minutes that the channel's clock is ahead of UTC. Fixed: a replay must not depend on a table of time zones. */
  readonly offsetMin: number;
  /** 0 is Sunday: the days on which it begins. Left out: every day. */
  readonly days?: readonly number[];
  readonly minSeverity: Severity;
}

/** A person keeps some news back for a time. Nothing is hidden: it is judged, stored, counted and shown as ever. */
export interface Silence {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly match: SilenceMatch;
}

export interface SilenceMatch {
  readonly coins?: readonly CoinName[];
  readonly chains?: readonly ChainName[];
  readonly detectors?: readonly string[];
  readonly incident?: string;
  readonly channels?: readonly string[];
  /** What is worse pierces it. */
  readonly maxSeverity: Severity;
}

export type SuppressedBy = 'inhibited' | 'silenced' | 'quiet' | 'unrouted';

/** News that was decided and not told, by one channel and incident; said when the reason changes. */
export interface Suppressed {
  readonly channel: string;
  readonly incidentId: string;
  readonly why: SuppressedBy;
  /** Who silenced it until when and why, what explains it, or when the hours end; for people. */
  readonly detail: string;
}
