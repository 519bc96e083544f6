// What a follower is made of, and who of it knows whom. Its life is in `follower.ts`.

import type { ChainConfig } from '../config/config.js';
import type { Hex } from '../core/hex.js';
import type { Block } from '../core/reading.js';
import type { SourceSpec } from '../core/source.js';
import type { Hole } from '../coverage/holes.js';
import type { Ledger } from '../coverage/ledger.js';
import type { Cursor, StoredLogs } from '../store/store.js';
import { Agreement } from './agreement.js';
import { BaseFees } from './base-fees.js';
import { CallReader } from './call-reader.js';
import { CallSchedule } from './call-schedule.js';
import type { Unstamped } from './chain-input.js';
import { Disagreements } from './disagreements.js';
import { Endpoint } from './endpoint.js';
import { Finality } from './finality.js';
import { Gaps } from './gaps.js';
import { HeadListener } from './head-listener.js';
import { HeadWatch } from './head-watch.js';
import { InputQueue } from './input-queue.js';
import { LogReader } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import { Puller } from './puller.js';
import { Requests } from './requests.js';
import { SecondLook } from './second-look.js';
import { defaultTuning } from './tuning.js';
import { Watched } from './watched.js';

export interface FollowerOptions {
  readonly chain: ChainConfig;
  /** The sources of this chain. */
  readonly sources: readonly SourceSpec[];
  /** By source id: contracts that earlier `emitter` observations named. */
  readonly emitters: ReadonlyMap<string, readonly Hex[]>;
  /** Where the last run stopped; null starts at the present head. */
  readonly cursor: Cursor | null;
  /** The newest stored canonical blocks, oldest first: how far back a reorg during the pause can be repaired. */
  readonly recent: readonly Block[];
  /** What was open when the last run ended; left out: nothing. */
  readonly before?: {
    /** Nobody had told of a head for long. */
    readonly silent: boolean;
    readonly holes: readonly Pick<Hole, 'from' | 'to' | 'why' | 'sources'>[];
    /** Time of the newest block read, for a cursor that stands on a block whose time is not known. */
    readonly readTimeMs: number;
    /** From which block on each source was watched. */
    readonly since?: Ledger['sources'];
  };
  /** The logs that an earlier run stored of a block; null where it did not. */
  readonly stored?: (block: Block) => StoredLogs | null;
}

/** What the parts tell the follower. */
export interface FollowerCalls {
  /** The puller has an input: waits for room; resolves false after the end. */
  readonly put: (input: Unstamped) => Promise<boolean>;
  readonly silent: (sinceMs: number) => void;
  readonly head: (header: Block) => void;
  readonly connected: (endpoint: string) => void;
  readonly elsewhere: (endpoint: string) => Promise<Block | null>;
}

export interface FollowerParts {
  readonly queue: InputQueue<Unstamped>;
  readonly endpoints: readonly Endpoint[];
  readonly requests: Requests;
  readonly watched: Watched;
  readonly finality: Finality;
  readonly heads: HeadWatch;
  readonly gaps: Gaps;
  readonly agreement: Agreement;
  readonly puller: Puller;
  readonly listener: HeadListener;
}

/** Deliberately one straight line: each part is handed what stands above it. Nothing runs yet. */
export function followerParts(
  options: FollowerOptions,
  calls: FollowerCalls,
  outside: ChainDeps,
): FollowerParts {
  const tuning = { ...defaultTuning, ...outside.tuning };
  const deps = { ...outside, tuning };
  const { chain, sources, emitters, cursor } = options;
  const { before = { silent: false, holes: [], readTimeMs: 0 } } = options;
  const name = chain.chain;
  const finalized = cursor?.finalized ?? null;

  const queue = new InputQueue<Unstamped>(tuning.queueBlocks);
  const put = (input: Unstamped): Promise<boolean> => queue.put(input);
  const force = (input: Unstamped): boolean => queue.force(input);
  const endpoints = chain.endpoints.map(
    (endpoint) => new Endpoint({ chain: name, chainId: chain.chainId, endpoint }, deps),
  );
  const requests = new Requests({ chain: name, endpoints }, deps);
  const watched = new Watched(sources, emitters);
  const finality = new Finality(chain, finalized, requests, deps);
  const logs = new LogReader({ chain: name, logRange: chain.logRange }, { requests, watched }, deps);
  const heads = new HeadWatch(
    { silenceMs: chain.silenceMs, silent: before.silent },
    { isStuck: () => queue.stuck, silent: calls.silent },
    deps.clock,
  );
  const gaps = new Gaps(
    {
      chain,
      given: cursor && { ...cursor, timeMs: cursor.timeMs || before.readTimeMs },
      open: before.holes,
    },
    { logs, finality, endpoint: () => requests.lastGood ?? 'unknown', force, put },
    deps,
  );
  const disagreements = new Disagreements(name, force, deps);
  const since = (source: string): number | null => before.since?.[source]?.since ?? null;
  const second = new SecondLook(
    { chain: name, finalized },
    { requests, logs, watched, disagreements, since, stored: options.stored ?? (() => null) },
    deps,
  );
  const baseFees = new BaseFees();
  const agreement = new Agreement(
    { chain: name, of: chain.endpoints.length, wanted: chain.agreement ?? 1 },
    { requests, watched, logs, second, baseFees, put },
    deps,
  );
  const reading = { calls: new CallReader(requests), schedule: new CallSchedule(sources, chain.pollMs) };
  const puller = new Puller(
    options,
    { requests, watched, finality, logs, second, baseFees, ...reading, put: calls.put },
    deps,
  );
  const listener = new HeadListener(
    {
      chain: name,
      endpoints: endpoints.filter(({ hasSocket }) => hasSocket),
      // Half of the silence limit: another endpoint gets its chance before the chain is called silent.
      deafMs: chain.silenceMs / 2,
      // A deaf socket is noticed within two block times and a second, where another way answers.
      suspectMs: 2 * chain.blockTimeMs,
      settleMs: 1_000,
    },
    { head: calls.head, connected: calls.connected, elsewhere: calls.elsewhere },
    deps,
  );
  return { queue, endpoints, requests, watched, finality, heads, gaps, agreement, puller, listener };
}
