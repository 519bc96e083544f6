// One life of the daemon in a simulation: the parts of `src/app.ts`, wired alike, over a world that can end it between
// two moments. After a kill nothing of it runs any more: its timers, sockets, requests and writes are dead.

import type { HttpPost } from '../../src/alerts/channels/channel.js';
import { hook } from '../../src/alerts/channels/hook.js';
import { createChannels } from '../../src/alerts/channels/index.js';
import { createOutbox, type Outbox } from '../../src/alerts/outbox.js';
import type { ChainFollower } from '../../src/chain/follower.js';
import type { Connect, Post } from '../../src/chain/ports.js';
import type { ChainConfig } from '../../src/config/config.js';
import type { Clock, Log, Meter } from '../../src/core/ports.js';
import type { Spec } from '../../src/core/spec.js';
import type { Engine } from '../../src/engine.js';
import { askAbout, followChain } from '../../src/follow-chain.js';
import { createLive, type Live, liveDefaults } from '../../src/live.js';
import { recoverEngine } from '../../src/recover.js';
import { writer } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { takeRequests } from '../../src/take-requests.js';
import { type Durable, memoryTables } from './memory-tables.js';
import { automationUrl } from './pretend-receiver.js';
import type { Seeded } from './seeded.js';

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Seeded;
  readonly log: Log;
  readonly meter: Meter;
  readonly spec: Spec;
  readonly chains: readonly ChainConfig[];
  readonly connect: Connect;
  readonly post: Post;
  readonly receive: HttpPost;
  readonly durable: Durable;
  /** Where a person leaves requests; null: nobody does. */
  readonly requestFolder: string | null;
  /** How long the disk takes for one transaction, or that it fails. */
  disk(): { readonly ms: number } | 'fails';
  freeSpace(): 'ok' | 'hard';
}

export interface DaemonLife {
  readonly engine: Engine;
  readonly live: Live;
  readonly outbox: Outbox;
  readonly store: Pick<Store, 'pendingDeliveries'>;
  readonly followers: ReadonlyMap<string, ChainFollower>;
  /** Resolves with what made it fail. */
  readonly failed: Promise<unknown>;
  /** As after SIGTERM: what is queued is finished. */
  stop(): Promise<void>;
  kill(): void;
}

/** Milliseconds between checkpoints: short, so that a restart has one and a journal behind it. */
const checkpointMs = 45_000;

export function liveOnce(world: Surroundings): DaemonLife {
  let alive = true;
  const mine = mortal(world, () => alive);
  const { clock, log, meter } = mine;
  const writes: { readonly apply: () => void }[] = [];
  const store = writer(memoryTables(world.durable, flush), '', 'simulated', mine, {
    keep: async () => {},
    closed: () => {},
  });
  const engine = recoverEngine(store, log);
  const channelDeps = { post: mine.receive, clock, redact: (text: string) => text, version: '0' };
  const called = (world.spec.playbooks ?? []).map(({ name }) =>
    hook(
      {
        playbook: name,
        url: automationUrl,
        secret: 'whsec_c2ltdWxhdGVkIGtleSBvZiBubyB3b3J0aA==',
        allowPrivate: true,
        timeoutMs: 5_000,
      },
      channelDeps,
    ),
  );
  const channels = createChannels(
    world.spec.channels.map(({ name }) => ({
      name,
      kind: 'webhook' as const,
      url: 'http://receiver',
      secret: null,
      allowPrivate: true,
      envelope: 'plain' as const,
      timeoutMs: 5_000,
    })),
    channelDeps,
  );
  const outbox = createOutbox(
    { channels: [...channels, ...called] },
    {
      store,
      clock,
      random: () => world.random.next(),
      log,
      meter,
      settle: (alertId, outcome, attempts) => {
        void live.push({ kind: 'receipt', atMs: clock.now(), alertId, outcome, attempts });
      },
    },
  );
  const followers = new Map<string, ChainFollower>();
  const live = createLive(
    { ...liveDefaults, checkpointMs },
    {
      engine,
      store,
      clock,
      log,
      meter,
      freeSpace: async () => world.freeSpace(),
      deliver: (alerts) => outbox.offer(alerts),
      stored: (input) => requests?.done(input),
      watch: (chain, source, address) => followers.get(chain)?.watch(source, address),
      check: (signal) => askAbout(signal, followers),
    },
  );
  let fail: (thrown: unknown) => void = () => {};
  const failed = new Promise<unknown>((resolve) => {
    fail = resolve;
  });
  void live.push({ kind: 'start', atMs: clock.now(), spec: world.spec });
  const running = live.run();
  running.catch(fail);
  const requests =
    world.requestFolder === null ? null : takeRequests(world.requestFolder, { clock, log, push: live.push });
  outbox.start();
  const following = new AbortController();
  const unverified = new Map<string, string>();
  const loops = world.chains.map((chain) => {
    const deps = {
      clock,
      log,
      meter,
      random: () => world.random.next(),
      connect: mine.connect,
      post: mine.post,
      signal: following.signal,
    };
    return followChain({
      chain,
      config: { spec: world.spec },
      engine,
      store,
      live,
      deps,
      followers,
      unverified,
    }).catch(fail);
  });

  return {
    engine,
    live,
    outbox,
    store,
    followers,
    failed,
    async stop() {
      following.abort();
      await Promise.all(loops);
      await outbox.close(2_000);
      requests?.stop();
      live.stop();
      await running.catch(() => {});
      await store.close();
      alive = false;
    },
    kill() {
      alive = false;
      // What was being written may have reached the disk or not; never a later one without an earlier one.
      const kept = world.random.int(0, writes.length);
      for (const { apply } of writes.slice(0, kept)) apply();
    },
  };

  function flush(apply: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!alive) return;
      const disk = world.disk();
      const write = { apply };
      writes.push(write);
      const before = writes.length === 1 ? 0 : 1;
      clock.after(disk === 'fails' ? 5 : disk.ms + before, function onDisk() {
        // In order: a transaction waits for those before it.
        if (writes[0] !== write) return void clock.after(1, onDisk);
        writes.shift();
        if (disk === 'fails') return reject(new Error('no space left on device'));
        apply();
        resolve();
      });
    });
  }
}

/** The same surroundings, of which nothing comes through any more once the life has ended. */
function mortal(
  world: Surroundings,
  alive: () => boolean,
): Pick<Surroundings, 'clock' | 'log' | 'meter' | 'connect' | 'post' | 'receive'> {
  const { clock } = world;
  const whileAlive = <T>(promise: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      promise.then(
        (value) => alive() && resolve(value),
        (error: unknown) => alive() && reject(error),
      );
    });
  return {
    log: world.log,
    meter: world.meter,
    clock: { now: () => clock.now(), after: (ms, fn) => clock.after(ms, () => alive() && fn()) },
    connect: (url, events) =>
      world.connect(url, {
        opened: () => alive() && events.opened(),
        message: (text) => alive() && events.message(text),
        pong: () => alive() && events.pong(),
        closed: (detail) => alive() && events.closed(detail),
      }),
    post: (url, body, signal) => whileAlive(world.post(url, body, signal)),
    receive: (url, request) => whileAlive(world.receive(url, request)),
  };
}
