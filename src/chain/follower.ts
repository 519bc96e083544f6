import { setMaxListeners } from 'node:events';
import type { ChainConfig } from '../config/config.js';
import type { PackedLogs } from '../core/packed-logs.js';
import type { Block, Hex, SourceSpec } from '../core/types.js';
import type { Cursor } from '../store/store.js';
import { CallReader } from './call-reader.js';
import { CallSchedule } from './call-schedule.js';
import type { ChainInput, Unstamped } from './chain-input.js';
import { Endpoint } from './endpoint.js';
import { Finality } from './finality.js';
import { HeadListener } from './head-listener.js';
import { InputQueue } from './input-queue.js';
import { LogReader } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import { Puller } from './puller.js';
import { Requests } from './requests.js';
import { SecondLook } from './second-look.js';
import { defaultTuning, type Tuning } from './tuning.js';
import { Wake } from './wake.js';
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
  /** The logs that an earlier run stored of a block; null where it did not. */
  readonly stored?: (block: Block) => PackedLogs | null;
}

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

/**
 * Follows one chain and yields what the engine must know of it. The socket only wakes it up; blocks are pulled and
 * proved by the `Puller`, in order and without a hole. Nothing a node does is thrown: a node that is gone, lies or
 * stalls shows in `status()`, the metrics and a `silent` input.
 */
export class ChainFollower {
  readonly #deps: ChainDeps & { readonly tuning: Tuning };
  readonly #stop = new AbortController();
  readonly #wake = new Wake();
  readonly #queue: InputQueue<Unstamped>;
  readonly #endpoints: readonly Endpoint[];
  readonly #requests: Requests;
  readonly #watched: Watched;
  readonly #finality: Finality;
  readonly #puller: Puller;
  readonly #listener: HeadListener;
  /** Heads collapse to the newest hint: blocks are pulled by number, so none is lost. */
  #hint: Block | null = null;
  #head: Block | null = null;
  #heardAtMs = 0;
  #silentSinceMs: number | null = null;
  #cancelSilence: () => void = () => {};
  #started = false;
  #blocks = 0;

  constructor(
    private readonly options: FollowerOptions,
    private readonly outside: ChainDeps,
  ) {
    const tuning = { ...defaultTuning, ...outside.tuning };
    // Requests, queue slots and sockets each listen for the end.
    setMaxListeners(0, this.#stop.signal);
    this.#deps = { ...outside, signal: this.#stop.signal, tuning };
    const { chain, sources, emitters } = options;
    const name = chain.chain;
    this.#queue = new InputQueue(tuning.queueBlocks);
    this.#endpoints = chain.endpoints.map(
      (endpoint) => new Endpoint({ chain: name, chainId: chain.chainId, endpoint }, this.#deps),
    );
    this.#requests = new Requests({ chain: name, endpoints: this.#endpoints }, this.#deps);
    this.#watched = new Watched(sources, emitters);
    this.#finality = new Finality(chain, options.cursor?.finalized ?? null, this.#requests, this.#deps);
    const requests = this.#requests;
    const watched = this.#watched;
    const logs = new LogReader({ chain: name, logRange: chain.logRange }, { requests, watched }, this.#deps);
    this.#puller = new Puller(
      options,
      {
        requests,
        watched,
        finality: this.#finality,
        logs,
        second: new SecondLook(
          { chain: name, finalized: options.cursor?.finalized ?? null },
          { requests, logs, watched, stored: options.stored ?? (() => null) },
          this.#deps,
        ),
        calls: new CallReader(requests),
        schedule: new CallSchedule(sources, chain.pollMs),
        put: (input) => this.#put(input),
      },
      this.#deps,
    );
    this.#listener = new HeadListener(
      {
        chain: name,
        endpoints: this.#endpoints.filter(({ hasSocket }) => hasSocket),
        // Half of the silence limit: another endpoint gets its chance before the chain is called silent.
        deafMs: chain.silenceMs / 2,
        // A deaf socket is noticed within two block times and a second, where another way answers.
        suspectMs: 2 * chain.blockTimeMs,
        settleMs: 1_000,
      },
      {
        head: (header) => this.#hinted(header),
        connected: (endpoint) => this.#connected(endpoint),
        elsewhere: (endpoint) => this.#elsewhere(endpoint),
      },
      this.#deps,
    );
  }

  /** May be called once. Ends when the signal aborts or the consumer stops; then no socket and no timer is left. */
  async *inputs(): AsyncGenerator<ChainInput> {
    if (this.#started) throw new Error('inputs() of a follower can be taken once');
    this.#started = true;
    const stop = (): void => this.#stop.abort();
    this.outside.signal.addEventListener('abort', stop, { once: true });
    this.#stop.signal.addEventListener('abort', () => this.#queue.end(), { once: true });
    if (this.outside.signal.aborted) stop();
    this.#heardAtMs = this.#deps.clock.now();
    this.#watchSilence();
    const running = Promise.all([this.#listener.run(), this.#pull()]).catch((error) =>
      this.#queue.end(error),
    );
    try {
      for (;;) {
        const input = await this.#queue.take();
        if (input === undefined) return;
        this.#measureQueue();
        yield { ...input, atMs: this.#deps.clock.now() };
      }
    } finally {
      stop();
      this.outside.signal.removeEventListener('abort', stop);
      this.#cancelSilence();
      for (const endpoint of this.#endpoints) endpoint.dropSocket('shutdown');
      await running;
    }
  }

  /** This contract's events belong to the source from the next block on. */
  watch(source: string, address: Hex): void {
    this.#watched.add(source, address);
  }

  status(): FollowerStatus {
    const { blockTimeMs, chain } = this.options.chain;
    const head = this.#head?.number ?? null;
    const { read } = this.#puller;
    const lagBlocks = head === null || read === null ? null : Math.max(0, head - read.number);
    const reasons: string[] = [];
    if (read === null) reasons.push(['no block was read yet', ...this.#refusals()].join('; '));
    // A head is heard before its block is read: being a moment behind is the normal state.
    else if (lagBlocks !== null && lagBlocks > Math.max(3, 5_000 / blockTimeMs)) {
      reasons.push(`${lagBlocks} blocks behind the head`);
    }
    if (this.#silentSinceMs !== null) reasons.push(this.#silenceReason());
    return {
      chain,
      endpoint: this.#listener.current ?? this.#requests.lastGood,
      head,
      read: read?.number ?? null,
      finalized: this.#finality.announced,
      caughtUp: reasons.length === 0,
      lagBlocks,
      lagMs: read === null ? null : Math.max(0, this.#deps.clock.now() - read.timeMs),
      silentSinceMs: this.#silentSinceMs,
      calls: this.#endpoints.reduce((sum, { callsAsked }) => sum + callsAsked, 0),
      blocks: this.#blocks,
      paces: this.#endpoints.map(({ name, pacePerSecond }) => ({
        endpoint: name,
        callsPerSecond: pacePerSecond,
      })),
      reasons,
    };
  }

  async #pull(): Promise<void> {
    const { clock, signal } = this.#deps;
    this.#wake.ring();
    while (!signal.aborted) {
      await this.#wake.wait(clock, this.#nextLookMs(), signal);
      if (signal.aborted) return;
      const hint = this.#hint;
      this.#hint = null;
      const head = hint ?? (await this.#puller.latest());
      if (head === null) continue;
      this.#hear(head);
      await this.#puller.advanceTo(head, hint !== null);
    }
  }

  /** A socket that speaks is checked now and then; without one, heads are polled; what failed is tried again soon. */
  #nextLookMs(): number {
    const { blockTimeMs } = this.options.chain;
    const behind = (this.#puller.read?.number ?? -1) < (this.#head?.number ?? 0);
    if (behind || this.#listener.current === null) return Math.min(5_000, Math.max(250, blockTimeMs));
    return Math.max(2_000, 4 * blockTimeMs);
  }

  #hinted(header: Block): void {
    this.#hint = header;
    this.#hear(header);
    this.#wake.ring();
  }

  /** What others have seen is news for the puller too: nobody waits for the deaf one. */
  async #elsewhere(endpoint: string): Promise<Block | null> {
    const head = await this.#puller.latestElsewhere(endpoint);
    if (head !== null && head.number > (this.#head?.number ?? -1)) this.#hinted(head);
    return head;
  }

  #connected(endpoint: string): void {
    this.#requests.forgive(endpoint);
    // What happened while nobody listened is found by looking.
    this.#hint = null;
    this.#wake.ring();
    this.#deps.log.info({ chain: this.options.chain.chain, endpoint }, 'listening for new heads');
  }

  /** Only a higher head is news: an endpoint that is stuck repeats itself, two that lag contradict each other. */
  #hear(header: Block): void {
    if (header.number <= (this.#head?.number ?? -1)) return;
    const { chain } = this.options.chain;
    this.#head = header;
    this.#heardAtMs = this.#deps.clock.now();
    this.#deps.meter.gauge('pegwatch_chain_head_block', { chain }, header.number);
    if (this.#silentSinceMs === null) return;
    this.#silentSinceMs = null;
    this.#queue.force({ kind: 'heard', chain });
    this.#watchSilence();
  }

  #put(input: Unstamped): Promise<boolean> {
    // After a reorg the chain may be shorter than it was: what comes next is news again.
    if (input.kind === 'reorg' && this.#head !== null)
      this.#head = { ...this.#head, number: input.keep.number };
    if (input.kind === 'block') this.#blocks++;
    return this.#queue.put(input);
  }

  #watchSilence(): void {
    const { clock } = this.#deps;
    const { chain, silenceMs } = this.options.chain;
    // While the engine takes nothing, nobody listens either: that is no silence of the chain.
    if (this.#queue.stuck) this.#heardAtMs = clock.now();
    const leftMs = this.#heardAtMs + silenceMs - clock.now();
    if (leftMs > 0) {
      this.#cancelSilence = clock.after(leftMs, () => this.#watchSilence());
      return;
    }
    this.#silentSinceMs = this.#heardAtMs;
    const reason = this.#silenceReason();
    this.#deps.log.warn({ chain, reason }, 'chain is silent');
    this.#queue.force({ kind: 'silent', chain, sinceMs: this.#heardAtMs, reason });
  }

  #silenceReason(): string {
    const { current } = this.#listener;
    const words = current ? `${current} sends no new head` : 'no endpoint answers with a new head';
    return [words, ...this.#refusals()].join('; ');
  }

  #refusals(): readonly string[] {
    const refused = this.#endpoints.filter((endpoint) => endpoint.refused).map(({ name }) => name);
    return refused.length === 0 ? [] : [`refused for serving another chain: ${refused.join(', ')}`];
  }

  /** The queue is named for what it is and whose it is. */
  #measureQueue(): void {
    const queue = `${this.#queue.name}-${this.options.chain.chain}`;
    this.#deps.meter.gauge('pegwatch_queue_length', { queue }, this.#queue.length);
  }
}
