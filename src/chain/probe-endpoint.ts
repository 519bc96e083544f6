// Asks one way of one endpoint (its socket or its HTTP address) everything that pegwatch will ever want of it, and
// listens for heads for a while. Facts only: what they mean is said by `diagnose.ts`.

import { setMaxListeners } from 'node:events';
import type { ChainConfig, EndpointConfig } from '../config/config.js';
import type { Block } from '../core/reading.js';
import type { SourceSpec } from '../core/source.js';
import { Endpoint } from './endpoint.js';
import { failed, type Outcome, type RpcCall, type RpcFailure } from './json-rpc.js';
import type { ChainDeps } from './ports.js';
import { readHeader, toQuantity } from './read-header.js';
import { defaultTuning } from './tuning.js';
import { Watched } from './watched.js';

export interface ProbeOptions {
  readonly chain: ChainConfig;
  readonly endpoint: EndpointConfig;
  readonly way: 'ws' | 'http';
  /** The sources of this chain. */
  readonly sources: readonly SourceSpec[];
  /** How long to listen for heads; the other way waits as long, so that heads are compared at one moment. */
  readonly listenMs: number;
}

/** What became of each question: null where it was answered as it should be. */
export interface Probe {
  readonly endpoint: string;
  readonly way: 'ws' | 'http';
  /** Why nothing else could be asked. */
  readonly unusable: RpcFailure | null;
  /** Round trips of single small questions, milliseconds. */
  readonly roundTripsMs: readonly number[];
  readonly first: Block | null;
  /** The head when the listening was over, and when that was. */
  readonly last: { readonly head: Block; readonly atMs: number } | null;
  readonly finalized: number | null;
  /** Heads that the subscription told; null over HTTP, and where subscribing failed. */
  readonly heads: number | null;
  readonly subscribe: RpcFailure | null;
  readonly logsOfBlock: RpcFailure | null;
  readonly logsOfRange: RpcFailure | null;
  /** Over the whole probe. */
  readonly rateLimited: number;
}

const roundTrips = 5;
/** Below the head by this much a block is on every honest node. */
const settledBlocks = 3;

/** Never rejects, and leaves no connection behind. */
export async function probeEndpoint(options: ProbeOptions, outside: ChainDeps): Promise<Probe> {
  const { chain, endpoint: config, way, sources, listenMs } = options;
  const stop = new AbortController();
  // Every question of the probe listens to it, which is no leak.
  setMaxListeners(0, stop.signal);
  const abort = (): void => stop.abort();
  outside.signal.addEventListener('abort', abort, { once: true });
  const deps = { ...outside, signal: stop.signal, tuning: { ...defaultTuning, ...outside.tuning } };
  const { clock } = deps;
  const only = { ...config, ws: way === 'ws' ? config.ws : null, http: way === 'http' ? config.http : null };
  const endpoint = new Endpoint({ chain: chain.chain, chainId: chain.chainId, endpoint: only }, deps);
  let rateLimited = 0;

  async function ask(method: string, params: readonly unknown[]): Promise<Outcome<unknown>> {
    const [answer] = await endpoint.send([{ method, params } satisfies RpcCall], 'head');
    const outcome = answer ?? failed('malformed', 'no answer');
    if (!outcome.ok && outcome.failure.kind === 'rate-limited') rateLimited++;
    return outcome;
  }

  async function header(tag: string): Promise<Outcome<Block>> {
    const answer = await ask('eth_getBlockByNumber', [tag, false]);
    if (!answer.ok) return answer;
    const block = readHeader(answer.value);
    return block === null ? failed('malformed', `no header for ${tag}`) : { ok: true, value: block };
  }

  async function logs(filter: object): Promise<RpcFailure | null> {
    const answer = await ask('eth_getLogs', [filter]);
    if (!answer.ok) return answer.failure;
    return Array.isArray(answer.value) ? null : { kind: 'malformed', message: 'eth_getLogs gave no list' };
  }

  const blank: Probe = {
    endpoint: config.name,
    way,
    unusable: null,
    roundTripsMs: [],
    first: null,
    last: null,
    finalized: null,
    heads: null,
    subscribe: null,
    logsOfBlock: null,
    logsOfRange: null,
    rateLimited: 0,
  };
  try {
    const first = await header('latest');
    if (!first.ok) return { ...blank, unusable: first.failure, rateLimited };
    const endsAtMs = clock.now() + listenMs;
    const hearing = way === 'ws' ? await listen(endpoint, deps.tuning.requestTimeoutMs) : null;

    const roundTripsMs: number[] = [];
    for (let i = 0; i < roundTrips; i++) {
      const askedAtMs = clock.now();
      if ((await ask('eth_blockNumber', [])).ok) roundTripsMs.push(clock.now() - askedAtMs);
    }
    const [filter = {}] = new Watched(sources, new Map()).filters();
    const settled = await header(toQuantity(Math.max(0, first.value.number - settledBlocks)));
    const logsOfBlock = settled.ok
      ? await logs({ ...filter, blockHash: settled.value.hash })
      : settled.failure;
    const to = first.value.number - settledBlocks;
    const logsOfRange =
      to < 0
        ? null
        : await logs({
            ...filter,
            fromBlock: toQuantity(Math.max(0, to - chain.logRange + 1)),
            toBlock: toQuantity(to),
          });
    const finalized = chain.finality.tag ? await header('finalized') : null;

    const leftMs = endsAtMs - clock.now();
    if (leftMs > 0) await new Promise<void>((resolve) => clock.after(leftMs, resolve));
    const last = await header('latest');
    return {
      ...blank,
      roundTripsMs,
      first: first.value,
      last: last.ok ? { head: last.value, atMs: clock.now() } : null,
      finalized: finalized?.ok === true ? finalized.value.number : null,
      heads: hearing?.heads() ?? null,
      subscribe: hearing?.failure ?? null,
      logsOfBlock,
      logsOfRange,
      rateLimited,
    };
  } finally {
    outside.signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

/** Subscribes to heads and counts them. */
async function listen(
  endpoint: Endpoint,
  timeoutMs: number,
): Promise<{ readonly heads: () => number | null; readonly failure: RpcFailure | null }> {
  let heads = 0;
  endpoint.onNotification = (result) => {
    if (readHeader(result) !== null) heads++;
  };
  const socket = await endpoint.socket();
  if (!socket.ok) return { heads: () => null, failure: socket.failure };
  const calls = [{ method: 'eth_subscribe', params: ['newHeads'] }];
  const [answer] = await socket.value.send(calls, timeoutMs);
  if (answer?.ok === true) return { heads: () => heads, failure: null };
  return { heads: () => null, failure: answer?.failure ?? failed('malformed', 'no answer').failure };
}
