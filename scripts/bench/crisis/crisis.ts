// Crisis: forty incidents at once on four chains, at 10 and 100 thousand events a minute. An hour of market is folded
// as fast as it goes, to count what each channel is told about each incident; then some seconds at the market's own
// pace over a real store and a real receiver, to see how long a critical waits.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Channel } from '../../../src/alerts/channels/channel.js';
import type { Alert } from '../../../src/core/alert.js';
import type { Input } from '../../../src/core/io.js';
import type { Clock } from '../../../src/core/ports.js';
import type { ChannelSpec, Spec } from '../../../src/core/spec.js';
import { built } from '../built.js';
import { loadDaemon } from '../daemon.js';
import { startTimedReceiver } from '../live/timed-receiver.js';
import type { BenchOptions } from '../main.js';
import { quantile, type Row } from '../report.js';
import { createMarket, crisisSpec } from './market.js';

const hourMs = 3_600_000;
const rates = [10_000, 100_000];
/** A chat that can edit, told as often as anybody could ask for, and a webhook. */
const channels: readonly ChannelSpec[] = [
  { name: 'chat', kind: 'slack', minSeverity: 'low', groupMs: 60_000, repeatMs: 600_000, digestMs: 60_000 },
  { name: 'hook', kind: 'webhook', minSeverity: 'low', groupMs: 60_000, repeatMs: 600_000 },
];

export async function crisis(options: BenchOptions): Promise<readonly Row[]> {
  const { loadConfig } = await built('config/load-config');
  const folder = fileURLToPath(new URL('../../../config', import.meta.url));
  const { config } = loadConfig(folder, {}, { chainsFolder: join(folder, '../chains') });
  if (config === null) throw new Error('the shipped configuration does not load');
  const rows: Row[] = [];
  const waits: Row['values'][] = [];
  for (const rate of rates) {
    // First what is measured, so that the memory of the hour is not counted there.
    const wait = await waitOfCritical(config.spec, rate, options);
    waits.push(wait);
  }
  for (const [i, rate] of rates.entries()) {
    const hour = await foldHour(config.spec, rate, options);
    rows.push({
      section: options.quick ? 'crisis, one hour in short' : 'crisis, one hour',
      what: `${rate / 1000} thousand events a minute`,
      values: { ...hour, ...waits[i] },
    });
  }
  return rows;
}

/** The engine and the real outbox on a clock of their own; the channels take everything at once. */
async function foldHour(rules: Spec, rate: number, options: BenchOptions): Promise<Row['values']> {
  const { recoverEngine, createOutbox, createLog, createMetrics, packLogs } = await loadDaemon();
  const log = createLog({ level: 'error', redact: (text) => text }, () => {});
  const nothing = { checkpoint: () => null, journal: () => [] };
  const engine = recoverEngine(nothing, log);
  const startMs = Date.UTC(2026, 0, 1);
  const clock = steppedClock(startMs);
  const told: {
    readonly channel: string;
    readonly incident: string;
    readonly atMs: number;
    readonly quiet: boolean;
  }[] = [];
  const channelOf = ({ name }: ChannelSpec): Channel => ({
    name,
    kind: 'counted',
    async send({ incidentId, reason }) {
      const quiet = reason === 'digest' || reason === 'spread' || reason === 'easing';
      told.push({ channel: name, incident: incidentId, atMs: clock.now(), quiet });
      return { kind: 'delivered' };
    },
  });
  const receipts: Input[] = [];
  const outbox = createOutbox(
    { channels: channels.map(channelOf) },
    {
      store: {
        pendingDeliveries: () => [],
        deliveredSince: () => [],
        remembered: () => null,
        reschedule: async () => {},
        supersede: async () => {},
      },
      clock,
      random: () => 0,
      log,
      meter: createMetrics().meter,
      settle: (alertId, outcome, attempts) =>
        void receipts.push({ kind: 'receipt', atMs: clock.now(), alertId, outcome, attempts }),
    },
  );
  outbox.start();
  const market = createMarket(rate, 1000, options.seed, packLogs);
  const seconds = options.quick ? 300 : hourMs / 1000;
  const step = (input: Input): Alert[] =>
    engine.step(input).flatMap((effect) => (effect.kind === 'alert' ? [effect.alert] : []));
  step({ kind: 'start', atMs: startMs, spec: crisisSpec(rules, channels) });
  let decided = 0;
  for (let second = 1; second <= seconds; second++) {
    const atMs = startMs + second * 1000;
    clock.to(atMs);
    const inputs: Input[] = [
      ...receipts.splice(0),
      ...market.second(second * 1000, atMs),
      { kind: 'tick', atMs },
    ];
    const alerts = inputs.flatMap(step);
    decided += alerts.length;
    outbox.offer(alerts);
    // The channels answer between two seconds.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await outbox.close(0);
  const perIncident = busiest(told);
  const loud = busiest(told.filter(({ quiet }) => !quiet));
  return {
    incidents: new Set(told.map(({ incident }) => incident)).size,
    decided,
    'told, most per incident and channel': perIncident,
    'of them new messages': loud,
  };
}

/** The most that one incident said to one channel within any hour. */
function busiest(told: readonly { channel: string; incident: string; atMs: number }[]): number {
  const byConversation = new Map<string, number[]>();
  for (const { channel, incident, atMs } of told) {
    const key = `${channel} ${incident}`;
    byConversation.set(key, [...(byConversation.get(key) ?? []), atMs]);
  }
  let most = 0;
  for (const times of byConversation.values()) {
    for (const [i, from] of times.entries())
      most = Math.max(most, times.slice(i).filter((atMs) => atMs < from + hourMs).length);
  }
  return most;
}

/** From the moment at which the block is handed to the driver to the first byte at a receiver on loopback. */
async function waitOfCritical(rules: Spec, rate: number, options: BenchOptions): Promise<Row['values']> {
  const daemon = await loadDaemon();
  const { createChannels, createClock, createLive, createLog, createMetrics, createOutbox } = daemon;
  const { liveDefaults, openStore, packLogs, post, recoverEngine } = daemon;
  const receiver = await startTimedReceiver();
  const clock = createClock();
  const log = createLog({ level: 'error', redact: (text) => text, fd: 2 });
  const { meter } = createMetrics();
  const folder = join(options.folder, `crisis-${rate}`);
  const store = await openStore({ folder }, { log, meter, clock });
  const engine = recoverEngine(store, log);
  const shared = { name: 'hook', kind: 'webhook', url: receiver.url, secret: null } as const;
  const hook = { ...shared, envelope: 'plain', timeoutMs: 5000, allowPrivate: true } as const;
  /** By coin: when the block was handed over of which the first critical came. */
  const decidedNs = new Map<string, bigint>();
  /** When the first block of each millisecond of engine time was handed over. */
  const pushedNs = new Map<number, bigint>();
  const outbox = createOutbox(
    { channels: createChannels([hook], { post, clock, redact: (text) => text, version: 'bench' }) },
    {
      store,
      clock,
      random: Math.random,
      log,
      meter,
      settle: (alertId, outcome, attempts) =>
        void live.push({ kind: 'receipt', atMs: clock.now(), alertId, outcome, attempts }),
    },
  );
  const live = createLive(liveDefaults, {
    engine,
    store,
    clock,
    log,
    meter,
    freeSpace: async () => 'ok',
    deliver(alerts) {
      for (const { severity, incident, atMs } of alerts) {
        const ns = pushedNs.get(atMs);
        if (severity !== 'critical' || ns === undefined) continue;
        for (const coin of incident.coins) if (!decidedNs.has(coin)) decidedNs.set(coin, ns);
      }
      outbox.offer(alerts);
    },
    watch: () => {},
  });
  const [, plain] = channels;
  await live.push({
    kind: 'start',
    atMs: clock.now(),
    spec: crisisSpec(rules, plain === undefined ? [] : [plain]),
  });
  const running = live.run();
  outbox.start();
  const seconds = options.quick ? 6 : 60;
  const market = createMarket(rate, (seconds * 800) / 40, options.seed, packLogs);
  const startMs = clock.now();
  let peakBytes = 0;
  for (let second = 1; second <= seconds; second++) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, startMs + second * 1000 - clock.now())));
    for (const input of market.second(second * 1000, clock.now())) {
      const atMs = clock.now();
      if (!pushedNs.has(atMs)) pushedNs.set(atMs, process.hrtime.bigint());
      await live.push({ ...input, atMs });
    }
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  }
  await receiver.heard([...decidedNs.keys()]);
  const waits = [...decidedNs]
    .flatMap(([coin, ns]) => {
      const heard = receiver.firstByteNs.get(coin);
      return heard === undefined ? [] : [Number(heard - ns) / 1e6];
    })
    .sort((a, b) => a - b);
  const missing = decidedNs.size - waits.length;
  await outbox.close(1000);
  live.stop();
  await running;
  await store.close();
  await receiver.close();
  return {
    criticals: waits.length,
    missing,
    'wait p50 ms': quantile(waits, 0.5),
    'p99 ms': quantile(waits, 0.99),
    'peak RSS MiB': peakBytes / 2 ** 20,
  };
}

interface SteppedClock extends Clock {
  to(ms: number): void;
}

function steppedClock(startMs: number): SteppedClock {
  let nowMs = startMs;
  const timers = new Set<{ readonly atMs: number; readonly fn: () => void }>();
  return {
    now: () => nowMs,
    after(ms, fn) {
      const timer = { atMs: nowMs + Math.max(0, ms), fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    to(ms) {
      nowMs = ms;
      for (const timer of [...timers].sort((a, b) => a.atMs - b.atMs)) {
        if (timer.atMs > ms || !timers.delete(timer)) continue;
        timer.fn();
      }
    },
  };
}
