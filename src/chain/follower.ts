import { setMaxListeners } from 'node:events';
import type { ChainConfig } from '../config/config.js';
import type { Hex } from '../core/hex.js';
import type { Block } from '../core/reading.js';
import type { SourceSpec } from '../core/source.js';
import type { Hole } from '../coverage/holes.js';
import type { Ledger } from '../coverage/ledger.js';
import type { Cursor, StoredLogs } from '../store/store.js';
import { Agreement, type NamedBlock } from './agreement.js';
import { BaseFees } from './base-fees.js';
import { CallReader } from './call-reader.js';
import { CallSchedule } from './call-schedule.js';
import type { ChainInput, Unstamped } from './chain-input.js';
import { Disagreements } from './disagreements.js';
import { Endpoint } from './endpoint.js';
import { Finality } from './finality.js';
import { type FollowerStatus, followerStatus, silenceReason } from './follower-status.js';
import { Gaps } from './gaps.js';
import { HeadListener } from './head-listener.js';
import { HeadWatch } from './head-watch.js';
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
  readonly #heads: HeadWatch;
  readonly #gaps: Gaps;
  readonly #agreement: Agreement;
  /** Heads collapse to the newest hint: blocks are pulled by number, so none is lost. */
  #hint: Block | null = null;
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
    const { cursor, before = { silent: false, holes: [], readTimeMs: 0 } } = options;
    this.#heads = new HeadWatch(
      { silenceMs: chain.silenceMs, silent: before.silent },
      { isStuck: () => this.#queue.stuck, silent: (sinceMs) => this.#silent(sinceMs) },
      this.#deps.clock,
    );
    this.#gaps = new Gaps(
      {
        chain,
        given: cursor && { ...cursor, timeMs: cursor.timeMs || before.readTimeMs },
        open: before.holes,
      },
      {
        logs,
        finality: this.#finality,
        endpoint: () => requests.lastGood ?? 'unknown',
        force: (input) => this.#queue.force(input),
        put: (input) => this.#queue.put(input),
      },
      this.#deps,
    );
    const disagreements = new Disagreements(name, (input) => this.#queue.force(input), this.#deps);
    const since = (source: string): number | null => before.since?.[source]?.since ?? null;
    const second = new SecondLook(
      { chain: name, finalized: options.cursor?.finalized ?? null },
      { requests, logs, watched, disagreements, since, stored: options.stored ?? (() => null) },
      this.#deps,
    );
    const baseFees = new BaseFees();
    this.#agreement = new Agreement(
      { chain: name, of: chain.endpoints.length, wanted: chain.agreement ?? 1 },
      { requests, watched, logs, second, baseFees, put: (input) => this.#queue.put(input) },
      this.#deps,
    );
    this.#puller = new Puller(
      options,
      {
        requests,
        watched,
        finality: this.#finality,
        logs,
        second,
        baseFees,
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
    this.#heads.begin();
    const running = Promise.all([this.#listener.run(), this.#pull(), this.#gaps.run()]).catch((error) =>
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
      this.#heads.end();
      for (const endpoint of this.#endpoints) endpoint.dropSocket('shutdown');
      await running;
    }
  }

  /** This contract's events belong to the source from the next block on. */
  watch(source: string, address: Hex): void {
    this.#watched.add(source, address);
  }

  /** A critical stands on this block: the other endpoints are asked about it, in the background. */
  check(block: NamedBlock): void {
    if (this.options.chain.endpoints.length > 1) void this.#agreement.check(block);
  }

  status(): FollowerStatus {
    return followerStatus({
      chain: this.options.chain,
      head: this.#heads.head,
      read: this.#puller.read,
      finalized: this.#finality.announced,
      silentSinceMs: this.#heads.silentSinceMs,
      speaks: this.#listener.current,
      answered: this.#requests.lastGood,
      endpoints: this.#endpoints,
      blocks: this.#blocks,
      nowMs: this.#deps.clock.now(),
    });
  }

  async #pull(): Promise<void> {
    const { clock, signal } = this.#deps;
    this.#wake.ring();
    while (!signal.aborted) {
      await this.#wake.wait(clock, this.#nextLookMs(), signal);
      if (signal.aborted) break;
      const hint = this.#hint;
      this.#hint = null;
      const head = hint ?? (await this.#puller.latest());
      if (head === null) continue;
      this.#hear(head);
      const before = this.#puller.read?.hash;
      await this.#puller.advanceTo(head, hint !== null);
      this.#gaps.look(this.#heads.head);
      const moved = before !== this.#puller.read?.hash || this.#heads.silentSinceMs !== null;
      if (this.#gaps.isStuck(head, moved)) await this.#passOver(head);
    }
    await this.#puller.ended();
  }

  /** Heads come and nothing is read for so long that waiting helps nobody: on behind it, and back to it later. */
  async #passOver(head: Block): Promise<void> {
    const span = await this.#puller.passOver(head);
    this.#gaps.passedOver(span, head);
    if (span !== null) await this.#puller.advanceTo(head, false);
  }

  /** A socket that speaks is checked now and then; without one, heads are polled; what failed is tried again soon. */
  #nextLookMs(): number {
    const { blockTimeMs } = this.options.chain;
    const behind = (this.#puller.read?.number ?? -1) < (this.#heads.head?.number ?? 0);
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
    if (head !== null && head.number > (this.#heads.head?.number ?? -1)) this.#hinted(head);
    return head;
  }

  #connected(endpoint: string): void {
    this.#requests.forgive(endpoint);
    // What happened while nobody listened is found by looking.
    this.#hint = null;
    this.#wake.ring();
    this.#deps.log.info({ chain: this.options.chain.chain, endpoint }, 'listening for new heads');
  }

  #hear(header: Block): void {
    const news = this.#heads.hear(header);
    if (!news.higher) return;
    const { chain } = this.options.chain;
    this.#deps.meter.gauge('pegwatch_chain_head_block', { chain }, header.number);
    if (news.endsSilence) this.#queue.force({ kind: 'heard', chain });
    this.#gaps.heard(header, news);
  }

  async #put(input: Unstamped): Promise<boolean> {
    if (input.kind === 'reorg') this.#heads.shorten(input.keep.number);
    if (input.kind === 'block') this.#blocks++;
    if (!(await this.#queue.put(input))) return false;
    if (input.kind === 'reorg') this.#agreement.rewind(input.keep.number);
    this.#gaps.given(input, this.#heads.head);
    return true;
  }

  #silent(sinceMs: number): void {
    const { chain } = this.options.chain;
    const reason = silenceReason(this.#listener.current, this.#endpoints);
    this.#deps.log.warn({ chain, reason }, 'chain is silent');
    this.#queue.force({ kind: 'silent', chain, sinceMs, reason });
  }

  /** The queue is named for what it is and whose it is. */
  #measureQueue(): void {
    const queue = `${this.#queue.name}-${this.options.chain.chain}`;
    this.#deps.meter.gauge('pegwatch_queue_length', { queue }, this.#queue.length);
  }
}
