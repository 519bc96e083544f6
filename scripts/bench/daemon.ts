// pegwatch itself, wired as `src/app.ts` does it: followers, the live driver, the engine with the shipped thresholds,
// the store, the outbox. What a benchmark measures it sees from outside: at the socket and at the store's door.

import type { ChainFollower } from '../../src/chain/follower.js';
import type { ChainDeps, Connect } from '../../src/chain/ports.js';
import type { ChainConfig, Config } from '../../src/config/config.js';
import type { Step } from '../../src/core/io.js';
import type { Cursor, Store, StoreReader } from '../../src/store/store.js';
import { built } from './built.js';

export interface DaemonOptions {
  readonly config: Config;
  /** Where each chain was left; none: at the present head. */
  readonly cursors?: readonly Cursor[];
}

export interface DurableBlock {
  readonly hash: string;
  readonly number: number;
  readonly events: number;
}

export interface Watch {
  /** The text of every frame, before pegwatch sees it. */
  frame?(text: string): void;
  /** The blocks of a commit, at the moment at which it is durable. */
  durable(blocks: readonly DurableBlock[]): void;
}

export interface Daemon {
  readonly store: Store;
  readonly followers: ReadonlyMap<string, ChainFollower>;
  /** What the store counted. */
  stop(): Promise<ReturnType<StoreReader['counts']>>;
}

/** Loads the program; doing so first keeps it out of a measured start. */
export async function loadDaemon() {
  return {
    ...(await built('alerts/channels/index')),
    ...(await built('alerts/outbox')),
    ...(await built('chain/follower')),
    ...(await built('chain/ws-connect')),
    ...(await built('core/packed-logs')),
    ...(await built('edge/clock')),
    ...(await built('edge/log')),
    ...(await built('edge/metrics')),
    ...(await built('edge/post')),
    ...(await built('edge/post-json')),
    ...(await built('edge/redact')),
    ...(await built('live')),
    ...(await built('recover')),
    ...(await built('store/free-space')),
    ...(await built('store/open-store')),
  };
}

export async function startDaemon({ config, cursors = [] }: DaemonOptions, watch: Watch): Promise<Daemon> {
  const {
    createChannels,
    createOutbox,
    ChainFollower: Follower,
    wsConnect,
    LogCursor,
    createClock,
    createLog,
    createMetrics,
    post,
    postJson,
    createRedact,
    createLive,
    liveDefaults,
    recoverEngine,
    freeSpace,
    openStore,
  } = await loadDaemon();
  const clock = createClock();
  const redact = createRedact([]);
  const log = createLog({ level: config.log.level, redact, fd: 2 });
  const { meter } = createMetrics({ onMisuse: (problem) => log.error({ problem }, 'a metric was misused') });
  const store = await openStore({ folder: config.store.folder }, { log, meter, clock });
  const engine = recoverEngine(store, log);
  const channels = createChannels(config.channels, { post, clock, redact, version: 'bench' });
  const outbox = createOutbox(
    { channels },
    {
      store,
      clock,
      random: Math.random,
      log,
      meter,
      settle: (alertId, outcome, attempts) => {
        void live.push({ kind: 'receipt', atMs: clock.now(), alertId, outcome, attempts });
      },
    },
  );
  const followers = new Map<string, ChainFollower>();
  const live = createLive(liveDefaults, {
    engine,
    store: watched(store),
    clock,
    log,
    meter,
    freeSpace: async () => freeSpace(config.store.folder, config.store),
    deliver: (alerts) => outbox.offer(alerts),
    watch: (chain, source, address) => followers.get(chain)?.watch(source, address),
  });
  await live.push({ kind: 'start', atMs: clock.now(), spec: config.spec });
  const running = live.run();
  outbox.start();
  const stop = new AbortController();
  const loops = config.chains.map(follow);

  return {
    store,
    followers,
    async stop() {
      stop.abort();
      await Promise.all(loops);
      live.stop();
      await running;
      await outbox.close(2000);
      const counts = store.counts();
      await store.close();
      return counts;
    },
  };

  /** The store with a look at what has become durable. */
  function watched(inner: Store): Pick<Store, 'commit' | 'lastSeq' | 'saveCheckpoint'> {
    return {
      lastSeq: () => inner.lastSeq(),
      saveCheckpoint: (seq, state) => inner.saveCheckpoint(seq, state),
      async commit(steps: readonly Step[]) {
        await inner.commit(steps);
        const blocks = steps.flatMap(({ input }) => (input.kind === 'block' ? [input] : []));
        watch.durable(
          blocks.map(({ block, logs }) => ({
            hash: block.hash,
            number: block.number,
            events: new LogCursor(logs).count,
          })),
        );
      },
    };
  }

  async function follow(chain: ChainConfig): Promise<void> {
    const sources = config.spec.sources.filter((source) => source.chain === chain.chain);
    const connect: Connect = (url, events) =>
      wsConnect(url, {
        ...events,
        message(text) {
          watch.frame?.(text);
          events.message(text);
        },
      });
    const deps: ChainDeps = {
      clock,
      random: Math.random,
      log: log.child({ chain: chain.chain }),
      meter,
      connect,
      post: postJson,
      signal: stop.signal,
    };
    const cursor = cursors.find((one) => one.chain === chain.chain) ?? null;
    const follower = new Follower({ chain, sources, emitters: new Map(), cursor, recent: [] }, deps);
    followers.set(chain.chain, follower);
    for await (const input of follower.inputs()) await live.push(input);
  }
}
