// Everything about a run that the seed decides before it begins.

import type { ChainConfig } from '../../src/config/config.js';
import type { Spec } from '../../src/core/spec.js';
import { makeSpec } from '../helpers/make-spec.js';
import { drawWays, type OperatorAct } from './draw-ways.js';
import {
  type DaemonFault,
  drawDaemonFaults,
  drawEndpointFaults,
  drawStops,
  type EndpointFault,
  type Episode,
  endpointFaults,
  lies,
  type Stop,
} from './faults.js';
import { type Seeded, seeded } from './seeded.js';

export interface DrawnChain {
  readonly config: ChainConfig;
  readonly finalDepth: number;
  readonly activity: number;
  /** Every so many blocks, on average, comes a reorg. */
  readonly reorgEvery: number;
  readonly deepest: number;
  readonly episodes: readonly Episode<EndpointFault>[];
}

export interface DrawnWorld {
  readonly seed: number;
  readonly startMs: number;
  /** Faults end here; what follows is for settling. */
  readonly calmMs: number;
  readonly spec: Spec;
  readonly chains: readonly DrawnChain[];
  readonly episodes: readonly Episode<DaemonFault>[];
  readonly stops: readonly Stop[];
  /** What the pretend operator does; left out: there is none. */
  readonly acts?: readonly OperatorAct[];
}

const startMs = Date.UTC(2026, 0, 1);

export function drawWorld(seed: number): DrawnWorld {
  const random = seeded(`world ${seed}`);
  const calmMs = startMs + Math.round(random.between(90_000, 300_000));
  const names = random.chance(0.5) ? ['ethereum', 'bsc'] : random.pick([['ethereum'], ['bsc']]);
  const span = { fromMs: startMs + 5_000, toMs: calmMs };
  const spec = makeSpec(names);
  const [desk] = spec.channels;
  const chains = names.map((name, i) => drawChain(name, i + 1, span, random.stream(name)));
  return drawWays({
    seed,
    startMs,
    calmMs,
    spec: {
      ...spec,
      chains: spec.chains.map((one, i) => ({ ...one, agreement: chains[i]?.config.agreement ?? 1 })),
      channels: [
        { ...desk!, groupMs: random.pick([5_000, 30_000]), repeatMs: random.pick([null, 60_000]) },
        { ...desk!, name: 'pager', minSeverity: 'high', groupMs: 10_000 },
      ],
    },
    chains,
    episodes: drawDaemonFaults(span, random),
    stops: drawStops(span, random),
  });
}

function drawChain(
  name: string,
  chainId: number,
  span: { readonly fromMs: number; readonly toMs: number },
  random: Seeded,
): DrawnChain {
  const blockTimeMs = random.pick([250, 450, 1_000, 2_000, 2_000, 6_000]);
  const tag = random.chance(0.6);
  const finalDepth = random.int(4, 24);
  const count = random.pick([1, 2, 2, 3]);
  const endpoints = Array.from({ length: count }, (_, i) => {
    const ways = random.pick(['both', 'both', 'ws', 'http']);
    return {
      name: `${name}-${i}`,
      ws: ways === 'http' ? null : `ws://${name}-${i}`,
      http: ways === 'ws' ? null : `http://${name}-${i}`,
      requestsPerSecond: random.pick([25, 100, 400]),
      batch: random.pick([1, 5, 50]),
    };
  });
  return {
    config: {
      chain: name,
      chainId,
      blockTimeMs,
      silenceMs: Math.max(10_000, 8 * blockTimeMs),
      finality: { tag, depth: finalDepth, keep: random.pick([16, 64]) },
      logRange: random.pick([50, 500]),
      pollMs: random.pick([20_000, 120_000]),
      agreement: Math.min(2, count),
      endpoints,
    },
    finalDepth,
    activity: random.pick([0.05, 0.3, 0.8]),
    reorgEvery: random.pick([8, 25, 100]),
    deepest: Math.min(finalDepth - 1, random.pick([1, 3, 12])),
    // The last endpoint is honest; the others may lie about logs.
    episodes: endpoints.flatMap(({ name: endpoint }, i) =>
      drawEndpointFaults(
        endpoint,
        i === 0 && count > 1 ? [...endpointFaults, ...lies, ...lies] : endpointFaults,
        span,
        random,
      ),
    ),
  };
}
