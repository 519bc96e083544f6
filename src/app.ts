// The daemon, wired in one straight line: each acquisition is followed at once by its named release, and stopping
// runs the releases backwards, bounded in time.

import { hook } from './alerts/channels/hook.js';
import { createChannels } from './alerts/channels/index.js';
import { createOutbox } from './alerts/outbox.js';
import type { ChainFollower } from './chain/follower.js';
import type { ChainDeps } from './chain/ports.js';
import { wsConnect } from './chain/ws-connect.js';
import type { Config } from './config/config.js';
import type { ChainName } from './core/chain.js';
import { aborted } from './core/ports.js';
import { createClock } from './edge/clock.js';
import { createLog } from './edge/log.js';
import { createMetrics } from './edge/metrics.js';
import { postForChannels } from './edge/post-for-channels.js';
import { postJson } from './edge/post-json.js';
import { watchProcess } from './edge/process-metrics.js';
import { random } from './edge/random.js';
import { createRedact } from './edge/redact.js';
import { createReleases } from './edge/releases.js';
import { askAbout, followChain } from './follow-chain.js';
import { createHttp } from './http/http.js';
import { createLive, liveDefaults } from './live.js';
import { gaugeOutlook, reportOutlook } from './outlook-report.js';
import { recoverEngine } from './recover.js';
import { secretsOf } from './secrets-of.js';
import { silenceDesk } from './silence-desk.js';
import { gaugeStatus, reportCoverage, reportStatus } from './status.js';
import { createBallast } from './store/ballast.js';
import { openStore } from './store/open-store.js';
import { createRejects } from './store/rejects.js';
import { takeRequests } from './take-requests.js';

export interface AppWorld {
  readonly version: string;
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** What `pegwatch check` would say of this configuration, said at the start too. */
  readonly warnings?: readonly string[];
}

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
      loops.push(
        followChain({ chain, config, engine, store, live, deps, followers, unverified }).catch(fail),
      );
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

    await Promise.race([aborted(world.signal), aborted(failure.signal)]);
  } catch (thrown) {
    fail(thrown);
  }
  log.info({}, failure.signal.aborted ? 'stopping after a failure' : 'stopping');
  await releases.run();
  if (failure.signal.aborted) throw failure.signal.reason;
}
