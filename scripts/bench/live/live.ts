// The live benchmark: the same frames to each contender, at full load and by the clock.

import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Part, startPart } from '../children.js';
import type { CrashMessage, FrameServerOptions } from '../frame-server.js';
import type { BenchOptions } from '../main.js';
import { quantile, type Row } from '../report.js';
import { chainPlans } from '../scenario.js';
import type { Measured } from './measure.js';
import type { ContenderOptions } from './ours.js';
import { startTimedReceiver, type TimedReceiver } from './timed-receiver.js';

type Contender = 'skeleton' | 'naive' | 'ours';

interface Run {
  readonly measured: Measured;
  readonly storeBytesPerEvent: number;
  /** From a crash's head to the first byte of its webhook, in milliseconds, sorted. */
  readonly webhookMs: readonly number[];
  readonly crashes: number;
  readonly folder: string;
}

interface Load {
  readonly what: string;
  readonly seconds: number;
  readonly logsPerBlock: number;
  readonly eventsPerMinute: number;
}

const section = 'live';

/**
 * `keep`: a folder for the store of the full-load run, which the replay benchmark folds again; with `whole` false
 * nothing else is run.
 */
export async function live(options: BenchOptions, keep: string, whole: boolean): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const full = { logsPerBlock: 250, eventsPerMinute: null, crashes: 0 };
  const many = options.quick ? 60 : 500;
  const rounds: { readonly ours: Run; readonly skeleton: Run }[] = [];
  for (let round = 0; round < (options.quick || !whole ? 1 : 3); round++) {
    const ours = await run('ours', { ...full, blocksPerChain: many }, options, round === 0 ? keep : null);
    if (!whole) return [];
    rounds.push({ ours, skeleton: await run('skeleton', { ...full, blocksPerChain: many }, options) });
  }
  const naive = await run('naive', { ...full, blocksPerChain: options.quick ? 8 : 40 }, options);
  const skeleton = middle(rounds.map((round) => round.skeleton));
  const reference = skeleton.measured.eventsPerSecond;
  for (const [what, one] of [
    ['bare skeleton', skeleton],
    ['pegwatch', middle(rounds.map((round) => round.ours))],
    ['viem decode, a commit each', naive],
  ] as const) {
    rows.push({ section, what: `full load: ${what}`, values: speedOf(one, reference) });
  }
  for (const load of loads(options.quick)) {
    const blocksPerChain = Math.ceil(
      ((load.eventsPerMinute / 60) * load.seconds) / load.logsPerBlock / chainPlans.length,
    );
    const paced = { logsPerBlock: load.logsPerBlock, eventsPerMinute: load.eventsPerMinute, blocksPerChain };
    const bare = await run('skeleton', { ...paced, crashes: 0 }, options);
    rows.push({ section: 'latency (ms)', what: `${load.what}: bare skeleton`, values: latencyOf(bare) });
    const daemon = await run('ours', { ...paced, crashes: options.quick ? 4 : 32 }, options);
    rows.push({ section: 'latency (ms)', what: `${load.what}: pegwatch`, values: latencyOf(daemon) });
  }
  return rows;
}

/** Of several runs the one of median speed: other programs of the machine disturb some of them. */
function middle(runs: readonly Run[]): Run {
  const sorted = runs.toSorted((a, b) => a.measured.eventsPerSecond - b.measured.eventsPerSecond);
  return sorted[Math.floor(sorted.length / 2)] as Run;
}

function loads(quick: boolean): readonly Load[] {
  const seconds = quick ? 2 : 30;
  return [
    { what: '10 thousand a minute', seconds, logsPerBlock: 8, eventsPerMinute: 10_000 },
    { what: '100 thousand a minute', seconds, logsPerBlock: 40, eventsPerMinute: 100_000 },
    { what: '1 million a minute', seconds, logsPerBlock: 200, eventsPerMinute: 1_000_000 },
  ];
}

function speedOf({ measured, storeBytesPerEvent }: Run, reference: number): Row['values'] {
  return {
    'events/s': measured.eventsPerSecond,
    ratio: measured.eventsPerSecond / reference,
    ...footprintOf(measured),
    'bytes/event': storeBytesPerEvent,
  };
}

function latencyOf({ measured, webhookMs, crashes, storeBytesPerEvent }: Run): Row['values'] {
  const { latenciesMs } = measured;
  return {
    'durable p50': quantile(latenciesMs, 0.5),
    p99: quantile(latenciesMs, 0.99),
    ...(crashes === 0
      ? {}
      : {
          'webhook p50': quantile(webhookMs, 0.5),
          'webhook p99': quantile(webhookMs, 0.99),
          'told/staged': `${webhookMs.length}/${crashes}`,
        }),
    ...footprintOf(measured),
    'bytes/event': storeBytesPerEvent,
  };
}

function footprintOf({ peak, cpuSeconds, events, callsPerBlock }: Measured): Row['values'] {
  const mib = 1024 * 1024;
  return {
    'CPU µs/event': (cpuSeconds * 1e6) / events,
    'RSS MiB': peak.residentBytes / mib,
    'anon MiB': peak.anonymousBytes / mib,
    ...(callsPerBlock === undefined ? {} : { 'calls/block': callsPerBlock }),
  };
}

export async function run(
  contender: Contender,
  about: Omit<FrameServerOptions, 'seed'>,
  options: BenchOptions,
  keep: string | null = null,
): Promise<Run> {
  const folder = keep ?? mkdtempSync(join(options.folder, `${contender}-`));
  mkdirSync(folder, { recursive: true });
  const receiver = about.crashes > 0 ? await startTimedReceiver() : null;
  const staged: CrashMessage[] = [];
  const server = startPart({
    file: './frame-server.ts',
    argument: { ...about, seed: options.seed } satisfies FrameServerOptions,
    onMessage: (message) => {
      if (message.kind === 'crash') staged.push(message as unknown as CrashMessage);
    },
  });
  let part: Part | null = null;
  try {
    const { port } = await server.hear<{ port: number }>('ready');
    const totalBlocks = about.blocksPerChain * chainPlans.length;
    const webhook = receiver?.url ?? null;
    part = startPart({
      file: `./live/${contender}.ts`,
      argument: { port, folder, webhook, totalBlocks } satisfies ContenderOptions,
      profile: about.eventsPerMinute === null ? options.profile : null,
    });
    const before = await part.hear<{ storeBytes: number }>('ready');
    server.tell({ kind: 'go' });
    const measured = await part.hear<Measured & { storeBytes: number }>('measured');
    await receiver?.heard(staged.map(({ coin }) => coin));
    const storeBytes = contender === 'ours' ? measured.storeBytes : statSync(join(folder, 'data.mdb')).size;
    const storeBytesPerEvent = (storeBytes - before.storeBytes) / measured.events;
    return {
      measured,
      storeBytesPerEvent,
      webhookMs: waits(staged, receiver),
      crashes: staged.length,
      folder,
    };
  } finally {
    await part?.stop();
    await server.stop();
    await receiver?.close();
    if (keep === null) rmSync(folder, { recursive: true, force: true });
  }
}

function waits(staged: readonly CrashMessage[], receiver: TimedReceiver | null): readonly number[] {
  return staged
    .flatMap(({ coin, atNs }) => {
      const heardNs = receiver?.firstByteNs.get(coin);
      return heardNs === undefined ? [] : [Number(heardNs - atNs) / 1e6];
    })
    .sort((a, b) => a - b);
}
