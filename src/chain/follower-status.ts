import type { ChainConfig } from '../config/config.js';
import type { Block } from '../core/reading.js';
import type { Endpoint } from './endpoint.js';
import { normalLag } from './gaps.js';

export interface FollowerStatus {
  readonly chain: string;
  /** The endpoint whose socket is listened to, else the one that answered last. */
  readonly endpoint: string | null;
  /** The newest head heard of. */
  readonly head: number | null;
  /** The newest block given to the engine. */
  readonly read: number | null;
  readonly finalized: number | null;
  readonly caughtUp: boolean;
  readonly lagBlocks: number | null;
  /** How old the newest block given to the engine is, by its own time. */
  readonly lagMs: number | null;
  readonly silentSinceMs: number | null;
  /** What this chain costs: JSON-RPC calls and blocks since the start of the process. */
  readonly calls: number;
  readonly blocks: number;
  /** How fast each endpoint is asked at most: less than configured after it refused. */
  readonly paces: readonly { readonly endpoint: string; readonly callsPerSecond: number }[];
  /** Why it is not caught up, in words; empty where it is. */
  readonly reasons: readonly string[];
}

export interface FollowerFacts {
  readonly chain: ChainConfig;
  readonly head: Block | null;
  readonly read: Block | null;
  readonly finalized: number | null;
  readonly silentSinceMs: number | null;
  /** The endpoint whose socket tells of heads; null while none does. */
  readonly speaks: string | null;
  /** The endpoint that answered last. */
  readonly answered: string | null;
  readonly endpoints: readonly Endpoint[];
  /** Blocks given since the start. */
  readonly blocks: number;
  readonly nowMs: number;
}

/** How a chain is followed at this moment, and why it is not caught up, in words. */
export function followerStatus(facts: FollowerFacts): FollowerStatus {
  const { chain, head, read, silentSinceMs, endpoints, speaks, nowMs } = facts;
  const lagBlocks = head === null || read === null ? null : Math.max(0, head.number - read.number);
  const reasons: string[] = [];
  if (read === null) reasons.push(['no block was read yet', ...refusals(endpoints)].join('; '));
  // A head is heard before its block is read: being a moment behind is the normal state.
  else if (lagBlocks !== null && lagBlocks > normalLag(chain))
    reasons.push(`${lagBlocks} blocks behind the head`);
  if (silentSinceMs !== null) reasons.push(silenceReason(speaks, endpoints));
  return {
    chain: chain.chain,
    endpoint: speaks ?? facts.answered,
    head: head?.number ?? null,
    read: read?.number ?? null,
    finalized: facts.finalized,
    caughtUp: reasons.length === 0,
    lagBlocks,
    lagMs: read === null ? null : Math.max(0, nowMs - read.timeMs),
    silentSinceMs,
    calls: endpoints.reduce((sum, { callsAsked }) => sum + callsAsked, 0),
    blocks: facts.blocks,
    paces: endpoints.map(({ name, pacePerSecond }) => ({ endpoint: name, callsPerSecond: pacePerSecond })),
    reasons,
  };
}

export function silenceReason(speaks: string | null, endpoints: readonly Endpoint[]): string {
  const words = speaks === null ? 'no endpoint answers with a new head' : `${speaks} sends no new head`;
  return [words, ...refusals(endpoints)].join('; ');
}

function refusals(endpoints: readonly Endpoint[]): readonly string[] {
  const refused = endpoints.filter((endpoint) => endpoint.refused).map(({ name }) => name);
  return refused.length === 0 ? [] : [`refused for serving another chain: ${refused.join(', ')}`];
}
