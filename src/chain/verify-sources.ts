import { setMaxListeners } from 'node:events';
import type { ChainConfig } from '../config/config.js';
import { type Hex, isHexData } from '../core/hex.js';
import type { SourceSpec } from '../core/source.js';
import { protocolOf } from '../protocols/index.js';
import type { IdentityCheck } from '../protocols/protocol.js';
import { Endpoint } from './endpoint.js';
import { done, failed, type Outcome, type RpcAnswer, type RpcCall } from './json-rpc.js';
import type { ChainDeps } from './ports.js';
import { Requests } from './requests.js';
import { defaultTuning } from './tuning.js';

export interface Mismatch {
  readonly source: string;
  readonly field: string;
  readonly expected: string;
  /** Null where the contract gave no usable answer. */
  readonly actual: string | null;
}

export interface Verification {
  /** Endpoints that serve another chain. */
  readonly refused: readonly string[];
  /** Why nothing could be checked, in words; null where the checks ran. */
  readonly unreachable: string | null;
  readonly mismatches: readonly Mismatch[];
}

interface Planned {
  readonly source: string;
  readonly check: IdentityCheck;
}

/**
 * Compares what the configuration says of a chain's sources with what their contracts say at the head: decimals,
 * tokens, their order. Opens its own connections and leaves none behind.
 */
export async function verifySources(
  options: { readonly chain: ChainConfig; readonly sources: readonly SourceSpec[] },
  outside: ChainDeps,
): Promise<Verification> {
  const stop = new AbortController();
  // Requests and queue slots each listen for the end.
  setMaxListeners(0, stop.signal);
  const abort = (): void => stop.abort();
  outside.signal.addEventListener('abort', abort, { once: true });
  const deps = { ...outside, signal: stop.signal, tuning: { ...defaultTuning, ...outside.tuning } };
  const { chain, chainId } = options.chain;
  const endpoints = options.chain.endpoints.map(
    (endpoint) => new Endpoint({ chain, chainId, endpoint }, deps),
  );
  const requests = new Requests({ chain, endpoints }, deps);
  try {
    const planned = options.sources.flatMap((source) =>
      protocolOf(source.protocol)
        .identity(source)
        .map((check): Planned => ({ source: source.id, check })),
    );
    const answers = await answersTo(requests, planned);
    const refused = endpoints.filter((endpoint) => endpoint.refused).map(({ name }) => name);
    if (!answers.ok) return { refused, unreachable: answers.failure.message, mismatches: [] };
    const mismatches = planned.flatMap(({ source, check: { field, expected, read } }, i) => {
      const answer = answers.value[i];
      const actual = answer ? read(answer) : null;
      return actual === expected ? [] : [{ source, field, expected, actual }];
    });
    return { refused, unreachable: null, mismatches };
  } finally {
    outside.signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

/** One answer for each check, null where the contract refused; older contracts are asked by their other selector. */
async function answersTo(
  requests: Requests,
  planned: readonly Planned[],
): Promise<Outcome<readonly (Hex | null)[]>> {
  const first = await askAll(
    requests,
    planned.map(({ check }) => ({ to: check.to, data: check.data })),
  );
  if (!first.ok) return first;
  const again = planned.flatMap(({ check }, i) =>
    first.value[i] === null && check.fallbackData ? [{ i, to: check.to, data: check.fallbackData }] : [],
  );
  if (again.length === 0) return first;
  const second = await askAll(requests, again);
  if (!second.ok) return second;
  const found = new Map(again.map(({ i }, j) => [i, second.value[j] ?? null]));
  return done(first.value.map((answer, i) => answer ?? found.get(i) ?? null));
}

function askAll(
  requests: Requests,
  wanted: readonly { readonly to: Hex; readonly data: Hex }[],
): Promise<Outcome<readonly (Hex | null)[]>> {
  const calls: RpcCall[] = wanted.map(({ to, data }) => ({
    method: 'eth_call',
    params: [{ to, data }, 'latest'],
  }));
  // Also where nothing is to be checked, the chain id is.
  calls.push({ method: 'eth_chainId', params: [] });
  const read = (answers: readonly RpcAnswer[]): Outcome<readonly (Hex | null)[]> => {
    const found: (Hex | null)[] = [];
    for (const answer of answers.slice(0, wanted.length)) {
      if (!answer.ok && !['reverted', 'other', 'bad-params'].includes(answer.failure.kind)) return answer;
      // What is no data at all says nothing about the contract: it was garbled on its way, and is asked for again.
      if (answer.ok && !isHexData(answer.value)) return failed('malformed', 'eth_call gave no data');
      found.push(answer.ok && isHexData(answer.value) && answer.value !== '0x' ? answer.value : null);
    }
    const last = answers.at(-1);
    return last?.ok === false ? last : done(found);
  };
  return requests.ask(calls, read, 'confirm');
}
