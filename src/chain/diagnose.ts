// What the facts about a chain's endpoints mean, in plain words, and what a person can do about it. Pure.

import type { ChainConfig } from '../config/config.js';
import type { RpcFailure } from './json-rpc.js';
import type { Probe } from './probe-endpoint.js';

export type Ailment =
  | 'unreachable'
  | 'wrong-chain'
  | 'unauthorized'
  | 'out-of-quota'
  | 'refuses-logs'
  | 'narrow-range'
  | 'deaf'
  | 'lagging'
  | 'stale'
  | 'slow'
  | 'no-finality';

export interface Finding {
  readonly ailment: Ailment;
  readonly way: 'ws' | 'http';
  /** What is the case. */
  readonly words: string;
  /** What to do about it. */
  readonly advice: string;
}

export interface EndpointHealth {
  readonly endpoint: string;
  /** `limping`: it serves, but not as it should; `unusable`: it cannot give what a chain needs. */
  readonly health: 'well' | 'limping' | 'unusable';
  readonly findings: readonly Finding[];
  readonly head: number | null;
  readonly roundTripMs: number | null;
}

export interface ChainHealth {
  readonly chain: string;
  /** Whether some endpoint gives heads and logs. */
  readonly watchable: boolean;
  readonly endpoints: readonly EndpointHealth[];
}

const advice: Readonly<Record<Ailment, string>> = {
  unreachable:
    'check the address, the network and the firewall; if others of this chain are well, it is the provider',
  'wrong-chain':
    'the address belongs to another network: correct it, or the chainId in the file of this chain',
  unauthorized:
    'the key is missing, wrong or blocked: look at the environment variable and at the provider’s page',
  'out-of-quota': 'lower requestsPerSecond of this endpoint, or buy more, or put another endpoint before it',
  'refuses-logs': 'it cannot be used for pegwatch: put another endpoint before it, or leave it out',
  'narrow-range': 'pegwatch learns the width by itself; set logRange to it to spare the first refusals',
  deaf: 'heads will be polled from elsewhere: put an endpoint with a working WebSocket before it, or leave its ws out',
  lagging: 'put the endpoint that is ahead before it; if it stays behind, its node does not keep up',
  stale: 'the node is not synchronised, or the whole chain stands still: compare with an explorer',
  slow: 'put a nearer endpoint before it; every block waits for this one',
  'no-finality':
    'set finality.tag to false in the file of this chain, or use an endpoint that serves the tag',
};

/** Ailments with which an endpoint still gives what a chain needs. */
const bearable: ReadonlySet<Ailment> = new Set(['narrow-range', 'deaf', 'lagging', 'slow', 'no-finality']);

const slowMs = 1_000;

export function diagnose(chain: ChainConfig, probes: readonly Probe[]): ChainHealth {
  const endpoints = chain.endpoints.map(({ name }): EndpointHealth => {
    const own = probes.filter(({ endpoint }) => endpoint === name);
    const byWay = own.map((probe) => findingsOf(probe, probes, chain));
    const usable = byWay.some((findings) => findings.every(({ ailment }) => bearable.has(ailment)));
    const findings = byWay.flat();
    return {
      endpoint: name,
      health: !usable ? 'unusable' : findings.length > 0 ? 'limping' : 'well',
      findings,
      head: highest(own.map(({ last }) => last?.head.number ?? null)),
      roundTripMs: least(own.map(({ roundTripsMs }) => median(roundTripsMs))),
    };
  });
  return { chain: chain.chain, watchable: endpoints.some(({ health }) => health !== 'unusable'), endpoints };
}

function findingsOf(probe: Probe, all: readonly Probe[], chain: ChainConfig): Finding[] {
  const findings: Finding[] = [];
  const find = (ailment: Ailment, words: string): void => {
    findings.push({ ailment, way: probe.way, words, advice: advice[ailment] });
  };
  const { unusable, last } = probe;
  if (unusable !== null) {
    const [ailment, words] = whyUnusable(unusable);
    find(ailment, words);
    return findings;
  }
  logs(probe, chain, find);
  hearing(probe, all, find);
  age(probe, all, chain, find);
  if (probe.rateLimited > 0 && !findings.some(({ ailment }) => ailment === 'refuses-logs'))
    find('out-of-quota', `refused ${probe.rateLimited} of a handful of questions because they were too many`);
  const roundTripMs = median(probe.roundTripsMs);
  if (roundTripMs !== null && roundTripMs > slowMs)
    find('slow', `takes ${(roundTripMs / 1_000).toFixed(1)} s for the smallest answer`);
  if (last === null) find('unreachable', 'stopped answering while it was looked at');
  if (chain.finality.tag && probe.finalized === null && last !== null)
    find('no-finality', 'does not say which block is final, though the file of this chain expects it');
  return findings;
}

type Find = (ailment: Ailment, words: string) => void;

function whyUnusable({ kind, message }: RpcFailure): readonly [Ailment, string] {
  switch (kind) {
    case 'wrong-chain':
      return ['wrong-chain', message];
    case 'unauthorized':
      return ['unauthorized', `refuses us: ${message}`];
    case 'rate-limited':
      return ['out-of-quota', `refuses the first question already: ${message}`];
    default:
      return ['unreachable', `gives no usable answer: ${message}`];
  }
}

function logs(
  { logsOfBlock, logsOfRange, roundTripsMs }: Probe,
  { logRange }: ChainConfig,
  find: Find,
): void {
  // A provider that forbids logs often calls it a limit; one that answers all else is not out of quota.
  if (logsOfBlock !== null && (logsOfBlock.kind !== 'rate-limited' || roundTripsMs.length > 0)) {
    find('refuses-logs', `does not give the logs of one block: ${logsOfBlock.message}`);
  } else if (logsOfRange?.kind === 'range-too-wide') {
    const most = logsOfRange.suggested ? `; it proposes ${logsOfRange.suggested}` : '';
    find('narrow-range', `gives no ${logRange} blocks of logs at once${most}`);
  } else if (logsOfBlock === null && logsOfRange !== null) {
    find('refuses-logs', `does not give the logs of a range: ${logsOfRange.message}`);
  }
}

function hearing(probe: Probe, all: readonly Probe[], find: Find): void {
  if (probe.subscribe !== null) find('deaf', `cannot be subscribed to: ${probe.subscribe.message}`);
  const from = probe.first?.number ?? 0;
  const grown = all.some(({ last }) => (last?.head.number ?? 0) > from);
  if (probe.heads === 0 && grown)
    find('deaf', 'took the subscription and told no head while the chain went on');
}

function age(
  { last, endpoint }: Probe,
  all: readonly Probe[],
  { blockTimeMs, silenceMs }: ChainConfig,
  find: Find,
): void {
  if (last === null) return;
  let ahead: { readonly endpoint: string; readonly blocks: number } | null = null;
  for (const other of all) {
    if (other.last === null || other.endpoint === endpoint) continue;
    // The other one was asked a little earlier or later: what the chain grew by in between is no lead.
    const grown = (other.last.atMs - last.atMs) / blockTimeMs;
    const blocks = Math.floor(other.last.head.number - last.head.number - grown);
    if (blocks > (ahead?.blocks ?? 0)) ahead = { endpoint: other.endpoint, blocks };
  }
  if (ahead !== null && ahead.blocks > Math.max(3, 5_000 / blockTimeMs))
    find('lagging', `is ${ahead.blocks} blocks behind ${ahead.endpoint}`);
  const oldMs = last.atMs - last.head.timeMs;
  if (oldMs > silenceMs) find('stale', `its newest block is ${span(oldMs)} old`);
}

function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 2) return `${Math.round(ms / 1_000)} s`;
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

function highest(values: readonly (number | null)[]): number | null {
  return values.reduce((top, one) => (one === null ? top : Math.max(top ?? one, one)), null);
}

function least(values: readonly (number | null)[]): number | null {
  return values.reduce((low, one) => (one === null ? low : Math.min(low ?? one, one)), null);
}
