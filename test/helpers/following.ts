// Runs a `ChainFollower` against real sockets and keeps what it yields.

import type { ChainInput } from '../../src/chain/chain-input.js';
import { ChainFollower } from '../../src/chain/follower.js';
import type { FollowerOptions } from '../../src/chain/follower-parts.js';
import type { ChainDeps } from '../../src/chain/ports.js';
import type { Tuning } from '../../src/chain/tuning.js';
import { wsConnect } from '../../src/chain/ws-connect.js';
import type { ChainConfig, EndpointConfig } from '../../src/config/config.js';
import type { Labels, Log, Meter } from '../../src/core/ports.js';
import type { Block } from '../../src/core/reading.js';
import type { SourceSpec } from '../../src/core/source.js';
import { createClock } from '../../src/edge/clock.js';
import { postJson } from '../../src/edge/post-json.js';

export interface Following {
  readonly follower: ChainFollower;
  readonly inputs: readonly ChainInput[];
  /** What was said to the log, as one line each. */
  readonly said: readonly string[];
  /** The blocks that stand after all inputs so far, oldest first; throws where the inputs contradict themselves. */
  chain(): readonly Block[];
  count(metric: string, labels?: Labels): number;
  /** Ends it and waits until `inputs()` has. */
  stop(): Promise<void>;
}

export function chainConfig(
  endpoints: readonly Partial<EndpointConfig>[],
  more: Partial<ChainConfig> = {},
): ChainConfig {
  return {
    chain: 'ethereum',
    chainId: 1,
    blockTimeMs: 100,
    silenceMs: 60_000,
    finality: { tag: true, depth: 64, keep: 64 },
    logRange: 1_000,
    pollMs: 600_000,
    endpoints: endpoints.map((endpoint, i) => ({
      name: `node-${i}`,
      ws: null,
      http: null,
      requestsPerSecond: 10_000,
      batch: 50,
      ...endpoint,
    })),
    ...more,
  };
}

/** Impatient numbers, so that tests do not wait; what is under test never depends on how long they are. */
export const impatient: Partial<Tuning> = {
  backoffBaseMs: 5,
  backoffCapMs: 50,
  requestTimeoutMs: 2_000,
  connectTimeoutMs: 2_000,
  secondLookEveryMs: 0,
};

export function chainDeps(
  said: string[],
  counts: Map<string, number>,
  signal: AbortSignal,
  tuning: Partial<Tuning> = {},
): ChainDeps {
  return {
    clock: createClock(),
    random: Math.random,
    log: logInto(said),
    meter: meterInto(counts),
    connect: wsConnect,
    post: postJson,
    signal,
    tuning: { ...impatient, ...tuning },
  };
}

export function startFollowing(
  options: Partial<FollowerOptions> & {
    readonly chain: ChainConfig;
    readonly sources?: readonly SourceSpec[];
  },
  tuning: Partial<Tuning> = {},
): Following {
  const stop = new AbortController();
  const said: string[] = [];
  const counts = new Map<string, number>();
  const follower = new ChainFollower(
    { sources: [], emitters: new Map(), cursor: null, recent: [], ...options },
    chainDeps(said, counts, stop.signal, tuning),
  );
  const inputs: ChainInput[] = [];
  const running = (async () => {
    for await (const input of follower.inputs()) inputs.push(input);
  })();
  return {
    follower,
    inputs,
    said,
    chain: () => foldChain(inputs, options.recent),
    count: (metric, labels = {}) =>
      [...counts]
        .filter(
          ([key]) =>
            key.startsWith(`${metric} `) &&
            Object.entries(labels).every(([k, v]) => key.includes(`"${k}":"${v}"`)),
        )
        .reduce((sum, [, value]) => sum + value, 0),
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

/** What the engine would hold: every block continues the one before, every reorg kills exactly what stood there. */
export function foldChain(inputs: readonly ChainInput[], stored: readonly Block[] = []): readonly Block[] {
  const chain: Block[] = [...stored];
  for (const input of inputs) {
    if (input.kind === 'block') {
      const tip = chain.at(-1);
      if (tip && input.block.number === tip.number + 1 && input.block.parentHash !== tip.hash) {
        throw new Error(`block ${input.block.number} does not continue its parent`);
      }
      if (tip && input.block.number <= tip.number)
        throw new Error(`block ${input.block.number} came after ${tip.number}`);
      chain.push(input.block);
    } else if (input.kind === 'reorg') {
      for (const hash of input.dead) {
        const killed = chain.pop();
        if (killed?.hash !== hash) throw new Error(`reorg kills ${hash}, but ${killed?.hash} stands there`);
      }
    }
  }
  return chain;
}

function logInto(said: string[]): Log {
  const at =
    (level: string) =>
    (fields: object, message: string): void => {
      said.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logInto(said),
  };
}

function meterInto(counts: Map<string, number>): Meter {
  const key = (name: string, labels: Labels): string => `${name} ${JSON.stringify(labels)}`;
  return {
    count: (name, labels = {}, by = 1) =>
      void counts.set(key(name, labels), (counts.get(key(name, labels)) ?? 0) + by),
    gauge: (name, labels, value) => void counts.set(key(name, labels), value),
    observe: () => {},
  };
}
