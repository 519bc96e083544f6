// What the daemon knows about itself, gathered from its parts for `/status`, readiness and the gauges.

import type { Outbox } from './alerts/outbox.js';
import type { ChainFollower } from './chain/follower.js';
import type { Config } from './config/config.js';
import type { ChainName } from './core/chain.js';
import type { Clock, Meter } from './core/ports.js';
import type { Suppressed } from './core/routing.js';
import { type Severity, severities } from './core/severity.js';
import { type CoverageDetails, type CoverageSummary, detailsOf, summaryOf } from './coverage/summary.js';
import type { Engine } from './engine.js';
import type { ChainStatus, StatusReport } from './http/status-report.js';
import { type Live, slowDiskMs } from './live.js';
import { availableBytes } from './store/free-space.js';
import type { Store } from './store/store.js';

export interface StatusParts {
  readonly config: Config;
  readonly world: { readonly version: string };
  readonly clock: Clock;
  readonly engine: Engine;
  readonly store: Store;
  readonly live: Live;
  readonly followers: ReadonlyMap<ChainName, ChainFollower>;
  /** Why a chain's sources could not be compared with the configuration yet, in words. */
  readonly unverified: ReadonlyMap<ChainName, string>;
  readonly outbox: Outbox;
  readonly startedAtMs: number;
}

export function reportStatus(parts: StatusParts): StatusReport {
  const { config, engine, store, live, outbox } = parts;
  return {
    version: parts.world.version,
    startedAtMs: parts.startedAtMs,
    nowMs: parts.clock.now(),
    chains: config.chains.map((chain) => chainStatus(chain.chain, parts)),
    store: {
      id: store.id,
      seq: store.lastSeq(),
      sizeBytes: store.sizeBytes(),
      freeBytes: freeBytesOf(config.store.folder),
      refused: whyRefused(live, parts.clock.now()),
    },
    incidentsOpen: openIncidents(engine),
    channels: outbox.report(),
    silences: [...engine.state.silences.values()].filter(({ untilMs }) => untilMs > parts.clock.now()),
    suppressed: suppressedNow(parts),
  };
}

function whyRefused({ state }: Live, nowMs: number): string | null {
  if (state.intake === 'closed') return 'The disk is nearly full: nothing is taken in until there is room.';
  const ms = state.writingSinceMs === null ? 0 : nowMs - state.writingSinceMs;
  if (ms < slowDiskMs) return null;
  return `The disk has been busy with one commit for ${Math.round(ms / 1000)} s: nothing new is stored until it is done.`;
}

export function gaugeStatus(
  meter: Meter,
  report: StatusReport,
  { live, store }: Pick<StatusParts, 'live' | 'store'>,
): void {
  const { writingSinceMs } = live.state;
  const writingMs = writingSinceMs === null ? 0 : report.nowMs - writingSinceMs;
  meter.gauge('pegwatch_store_commit_running_seconds', {}, writingMs / 1000);
  const { count, behind } = store.readers();
  meter.gauge('pegwatch_store_readers', {}, count);
  meter.gauge('pegwatch_store_reader_lag_transactions', {}, behind);
  for (const { chain, caughtUp, block, callsPerBlock, coverage, paces } of report.chains) {
    if (callsPerBlock !== null) meter.gauge('pegwatch_rpc_calls_per_block', { chain }, callsPerBlock);
    for (const { endpoint, callsPerSecond } of paces)
      meter.gauge('pegwatch_rpc_pace_calls_per_second', { chain, endpoint }, callsPerSecond);
    meter.gauge('pegwatch_chain_caught_up', { chain }, caughtUp ? 1 : 0);
    gaugeCoverage(meter, chain, coverage);
    if (block !== null)
      meter.gauge('pegwatch_block_age_seconds', { chain }, (report.nowMs - block.timeMs) / 1000);
  }
  for (const severity of severities) {
    meter.gauge('pegwatch_incidents_open', { severity }, report.incidentsOpen[severity]);
  }
  meter.gauge('pegwatch_queue_length', { queue: 'inputs' }, live.state.waiting);
  meter.gauge('pegwatch_store_bytes', {}, report.store.sizeBytes);
  if (report.store.freeBytes !== null) meter.gauge('pegwatch_store_free_bytes', {}, report.store.freeBytes);
}

function gaugeCoverage(meter: Meter, chain: ChainName, coverage: CoverageSummary | null): void {
  if (coverage === null) return;
  meter.gauge('pegwatch_coverage_holes', { chain }, coverage.openHoles.length);
  meter.gauge('pegwatch_coverage_hole_blocks', { chain }, coverage.missingBlocks);
  if (coverage.verifiedTo !== null)
    meter.gauge('pegwatch_coverage_verified_block', { chain }, coverage.verifiedTo);
}

/** As it is stored: what the engine has folded and the disk has not yet is not told. */
export function reportCoverage(store: Pick<Store, 'ledgers'>): readonly CoverageDetails[] {
  return [...store.ledgers().values()].map(detailsOf);
}

function chainStatus(chain: ChainName, { store, engine, followers, unverified }: StatusParts): ChainStatus {
  const follower = followers.get(chain)?.status();
  const cursor = store.cursors().find((one) => one.chain === chain);
  const lane = engine.state.lanes.get(chain);
  const ledger = store.ledgers().get(chain);
  return {
    chain,
    caughtUp: follower?.caughtUp ?? false,
    block: cursor === undefined ? null : { number: cursor.number, hash: cursor.hash, timeMs: cursor.timeMs },
    head: follower?.head ?? null,
    finalized: lane === undefined || lane.finalized < 0 ? null : lane.finalized,
    coverage: ledger === undefined ? null : summaryOf(ledger),
    silent: follower !== undefined && follower.silentSinceMs !== null,
    callsPerBlock: follower === undefined || follower.blocks === 0 ? null : follower.calls / follower.blocks,
    paces: follower?.paces ?? [],
    problem: follower === undefined ? whyUnverified(unverified.get(chain)) : (follower.reasons[0] ?? null),
  };
}

function whyUnverified(problem: string | undefined): string {
  const sentence = 'Its sources have not been compared with the chain yet';
  return problem === undefined ? `${sentence}.` : `${sentence}: ${problem}.`;
}

function openIncidents(engine: Engine): Record<Severity, number> {
  const open: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const incident of engine.state.incidents?.book.values() ?? []) {
    if (incident.closedAtMs === null) open[incident.severity]++;
  }
  return open;
}

/** Of incidents that are not over, and channels that are configured. */
function suppressedNow({ config, engine }: StatusParts): readonly Suppressed[] {
  const names = new Set(config.spec.channels.map(({ name }) => name));
  const book = engine.state.incidents?.book;
  return [...engine.state.alerts.held.values()].filter(
    ({ channel, incidentId }) => names.has(channel) && book?.get(incidentId)?.closedAtMs === null,
  );
}

function freeBytesOf(folder: string): number | null {
  try {
    return availableBytes(folder);
  } catch {
    return null;
  }
}
