// One run of the whole daemon in a world that comes from a seed: pretend chains and endpoints, the real follower, live
// driver, engine, outbox and store, and a receiver. Time is virtual and every draw is the seed's, so that a seed always
// tells the same story; at its end the world calms down, and what the daemon holds is compared with the truth.

import { createHash } from 'node:crypto';
import type { Labels, Log, Meter } from '../../src/core/ports.js';
import { openHoles } from '../../src/coverage/holes.js';
import { checkRun } from './check-run.js';
import { type DaemonLife, liveOnce, type Surroundings } from './daemon-life.js';
import { type DrawnChain, type DrawnWorld, drawWorld } from './draw-world.js';
import { type DaemonFault, lies } from './faults.js';
import { createDurable, type Durable } from './memory-tables.js';
import { type PretendChain, pretendChain } from './pretend-chain.js';
import { type PretendEndpoint, pretendEndpoint } from './pretend-endpoint.js';
import { pretendOperator } from './pretend-operator.js';
import { pretendReceiver, type Received } from './pretend-receiver.js';
import { seeded } from './seeded.js';
import { spentItsHour } from './spent-its-hour.js';
import { createVirtualClock } from './virtual-clock.js';

export interface Run {
  readonly seed: number;
  /** What does not hold, in words; empty where all is well. */
  readonly problems: readonly string[];
  /** Equal for two runs in which the same happened at the same moments. */
  readonly trace: string;
  /** How much was going on: a run without anything proves nothing. */
  readonly counts: Readonly<Record<string, number>>;
  /** The store as it was left. */
  readonly durable: Durable;
  readonly startMs: number;
  /** All that the receiver was told. */
  readonly received: readonly Received[];
}

/** How long the calm lasts in which chains go on, at least. */
const calmAtLeastMs = 60_000;
/** How long everything may take to settle after that: an incident that used up its messages speaks again in an hour. */
const settleWithinMs = 4_000_000;

export async function simulate(
  seed: number,
  say: ((line: string) => void) | null = null,
  change: (world: DrawnWorld) => DrawnWorld = (drawn) => drawn,
): Promise<Run> {
  const world = change(drawWorld(seed));
  const random = seeded(`run ${seed}`);
  const clock = createVirtualClock(world.startMs);
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  const trace = (what: string): void => {
    hash.update(`${clock.now()} ${what}\n`);
    say?.(`${((clock.now() - world.startMs) / 1_000).toFixed(3)} ${what.slice(0, 300)}`);
  };
  const count = (what: string, by = 1): void => {
    counts[what] = (counts[what] ?? 0) + by;
  };
  const is = (kind: DaemonFault): boolean =>
    world.episodes.some((one) => one.kind === kind && clock.now() >= one.fromMs && clock.now() < one.toMs);

  // -------------------------------------------------------------- the world

  const endpoints = new Map<string, PretendEndpoint>();
  let over = false;
  /** The newest block of each chain from before the calm. */
  const busyTo = new Map<string, number>();
  const chains = world.chains.map((drawn) => {
    const make = (chainId: number, name: string): PretendChain =>
      pretendChain(
        {
          name: drawn.config.chain,
          chainId,
          startMs: world.startMs,
          blockTimeMs: drawn.config.blockTimeMs,
          finalDepth: drawn.finalDepth,
          activity: drawn.activity,
        },
        random.stream(name),
      );
    const chain = make(drawn.config.chainId, drawn.config.chain);
    const stranger = make(drawn.config.chainId + 1_000, `${drawn.config.chain} stranger`);
    const own = drawn.config.endpoints.map(({ name }) => {
      const endpoint = pretendEndpoint(
        {
          name,
          chain,
          stranger,
          episodes: drawn.episodes.filter(({ where }) => where === name),
          finalDepth: drawn.finalDepth,
        },
        { clock, random: random.stream(name), trace },
      );
      endpoints.set(name, endpoint);
      endpoint.begin();
      return endpoint;
    });
    mineOn(drawn, chain, stranger, own);
    return { drawn, chain };
  });
  // Long enough for everything that was lied about to become final.
  const calmForMs = Math.max(
    calmAtLeastMs,
    ...world.chains.map(({ config, finalDepth }) => 1.3 * config.blockTimeMs * (finalDepth + 8)),
  );
  const receiver = pretendReceiver(is, { clock, random: random.stream('receiver'), trace });

  function mineOn(
    drawn: DrawnChain,
    chain: PretendChain,
    stranger: PretendChain,
    own: readonly PretendEndpoint[],
  ): void {
    const mining = random.stream(`${chain.name} mining`);
    const { blockTimeMs } = drawn.config;
    const next = (): void => {
      const now = clock.now();
      // Chains go on until everything has settled: one that ends is silent, and silence is told again and again.
      if (over) return;
      if (now > world.calmMs) chain.calm();
      if (now < world.calmMs && mining.chance(1 / drawn.reorgEvery)) {
        chain.reorg(mining.int(1, drawn.deepest), now);
        count('reorgs');
      } else chain.mine(now);
      stranger.mine(now);
      count('blocks');
      if (now <= world.calmMs) busyTo.set(chain.name, chain.tip.number);
      trace(`${chain.name} mined ${chain.tip.number} ${chain.tip.hash}`);
      for (const endpoint of own) endpoint.changed();
      clock.after(blockTimeMs * mining.between(0.7, 1.3), next);
    };
    clock.after(blockTimeMs, next);
  }

  const operator =
    world.acts === undefined
      ? null
      : pretendOperator(world.acts, {
          clock,
          random: random.stream('operator'),
          trace,
          count,
          engine: () => life?.engine ?? null,
        });
  let life: DaemonLife | null = null;
  const surroundings: Surroundings = {
    clock,
    random: random.stream('daemon'),
    log: logInto(trace),
    meter: meterInto(count),
    spec: world.spec,
    chains: world.chains.map(({ config }) => config),
    connect: (url, events) => endpoints.get(url.slice('ws://'.length))!.connect(events),
    post: (url, body, signal) => endpoints.get(url.slice('http://'.length))!.post(body, signal),
    receive: receiver.post,
    durable: createDurable(),
    requestFolder: operator?.folder ?? null,
    disk: () =>
      is('failing-commit') && random.chance(0.05)
        ? 'fails'
        : { ms: is('slow-disk') ? random.between(200, 8_000) : random.between(1, 8) },
    freeSpace: () => (is('full-disk') ? 'hard' : 'ok'),
  };

  // -------------------------------------------------------------- the story

  let failing = false;
  const start = (): void => {
    trace('daemon starts');
    count('starts');
    const born = liveOnce(surroundings);
    life = born;
    void born.failed.then(async (why) => {
      if (life !== born) return;
      trace(`daemon fails: ${String(why)}`);
      count('failures');
      failing = true;
      await born.stop();
      failing = false;
      if (life !== born) return;
      life = null;
      clock.after(1_000, () => life === null && start());
    });
  };
  start();
  for (const stop of world.stops) {
    const { kill, downMs } = stop;
    await clock.run(stop.atMs);
    const atMs = clock.now();
    if (life === null || failing) continue;
    const ending: DaemonLife = life;
    trace(kill ? 'daemon killed' : 'daemon asked to stop');
    count(kill ? 'kills' : 'stops');
    let ended = kill;
    if (kill) ending.kill();
    else
      void ending.stop().then(() => {
        ended = true;
      });
    // Asked to stop, it has ten seconds; whoever waits longer kills it.
    await clock.run(clock.now() + 10_000 * Number(!kill), () => ended);
    if (!ended) {
      count('forced');
      ending.kill();
      const diskWasSlow = world.episodes.some(
        (one) => one.kind.endsWith('-disk') && one.toMs > atMs && one.fromMs < clock.now(),
      );
      if (!diskWasSlow) problems.push('it did not stop within ten seconds');
    }
    life = null;
    await clock.run(clock.now() + downMs);
    start();
  }
  await clock.run(world.calmMs + calmForMs);
  const deadline = clock.now() + settleWithinMs;
  await clock.run(deadline, () => settled());
  over = true;
  trace('settled');
  if (!settled()) problems.push(...unsettled());
  const last = life as DaemonLife | null;
  const stoppingAtMs = clock.now();
  let ended = false;
  void last?.stop().then(() => {
    ended = true;
  });
  await clock.run(clock.now() + 15_000, () => ended);
  if (!ended) problems.push('it did not stop at the end');
  operator?.stop();

  problems.push(
    ...checkRun({
      chains: chains.map(({ chain }) => chain),
      agreement: new Map(world.chains.map(({ config }) => [config.chain, config.agreement ?? 1])),
      lying: lyingIn(world),
      durable: surroundings.durable,
      received: receiver.received,
      called: receiver.called,
      kills: (counts.kills ?? 0) + (counts.failures ?? 0) + (counts.stops ?? 0),
      stoppingAtMs,
      engine: last?.engine ?? null,
      count,
    }),
  );
  const { durable } = surroundings;
  const { received } = receiver;
  return { seed, problems, trace: hash.digest('hex'), counts, durable, startMs: world.startMs, received };

  function settled(): boolean {
    return unsettled().length === 0;
  }

  function unsettled(): readonly string[] {
    if (life === null || failing) return ['the daemon is not up'];
    const { live, outbox, followers, store } = life;
    const waits: string[] = [];
    for (const { chain } of chains) {
      const status = followers.get(chain.name)?.status();
      if (status?.read !== chain.tip.number) {
        waits.push(
          `${chain.name} is read to ${status?.read}, not ${chain.tip.number}: ${status?.reasons.join('; ')}`,
        );
      }
      if ((status?.finalized ?? 0) < (busyTo.get(chain.name) ?? 0))
        waits.push(`${chain.name} is confirmed to ${status?.finalized}, not ${busyTo.get(chain.name)}`);
    }
    if (outbox.report().some(({ pending }) => pending > 0)) {
      for (const { alert } of store.pendingDeliveries()) {
        if (!spentItsHour(alert, receiver.received, clock.now())) waits.push(`alert ${alert.id} waits`);
      }
    }
    for (const { chain, holes } of life.engine.state.ledgers.values()) {
      if (openHoles(holes).length > 0) waits.push(`${chain} has an open hole`);
    }
    if (live.state.waiting > 0) waits.push('inputs wait');
    return waits;
  }
}

function lyingIn({ chains }: DrawnWorld): ReadonlySet<string> {
  const lying = chains.filter(({ episodes }) =>
    episodes.some(({ kind }) => (lies as readonly string[]).includes(kind)),
  );
  return new Set(lying.map(({ config }) => config.chain));
}

function logInto(trace: (what: string) => void): Log {
  const at =
    (level: string) =>
    (fields: object, message: string): void =>
      trace(`${level} ${message} ${JSON.stringify(fields)}`);
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
}

function meterInto(count: (what: string, by?: number) => void): Meter {
  const kept = new Set([
    'pegwatch_blocks_corrected_total',
    'pegwatch_blocks_unchecked_total',
    'pegwatch_reorgs_total',
    'pegwatch_rpc_contradictions_total',
    'pegwatch_socket_reconnects_total',
    'pegwatch_signals_total',
  ]);
  return {
    count: (name: string, _labels?: Labels, by = 1) => kept.has(name) && count(name, by),
    gauge: () => {},
    observe: () => {},
  };
}
