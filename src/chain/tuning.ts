// The numbers of the chain room that are no configuration: how long to wait for a node, and how patiently to come back.
// Tests and simulations hand in smaller ones.

export interface Tuning {
  /** A request that is not answered for this long counts as failed. Large log answers take seconds on public nodes. */
  readonly requestTimeoutMs: number;
  /** Where news waits for the answer, another endpoint is asked too after this long. */
  readonly slowAfterMs: number;
  readonly connectTimeoutMs: number;
  /** A half-open socket shows no error: only an unanswered ping tells (see wevm/viem #2325). */
  readonly pingEveryMs: number;
  readonly pongWithinMs: number;
  /** Full jitter: the wait before attempt n is uniform in [0, min(cap, base * 2^n)]. */
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** How often every usable endpoint is tried before a request is given back as failed. */
  readonly rounds: number;
  /** An endpoint of the wrong chain is asked again after this long: operators do repair their gateways. */
  readonly refusedForMs: number;
  /** Requests of one endpoint under way at the same time. */
  readonly concurrency: number;
  /** Most blocks whose headers and logs are pulled together while behind. */
  readonly segment: number;
  /** Logs in one answer that is asked by block hash, about: an answer that fits the caches is read several times faster. */
  readonly batchLogs: number;
  /** Ancestors fetched on a first run, so that a reorg right after the start is understood. */
  readonly ancestors: number;
  /** Back-fill chunks under way at the same time. */
  readonly chunksAhead: number;
  /** A chunk that answered with more logs than this is made narrower: memory is bounded by it. */
  readonly chunkLogs: number;
  /** Inputs waiting for the engine; beyond it the follower stops pulling (nothing is dropped). */
  readonly queueBlocks: number;
  /** A reorg below finality must be seen this many times before it is believed. */
  readonly tooDeepStrikes: number;
  /** Blocks that no endpoint gives for so long, while there are heads, are passed over. */
  readonly giveUpAfterMs: number;
  /** How often what was passed over is tried again. */
  readonly lateEveryMs: number;
  /** How often it is told that finality was looked at and has not moved. */
  readonly finalityAgainMs: number;
  /** Blocks that have become final are looked at again no more often than this. */
  readonly secondLookEveryMs: number;
  /** Between the requests of one second look, so that blocks which are news are not kept waiting by many that are not. */
  readonly secondLookPauseMs: number;
  /** Back-fill waits this long for another endpoint's word, once; then one endpoint is believed, and counted. */
  readonly opinionWithinMs: number;
  /** Near the head, finality waits this long for another endpoint's word. */
  readonly opinionPatienceMs: number;
}

export const defaultTuning: Tuning = {
  requestTimeoutMs: 15_000,
  slowAfterMs: 1_500,
  connectTimeoutMs: 10_000,
  pingEveryMs: 10_000,
  pongWithinMs: 5_000,
  backoffBaseMs: 250,
  backoffCapMs: 30_000,
  rounds: 4,
  refusedForMs: 300_000,
  concurrency: 8,
  segment: 32,
  batchLogs: 500,
  ancestors: 64,
  chunksAhead: 3,
  chunkLogs: 20_000,
  queueBlocks: 64,
  tooDeepStrikes: 3,
  giveUpAfterMs: 600_000,
  lateEveryMs: 300_000,
  finalityAgainMs: 30_000,
  secondLookEveryMs: 2_000,
  secondLookPauseMs: 50,
  opinionWithinMs: 120_000,
  opinionPatienceMs: 600_000,
};
