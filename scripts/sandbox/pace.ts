/** How fast the story is told. The block times of the chains stand in `layout.ts`. */
export interface Pace {
  /** Milliseconds for a second of the story. */
  readonly secondMs: number;
  /** How long the daemon collects alerts below critical. */
  readonly groupMs: number;
  /** How long calm must last before a signal eases and before an incident closes. */
  readonly calmMs: number;
  readonly feedEveryMs: number;
  readonly feedHeartbeatMs: number;
}

/** For a person who watches: two minutes. */
export const fullPace: Pace = {
  secondMs: 1_000,
  groupMs: 8_000,
  calmMs: 5_000,
  feedEveryMs: 15_000,
  feedHeartbeatMs: 60_000,
};

/** For tests: half a minute. */
export const fastPace: Pace = {
  secondMs: 250,
  groupMs: 3_000,
  calmMs: 3_000,
  feedEveryMs: 5_000,
  feedHeartbeatMs: 60_000,
};
