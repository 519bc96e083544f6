import { setMaxListeners } from 'node:events';
import type { Hex } from '../core/hex.js';
import type { Block } from '../core/reading.js';
import type { NamedBlock } from './agreement.js';
import type { ChainInput, Unstamped } from './chain-input.js';
import { type FollowerOptions, type FollowerParts, followerParts } from './follower-parts.js';
import { type FollowerStatus, followerStatus, silenceReason } from './follower-status.js';
import type { ChainDeps } from './ports.js';
import { Wake } from './wake.js';

/**
 * Follows one chain and yields what the engine must know of it. The socket only wakes it up; blocks are pulled and
 * proved by the `Puller`, in order and without a hole. Nothing a node does is thrown: a node that is gone, lies or
 * stalls shows in `status()`, the metrics and a `silent` input.
 */
export class ChainFollower {
  readonly #stop = new AbortController();
  readonly #wake = new Wake();
  readonly #deps: ChainDeps;
  readonly #parts: FollowerParts;
  /** Heads collapse to the newest hint: blocks are pulled by number, so none is lost. */
  #hint: Block | null = null;
  #started = false;
  #blocks = 0;

  constructor(
    private readonly options: FollowerOptions,
    private readonly outside: ChainDeps,
  ) {
    // Requests, queue slots and sockets each listen for the end.
    setMaxListeners(0, this.#stop.signal);
    this.#deps = { ...outside, signal: this.#stop.signal };
    this.#parts = followerParts(
      options,
      {
        put: (input) => this.#put(input),
        silent: (sinceMs) => this.#silent(sinceMs),
        head: (header) => this.#hinted(header),
        connected: (endpoint) => this.#connected(endpoint),
        elsewhere: (endpoint) => this.#elsewhere(endpoint),
      },
      this.#deps,
    );
  }

  /** May be called once. Ends when the signal aborts or the consumer stops; then no socket and no timer is left. */
  async *inputs(): AsyncGenerator<ChainInput> {
    const { queue, endpoints, heads, gaps, listener } = this.#parts;
    if (this.#started) throw new Error('inputs() of a follower can be taken once');
    this.#started = true;
    const stop = (): void => this.#stop.abort();
    this.outside.signal.addEventListener('abort', stop, { once: true });
    this.#stop.signal.addEventListener('abort', () => queue.end(), { once: true });
    if (this.outside.signal.aborted) stop();
    heads.begin();
    const running = Promise.all([listener.run(), this.#pull(), gaps.run()]).catch((error) =>
      queue.end(error),
    );
    try {
      for (;;) {
        const input = await queue.take();
        if (input === undefined) return;
        this.#measureQueue();
        yield { ...input, atMs: this.#deps.clock.now() };
      }
    } finally {
      stop();
      this.outside.signal.removeEventListener('abort', stop);
      heads.end();
      for (const endpoint of endpoints) endpoint.dropSocket('shutdown');
      await running;
    }
  }

  /** This contract's events belong to the source from the next block on. */
  watch(source: string, address: Hex): void {
    this.#parts.watched.add(source, address);
  }

  /** A critical stands on this block: the other endpoints are asked about it, in the background. */
  check(block: NamedBlock): void {
    if (this.options.chain.endpoints.length > 1) void this.#parts.agreement.check(block);
  }

  status(): FollowerStatus {
    const { endpoints, finality, heads, listener, puller, requests } = this.#parts;
    return followerStatus({
      chain: this.options.chain,
      head: heads.head,
      read: puller.read,
      finalized: finality.announced,
      silentSinceMs: heads.silentSinceMs,
      speaks: listener.current,
      answered: requests.lastGood,
      endpoints,
      blocks: this.#blocks,
      nowMs: this.#deps.clock.now(),
    });
  }

  async #pull(): Promise<void> {
    const { heads, gaps, puller } = this.#parts;
    const { clock, signal } = this.#deps;
    this.#wake.ring();
    while (!signal.aborted) {
      await this.#wake.wait(clock, this.#nextLookMs(), signal);
      if (signal.aborted) break;
      const hint = this.#hint;
      this.#hint = null;
      const head = hint ?? (await puller.latest());
      if (head === null) continue;
      this.#hear(head);
      const before = puller.read?.hash;
      await puller.advanceTo(head, hint !== null);
      gaps.look(heads.head);
      const moved = before !== puller.read?.hash || heads.silentSinceMs !== null;
      if (gaps.isStuck(head, moved)) await this.#passOver(head);
    }
    await puller.ended();
  }

  /** Heads come and nothing is read for so long that waiting helps nobody: on behind it, and back to it later. */
  async #passOver(head: Block): Promise<void> {
    const span = await this.#parts.puller.passOver(head);
    this.#parts.gaps.passedOver(span, head);
    if (span !== null) await this.#parts.puller.advanceTo(head, false);
  }

  /** A socket that speaks is checked now and then; without one, heads are polled; what failed is tried again soon. */
  #nextLookMs(): number {
    const { blockTimeMs } = this.options.chain;
    const behind = (this.#parts.puller.read?.number ?? -1) < (this.#parts.heads.head?.number ?? 0);
    if (behind || this.#parts.listener.current === null) return Math.min(5_000, Math.max(250, blockTimeMs));
    return Math.max(2_000, 4 * blockTimeMs);
  }

  #hinted(header: Block): void {
    this.#hint = header;
    this.#hear(header);
    this.#wake.ring();
  }

  /** What others have seen is news for the puller too: nobody waits for the deaf one. */
  async #elsewhere(endpoint: string): Promise<Block | null> {
    const head = await this.#parts.puller.latestElsewhere(endpoint);
    if (head !== null && head.number > (this.#parts.heads.head?.number ?? -1)) this.#hinted(head);
    return head;
  }

  #connected(endpoint: string): void {
    this.#parts.requests.forgive(endpoint);
    // What happened while nobody listened is found by looking.
    this.#hint = null;
    this.#wake.ring();
    this.#deps.log.info({ chain: this.options.chain.chain, endpoint }, 'listening for new heads');
  }

  #hear(header: Block): void {
    const news = this.#parts.heads.hear(header);
    if (!news.higher) return;
    const { chain } = this.options.chain;
    this.#deps.meter.gauge('pegwatch_chain_head_block', { chain }, header.number);
    if (news.endsSilence) this.#parts.queue.force({ kind: 'heard', chain });
    this.#parts.gaps.heard(header, news);
  }

  async #put(input: Unstamped): Promise<boolean> {
    if (input.kind === 'reorg') this.#parts.heads.shorten(input.keep.number);
    if (input.kind === 'block') this.#blocks++;
    if (!(await this.#parts.queue.put(input))) return false;
    if (input.kind === 'reorg') this.#parts.agreement.rewind(input.keep.number);
    this.#parts.gaps.given(input, this.#parts.heads.head);
    return true;
  }

  #silent(sinceMs: number): void {
    const { chain } = this.options.chain;
    const reason = silenceReason(this.#parts.listener.current, this.#parts.endpoints);
    this.#deps.log.warn({ chain, reason }, 'chain is silent');
    this.#parts.queue.force({ kind: 'silent', chain, sinceMs, reason });
  }

  /** The queue is named for what it is and whose it is. */
  #measureQueue(): void {
    const queue = `${this.#parts.queue.name}-${this.options.chain.chain}`;
    this.#deps.meter.gauge('pegwatch_queue_length', { queue }, this.#parts.queue.length);
  }
}
