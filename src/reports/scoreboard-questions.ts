// What a scoreboard is asked: labelled incidents, promises, pools, and what was read.

import type { CoinName } from '../core/coin.js';
import type { Severity } from '../core/severity.js';
import type { Span } from './standings.js';

/** A labelled stretch of the past: `INCIDENTS.json` of the open data. */
export interface KnownIncident {
  readonly id: string;
  readonly coin: CoinName;
  readonly kind: string;
  readonly window: Span;
  readonly references: readonly { readonly name: string; readonly atMs: number }[];
}

/** A promise: this severity at most `withinMs` after the reference could be known. */
export interface Check {
  readonly incident: string;
  readonly reference: string;
  readonly knownAfterMs: number;
  readonly severity: Severity;
  readonly withinMs: number;
}

/** A pool that a published detector was scored on. */
export interface PoolQuestion {
  readonly name: string;
  readonly coins: readonly CoinName[];
  readonly sources: readonly string[];
  readonly detectors: readonly string[];
  readonly span: Span;
  readonly labelsMs: readonly number[];
  readonly about: string;
}

export interface ScoredSeries {
  readonly id: string;
  readonly rows: number;
  readonly rejected: number;
  readonly late: number;
  readonly resolutionMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface Questions {
  readonly incidents: readonly KnownIncident[];
  readonly checks: readonly Check[];
  readonly pools: readonly PoolQuestion[];
  /** Places whose word is cheap: price pages. Coins are scored with and without them. */
  readonly pages: readonly string[];
}
