// The ordinary daemon under a steady load with a burst in it: four chains by the clock, a receiver that notes first
// bytes, and a look at the daemon's memory, queue and store every second.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LogCursor } from '../../src/core/packed-logs.js';
import { openReader } from '../../src/store/open-reader.js';
import { type ConfigFolder, edit } from '../../test/helpers/config-folder.js';
import { type Daemon, startDaemon } from '../../test/helpers/daemon-process.js';
import { eventually } from '../../test/helpers/eventually.js';
import { benchConfig, scenarioCoins } from '../bench/bench-config.js';
import { startPart } from '../bench/children.js';
import type { CrashMessage, FrameServerOptions } from '../bench/frame-server.js';
import { startTimedReceiver } from '../bench/live/timed-receiver.js';
import { chainPlans, firstBlock } from '../bench/scenario.js';

export interface LoadOptions {
  readonly eventsPerMinute: number;
  readonly minutes: number;
  /** The sixth tenth of the run holds so many times the events. */
  readonly burst: number;
  readonly seed: number;
  readonly folder: string;
  readonly progress: (sample: Sample) => void;
}

export interface Sample {
  readonly atSeconds: number;
  readonly residentBytes: number;
  /** Without the pages of the mapped store. */
  readonly anonymousBytes: number;
  readonly storeBytes: number;
  readonly waiting: number;
  readonly pending: number;
}

export interface LoadResult {
  readonly announced: { readonly events: number; readonly blocks: number };
  readonly stored: { readonly events: number; readonly blocks: number };
  readonly samples: readonly Sample[];
  /** The daemon's metrics at the end, as text. */
  readonly metrics: string;
  readonly crashes: number;
  /** Coins that crashed and of which no critical arrived. */
  readonly untold: readonly string[];
  /** From the head of a crash to the first byte of its webhook, sorted. */
  readonly headToWebhookMs: readonly number[];
  /** From the decision of a critical to the first byte of its webhook, sorted. */
  readonly decisionToWebhookMs: readonly number[];
  /** How many seconds after the last head everything was stored. */
  readonly drainedSeconds: number;
}

const burstFrom = 0.5;
const burstTo = 0.6;
const drainMs = 600_000;
const mostCrashes = 32;

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { eventsPerMinute, minutes } = options;
  mkdirSync(options.folder, { recursive: true });
  const logsPerBlock = eventsPerMinute >= 50_000 ? 40 : 8;
  const blocksPerChain = Math.ceil((eventsPerMinute * minutes) / logsPerBlock / chainPlans.length);
  const staged: CrashMessage[] = [];
  const receiver = await startTimedReceiver();
  const about: FrameServerOptions = {
    ...{ seed: options.seed, blocksPerChain, logsPerBlock, eventsPerMinute, lazy: true },
    crashes: Math.min(mostCrashes, Math.floor(blocksPerChain / 10)),
    burst: { times: options.burst, from: burstFrom, to: burstTo },
  };
  const server = startPart({
    file: './frame-server.ts',
    argument: about,
    onMessage: (message) => {
      if (message.kind === 'crash') staged.push(message as unknown as CrashMessage);
    },
  });
  try {
    const { port } = await server.hear<{ port: number }>('ready');
    const config = await configure(options.folder, port, receiver.url);
    const daemon = startDaemon(config);
    await daemon.ready();
    server.tell({ kind: 'go' });
    const samples: Sample[] = [];
    const began = performance.now();
    let over = false;
    const sampling = (async () => {
      while (!over) {
        samples.push(await sampleOf(daemon, (performance.now() - began) / 1000));
        options.progress(samples.at(-1)!);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    })();
    const announced = await server.hear<LoadResult['announced']>('announced');
    const lastHead = performance.now();
    await eventually(() => storedAll(daemon, firstBlock + blocksPerChain - 1), drainMs);
    const drainedSeconds = (performance.now() - lastHead) / 1000;
    await receiver.heard(staged.map(({ coin }) => coin));
    over = true;
    await sampling;
    const metrics = (await daemon.get('/metrics')).body;
    const { code } = await daemon.stop();
    if (code !== 0) throw new Error(`the daemon ended with ${code}: ${daemon.output.err.slice(-2_000)}`);
    const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);
    const headToWebhookMs = staged.flatMap(({ coin, atNs }) => {
      const heardNs = receiver.firstByteNs.get(coin);
      return heardNs === undefined ? [] : [Number(heardNs - atNs) / 1e6];
    });
    return {
      announced: { events: announced.events, blocks: announced.blocks },
      stored: await countStored(config.store),
      ...{ samples, metrics, drainedSeconds, crashes: staged.length },
      untold: staged.flatMap(({ coin }) => (receiver.firstByteNs.has(coin) ? [] : [coin])),
      headToWebhookMs: sorted(headToWebhookMs),
      decisionToWebhookMs: sorted(receiver.decisionToFirstByteMs),
    };
  } finally {
    await server.stop();
    await receiver.close();
    rmSync(options.folder, { recursive: true, force: true });
  }
}

async function configure(folder: string, port: number, webhook: string): Promise<ConfigFolder> {
  const chains = chainPlans.map(({ chain, chainId }) => ({
    ...{ chain, chainId, blockTimeMs: 1_000 },
    ws: `ws://127.0.0.1:${port}/${chain}`,
  }));
  await benchConfig(folder, chains, scenarioCoins(), webhook);
  const written = { config: join(folder, 'config'), store: join(folder, 'store') };
  edit(written, 'pegwatch.yaml', 'level: warn', 'level: info');
  return written;
}

async function sampleOf(daemon: Daemon, atSeconds: number): Promise<Sample> {
  const { body } = await daemon.get('/metrics');
  const { rss, anonymous } = memoryOf(daemon.pid);
  return {
    atSeconds,
    residentBytes: rss,
    anonymousBytes: anonymous,
    storeBytes: gaugeOf(body, 'pegwatch_store_bytes'),
    waiting: gaugeOf(body, 'pegwatch_queue_length{queue="inputs"}'),
    pending: gaugeOf(body, 'pegwatch_outbox_pending{channel="bench"}'),
  };
}

/** Linux only; elsewhere NaN. */
function memoryOf(pid: number): { readonly rss: number; readonly anonymous: number } {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (name: string): number =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? Number.NaN);
    return { rss: kilobytes('VmRSS') * 1024, anonymous: kilobytes('RssAnon') * 1024 };
  } catch {
    return { rss: Number.NaN, anonymous: Number.NaN };
  }
}

function gaugeOf(metrics: string, name: string): number {
  const line = metrics.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
}

async function storedAll(daemon: Daemon, last: number): Promise<boolean> {
  const { chains } = JSON.parse((await daemon.get('/status')).body) as {
    chains: { block: { number: number } | null }[];
  };
  await new Promise((resolve) => setTimeout(resolve, 100));
  return chains.every(({ block }) => block?.number === last);
}

async function countStored(folder: string): Promise<LoadResult['stored']> {
  const reader = openReader(folder);
  let events = 0;
  let blocks = 0;
  for (const { input } of reader.journal(1)) {
    if (input.kind !== 'block' || input.block.number < firstBlock) continue;
    events += new LogCursor(input.logs).count;
    blocks++;
  }
  await reader.close();
  return { events, blocks };
}
