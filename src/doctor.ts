// Looks at every endpoint of every chain as the daemon would use it, all at once. Needs no store and no daemon.

import { setMaxListeners } from 'node:events';
import { type ChainHealth, diagnose } from './chain/diagnose.js';
import type { ChainDeps } from './chain/ports.js';
import { type Probe, type ProbeOptions, probeEndpoint } from './chain/probe-endpoint.js';
import { wsConnect } from './chain/ws-connect.js';
import type { ChainConfig, Config } from './config/config.js';
import type { Log, Meter } from './core/ports.js';
import { createClock } from './edge/clock.js';
import { postJson } from './edge/post-json.js';
import { random } from './edge/random.js';

export type { ChainHealth, EndpointHealth } from './chain/diagnose.js';

export interface DoctorOptions {
  /** Left out: all chains. */
  readonly chain?: string | undefined;
  /** How long to listen for heads; left out: three block times of the chain and a second, at least five. */
  readonly listenMs?: number | undefined;
  readonly signal: AbortSignal;
}

export async function doctor(
  config: Pick<Config, 'chains' | 'spec'>,
  { chain: name, listenMs, signal }: DoctorOptions,
): Promise<readonly ChainHealth[]> {
  // Every endpoint of every chain listens to it, which is no leak.
  setMaxListeners(0, signal);
  const chains = config.chains.filter(({ chain }) => name === undefined || chain === name);
  const deps: ChainDeps = {
    clock: createClock(),
    random,
    log: silent,
    meter: uncounted,
    signal,
    connect: wsConnect,
    post: postJson,
  };
  return Promise.all(
    chains.map(async (chain) => {
      const sources = config.spec.sources.filter((source) => source.chain === chain.chain);
      const more = { chain, sources, listenMs: listenMs ?? Math.max(5_000, 3 * chain.blockTimeMs + 1_000) };
      const probes = waysOf(chain).map((way): Promise<Probe> => probeEndpoint({ ...more, ...way }, deps));
      return diagnose(chain, await Promise.all(probes));
    }),
  );
}

function waysOf({ endpoints }: ChainConfig): readonly Pick<ProbeOptions, 'endpoint' | 'way'>[] {
  return endpoints.flatMap((endpoint) => [
    ...(endpoint.ws === null ? [] : [{ endpoint, way: 'ws' as const }]),
    ...(endpoint.http === null ? [] : [{ endpoint, way: 'http' as const }]),
  ]);
}

/** What an endpoint does wrong is said in the findings. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const uncounted: Meter = { count() {}, gauge() {}, observe() {} };
