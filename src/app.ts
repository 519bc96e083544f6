// The daemon, wired in one straight line: each acquisition is followed at once by its named release, and stopping
// runs the releases backwards, bounded in time.

import { channelSecrets, hookSecrets } from './alerts/channel-secrets.js';
import { hook } from './alerts/channels/hook.js';
import { createChannels } from './alerts/channels/index.js';
import { createOutbox } from './alerts/outbox.js';
import { ChainFollower } from './chain/follower.js';
import type { ChainDeps } from './chain/ports.js';
import { type Mismatch, verifySources } from './chain/verify-sources.js';
import { wsConnect } from './chain/ws-connect.js';
import type { ChainConfig, Config } from './config/config.js';
import { PegwatchError } from './core/errors.js';
import type { Input } from './core/io.js';
import { sleep } from './core/ports.js';
import type { Block, ChainName, Hex, Signal, SourceSpec } from './core/types.js';
import { openHoles } from './coverage/holes.js';
import { createClock } from './edge/clock.js';
import { createLog } from './edge/log.js';
import { createMetrics } from './edge/metrics.js';
import { postForChannels } from './edge/post-for-channels.js';
import { postJson } from './edge/post-json.js';
import { watchProcess } from './edge/process-metrics.js';
import { random } from './edge/random.js';
import { createRedact, secretsOfUrl } from './edge/redact.js';
import { createReleases } from './edge/releases.js';
import { takeStrays } from './edge/take-strays.js';
import type { Engine } from './engine.js';
import { createHttp } from './http/http.js';
import { createLive, type Live, liveDefaults } from './live.js';
import { gaugeOutlook, reportOutlook } from './outlook-report.js';
import { recoverEngine } from './recover.js';
import { silenceDesk } from './silence-desk.js';
import { gaugeStatus, reportCoverage, reportStatus } from './status.js';
import { createBallast } from './store/ballast.js';
import { openStore } from './store/open-store.js';
import { createRejects } from './store/rejects.js';
import type { Store } from './store/store.js';
import { takeRequests } from './take-requests.js';
import { temporary } from './temporary.js';

export interface AppWorld {
  readonly version: string;
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** What `pegwatch check` would say of this configuration, said at the start too. */
  readonly warnings?: readonly string[];
  /** Told what did not end in time when the daemon stopped. */
  leftBehind(names: readonly string[]): void;
}

const verifyAgainMs = 5000;
/** Light blocks handed to a follower at least, so that it can tell a reorg that happened while we were down. */
const recentBlocks = 1024;
/** Beyond this many, blocks that wait for a second opinion cost a start too much. */
const mostWaiting = 20_000;

/** Runs until `world.signal` aborts (resolves) or something makes going on pointless (rejects). */
export async function runApp(config: Config, world: AppWorld): Promise<void> {
  const clock = createClock();
  const redact = createRedact(secretsOf(config));
  const log = createLog({ level: config.log.level, redact });
  for (const warning of world.warnings ?? []) log.warn({}, warning);
  const releases = createReleases({ clock, log });
  const failure = new AbortController();
  const fail = (thrown: unknown): void => {
    if (!failure.signal.aborted) failure.abort(thrown);
  };
  let begun = false;
  takeStrays((thrown) => {
    log.error({ err: thrown }, 'something was thrown that nobody caught');
    fail(thrown);
  });
  try {
    const metrics = createMetrics({ onMisuse: (problem) => log.error({ problem }, 'a metric was misused') });
    releases.add('process metrics', watchProcess(metrics));
    metrics.meter.gauge('pegwatch_build_info', { version: world.version }, 1);

    const store = await openStore({ folder: config.store.folder }, { log, meter: metrics.meter, clock });
    releases.add('store', () => store.close());

    const ballast = createBallast(config.store, { log, meter: metrics.meter, clock });

    const engine = recoverEngine(store, log);

    const channelDeps = { post: postForChannels, clock, redact, version: world.version };
    const channels = [
      ...createChannels(config.channels, channelDeps),
      ...config.hooks.map((one) => hook(one, channelDeps)),
    ];
    const outbox = createOutbox(
      { channels },
      {
        store,
        clock,
        random,
        log,
        meter: metrics.meter,
        settle: (alertId, outcome, attempts, more) => {
          void live.push({ kind: 'receipt', atMs: clock.now(), alertId, outcome, attempts, ...more });
        },
      },
    );
    const followers = new Map<ChainName, ChainFollower>();
    const { checkpointMs } = config.store;
    const checkpointedSeq = store.checkpoint()?.seq ?? 0;
    const live = createLive(
      { ...liveDefaults, checkpointMs, checkpointedSeq },
      {
        engine,
        store,
        clock,
        log,
        meter: metrics.meter,
        freeSpace: ballast.room,
        deliver: (alerts) => outbox.offer(alerts),
        stored(input) {
          requests.done(input);
          if (input.kind === 'resend') outbox.resend(input.alertId);
        },
        watch: (chain, source, address) => followers.get(chain)?.watch(source, address),
        check: (signal) => askAbout(signal, followers),
      },
    );
    await live.push({ kind: 'start', atMs: clock.now(), spec: config.spec });
    const running = live.run();
    running.catch(fail);
    releases.add('live driver', async () => {
      live.stop();
      await running;
    });
    const requests = takeRequests(config.store.folder, { clock, log, push: live.push });
    releases.add('requests', async () => requests.stop());
    outbox.start();
    releases.add('outbox', () => outbox.close(2000));

    const hasRoom = (): boolean => live.state.intake === 'open';
    const rejects = createRejects(config.store.folder, { clock, meter: metrics.meter, redact, hasRoom });
    releases.add('rejects', async () => rejects.stop());

    const following = new AbortController();
    const loops: Promise<void>[] = [];
    const unverified = new Map<ChainName, string>();
    const deps: ChainDeps = {
      clock,
      log,
      meter: metrics.meter,
      random,
      signal: following.signal,
      connect: wsConnect,
      post: postJson,
      keepReject: rejects.keep,
    };
    for (const chain of config.chains) {
      const followed = follow({ chain, config, engine, store, live, deps, followers, unverified });
      loops.push(followed.then(() => endedEarly(chain.chain, following.signal)).catch(fail));
    }
    releases.add('chains', async () => {
      following.abort();
      await Promise.all(loops);
    });

    const status = () =>
      reportStatus({ config, world, clock, engine, store, live, followers, unverified, outbox, startedAtMs });
    const startedAtMs = clock.now();
    metrics.onScrape(() => gaugeStatus(metrics.meter, status(), { live, store }));
    const outlook = () => reportOutlook(engine, config.model);
    metrics.onScrape(() => gaugeOutlook(metrics.meter, outlook()));
    const coverage = () => reportCoverage(store);
    const silences = silenceDesk(config, { engine, clock });
    const views = { registry: metrics.registry, status, coverage, outlook, silences, log, clock };
    const http = await createHttp(config.http, views);
    releases.add('http', () => http.close());

    begun = true;
    await Promise.race([aborted(world.signal), aborted(failure.signal)]);
  } catch (thrown) {
    fail(thrown);
  }
  log.info({}, failure.signal.aborted ? 'stopping after a failure' : 'stopping');
  const left = await releases.run();
  world.leftBehind(left);
  if (failure.signal.aborted) throw begun ? temporary(failure.signal.reason) : failure.signal.reason;
  if (left.length > 0) {
    const what = `Stopped without waiting for: ${left.join(', ')}.`;
    throw new PegwatchError('stop-late', what, {
      hint: 'Nothing that was acknowledged is lost.',
      retry: true,
    });
  }
}

/** A chain whose follower has ended would look as if nothing happened on it. */
function endedEarly(chain: ChainName, asked: AbortSignal): void {
  if (!asked.aborted) throw new Error(`${chain} is followed no more, and nobody asked for that`);
}

export interface FollowParts {
  readonly chain: ChainConfig;
  readonly config: Pick<Config, 'spec'>;
  readonly engine: Engine;
  readonly store: Pick<Store, 'cursors' | 'ledgers' | 'logsOf' | 'recentBlocks' | 'watches'>;
  readonly live: Pick<Live, 'push'>;
  readonly deps: ChainDeps;
  readonly followers: Map<ChainName, ChainFollower>;
  /** Why a chain's sources could not be compared with the configuration yet, in words. */
  readonly unverified: Map<ChainName, string>;
}

/** One chain from its first word to the last; its troubles are its own, unless the configuration contradicts it. */
export async function follow(parts: FollowParts): Promise<void> {
  const { chain, config, engine, store, live, deps, followers } = parts;
  const sources = config.spec.sources.filter((source) => source.chain === chain.chain);
  await verified(sources, parts);
  if (deps.signal.aborted) return;
  const lane = engine.state.lanes.get(chain.chain);
  const emitters = new Map<string, readonly Hex[]>();
  // Also those that the engine has taken back with a dead block: asking for too much is harmless.
  const found = store.watches().map(({ source, address }) => [source, address] as const);
  for (const [source, address] of [...found, ...(lane?.emitters ?? [])])
    emitters.set(source, [...(emitters.get(source) ?? []), address]);
  const cursor = store.cursors().find((one) => one.chain === chain.chain) ?? null;
  // All that still waits for a second opinion, however long the last run had to wait for it.
  const waiting = Math.min(mostWaiting, cursor === null ? 0 : cursor.number - (cursor.finalized ?? 0));
  const recent = store.recentBlocks(chain.chain, Math.max(recentBlocks, chain.finality.keep, waiting));
  const stored = (block: Block) => store.logsOf(chain.chain, block);
  const ledger = store.ledgers().get(chain.chain);
  const before = {
    silent: lane?.silent ?? false,
    holes: openHoles(ledger?.holes ?? []),
    readTimeMs: ledger?.readTimeMs ?? 0,
    since: engine.state.ledgers.get(chain.chain)?.sources ?? {},
  };
  const about = { chain, sources, emitters, cursor, recent, stored, before };
  const follower = new ChainFollower(about, deps);
  followers.set(chain.chain, follower);
  // What the last run had not asked about to the end.
  const standing = [...(engine.state.incidents?.book.values() ?? [])].flatMap(({ signals }) => signals);
  for (const signal of standing) {
    const isAsked = engine.state.checks.has(signal.evidence.blockHash);
    if (signal.chain === chain.chain && signal.severity === 'critical' && !isAsked)
      askAbout(signal, followers);
  }
  // The driver may have no room for long (a full disk): that must not hold up the end.
  const ended = aborted(deps.signal);
  for await (const input of follower.inputs()) await Promise.race([live.push(input satisfies Input), ended]);
}

/** Time alone (a silence) has no block to ask about, and where one endpoint is enough nobody is asked. */
export function askAbout(
  { chain, evidence: { blockNumber, blockHash } }: Signal,
  followers: ReadonlyMap<ChainName, ChainFollower>,
): void {
  if (blockHash !== '0x') followers.get(chain)?.check({ number: blockNumber, hash: blockHash });
}

/** Asks until somebody answers: a chain that cannot be reached now is no reason to leave the others unwatched. */
async function verified(
  sources: readonly SourceSpec[],
  { chain, deps, unverified, live, engine }: FollowParts,
): Promise<void> {
  const sinceMs = deps.clock.now();
  let told = engine.state.lanes.get(chain.chain)?.silent ?? false;
  while (!deps.signal.aborted) {
    const { mismatches, unreachable, refused } = await verifySources({ chain, sources }, deps);
    if (mismatches.length > 0) throw mismatchError(chain.chain, mismatches, sources);
    if (unreachable === null || deps.signal.aborted) {
      unverified.delete(chain.chain);
      return;
    }
    const problem =
      refused.length === 0
        ? unreachable
        : `another chain is served by ${refused.join(', ')} (${unreachable})`;
    unverified.set(chain.chain, problem);
    // Whoever cannot even be asked what it serves tells of no block either.
    if (!told && deps.clock.now() - sinceMs >= chain.silenceMs) {
      told = true;
      const silent = { kind: 'silent', chain: chain.chain, sinceMs, reason: problem } as const;
      void live.push({ ...silent, atMs: deps.clock.now() });
    }
    deps.log.warn(
      { chain: chain.chain, problem },
      'the sources could not be compared with the chain yet: asking again',
    );
    await sleep(deps.clock, verifyAgainMs, deps.signal);
  }
}

function mismatchError(
  chain: ChainName,
  mismatches: readonly Mismatch[],
  sources: readonly SourceSpec[],
): PegwatchError {
  const coinOf = new Map(sources.map(({ id, coin }) => [id, coin]));
  const lines = mismatches.map(
    ({ source, field, expected, actual }) =>
      `  ${source} (in the file of ${coinOf.get(source)}): ${field} is ${actual ?? 'unreadable'} on chain, ` +
      `the configuration says ${expected}`,
  );
  return new PegwatchError(
    'source-mismatch',
    `${chain} is not what the configuration says:\n${lines.join('\n')}`,
    {
      hint: 'Correct the source in config/coins (decimals belong to a chain and an address), or disable it.',
    },
  );
}

function secretsOf(config: Config): ReturnType<typeof secretsOfUrl> {
  const endpoints = config.chains.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ name, ws, http }) =>
      [ws, http].flatMap((url) => (url === null ? [] : secretsOfUrl(name, url))),
    ),
  );
  const channels = config.channels.flatMap(channelSecrets);
  const { writeToken } = config.http;
  const writing = writeToken === null ? [] : [{ name: 'http.write.token', value: writeToken }];
  return [...endpoints, ...channels, ...config.hooks.flatMap(hookSecrets), ...writing];
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
