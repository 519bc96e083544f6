import { sleep } from '../core/ports.js';
import type { Block } from '../core/reading.js';
import { cutRaw } from './cut-raw.js';
import type { Endpoint } from './endpoint.js';
import { fullJitter } from './full-jitter.js';
import type { ChainDeps } from './ports.js';
import { readHeader } from './read-header.js';
import type { RpcSocket } from './socket.js';
import type { Tuning } from './tuning.js';

export interface HeadListenerOptions {
  readonly chain: string;
  /** Those with a socket, in order of preference. */
  readonly endpoints: readonly Endpoint[];
  /** A subscription without a head for this long is deaf, whatever its pings and the others say. */
  readonly deafMs: number;
  /** Without a head for this long it is suspected, and others are asked. */
  readonly suspectMs: number;
  /** How long the others may take to answer, and a late head to arrive. */
  readonly settleMs: number;
}

/**
 * Keeps one socket subscribed to new heads, for ever: when it closes, fails or goes deaf, the next endpoint's turn
 * comes after a pause with full jitter. A head is a hint; that a socket has just been opened is one too.
 */
export class HeadListener {
  /** The endpoint that is being listened to. */
  current: string | null = null;
  #hear: (header: Block) => void = () => {};

  constructor(
    private readonly options: HeadListenerOptions,
    private readonly on: {
      readonly head: (header: Block) => void;
      readonly connected: (endpoint: string) => void;
      /** Asks another way than this endpoint's for the newest head; null where nobody answers. */
      readonly elsewhere: (endpoint: string) => Promise<Block | null>;
    },
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {}

  /** Resolves when the signal aborts. */
  async run(): Promise<void> {
    const { endpoints } = this.options;
    const { clock, random, signal, tuning } = this.deps;
    let attempt = 0;
    for (let turn = 0; endpoints.length > 0 && !signal.aborted; turn++) {
      const endpoint = endpoints[turn % endpoints.length];
      if (endpoint === undefined || endpoint.refused) {
        if (endpoints.every((one) => one.refused)) await sleep(clock, tuning.backoffCapMs, signal);
        continue;
      }
      const { reason, heads } = await this.#listen(endpoint);
      if (signal.aborted) return;
      if (heads > 0) attempt = 0;
      this.#lost(endpoint, reason);
      await sleep(clock, fullJitter(attempt++, tuning.backoffBaseMs, tuning.backoffCapMs, random), signal);
    }
  }

  async #listen(endpoint: Endpoint): Promise<{ readonly reason: string; readonly heads: number }> {
    let heads = 0;
    endpoint.onNotification = (result) => {
      const header = readHeader(result);
      if (header === null) return this.#malformed(endpoint, result);
      heads++;
      this.#hear(header);
      this.on.head(header);
    };
    const opened = await endpoint.socket();
    if (!opened.ok) return { reason: opened.failure.message, heads };
    const socket = opened.value;
    const [answer] = await socket.send(
      [{ method: 'eth_subscribe', params: ['newHeads'] }],
      this.deps.tuning.requestTimeoutMs,
    );
    if (answer?.ok !== true) {
      endpoint.dropSocket('subscribe-failed');
      return { reason: 'subscribe-failed', heads };
    }
    this.current = endpoint.name;
    this.on.connected(endpoint.name);
    const reason = await this.#untilLost(socket, endpoint.name);
    this.current = null;
    endpoint.onNotification = () => {};
    endpoint.dropSocket(reason);
    return { reason, heads };
  }

  /**
   * Resolves with why the socket is of no more use. A head that is overdue is only a suspicion, because a chain may be
   * slow: it is settled by asking another way, and the socket is deaf where others have a newer head by then.
   */
  #untilLost(socket: RpcSocket, endpoint: string): Promise<string> {
    const { clock } = this.deps;
    const { deafMs, suspectMs, settleMs } = this.options;
    return new Promise((resolve) => {
      let highest = -1;
      let elsewhere = -1;
      let cancelSuspicion = (): void => {};
      let cancelLimit = (): void => {};
      const suspect = (): void => {
        void this.on.elsewhere(endpoint).then((head) => {
          elsewhere = Math.max(elsewhere, head?.number ?? -1);
        });
        cancelSuspicion = clock.after(settleMs, () => {
          if (highest >= 0 && elsewhere > highest) return resolve('deaf');
          // A socket that has told nothing yet is measured by what the others say from now on.
          if (highest < 0) highest = elsewhere;
          cancelSuspicion = clock.after(suspectMs, suspect);
        });
      };
      const arm = (): void => {
        cancelSuspicion();
        cancelLimit();
        cancelSuspicion = clock.after(suspectMs, suspect);
        cancelLimit = clock.after(deafMs, () => resolve('deaf'));
      };
      arm();
      this.#hear = (header) => {
        highest = Math.max(highest, header.number);
        arm();
      };
      void socket.closed.then((reason) => {
        cancelSuspicion();
        cancelLimit();
        this.#hear = () => {};
        resolve(reason);
      });
    });
  }

  #lost(endpoint: Endpoint, reason: string): void {
    const { chain } = this.options;
    const [label = 'closed'] = reason.split(' ');
    const known = reasons.has(label) ? label : 'refused';
    this.deps.meter.count('pegwatch_socket_reconnects_total', {
      chain,
      endpoint: endpoint.name,
      reason: known,
    });
    this.deps.log.warn({ chain, endpoint: endpoint.name, reason }, 'socket lost');
  }

  #malformed(endpoint: Endpoint, raw: unknown): void {
    const { chain } = this.options;
    const atMs = this.deps.clock.now();
    const why = 'a head without a number, a hash or a time';
    this.deps.keepReject?.({ atMs, chain, endpoint: endpoint.name, why, raw: cutRaw(raw) });
    this.deps.meter.count('pegwatch_frames_malformed_total', { chain, endpoint: endpoint.name });
  }
}

/** The values of the label; whatever a node says beyond them is `refused`. */
const reasons: ReadonlySet<string> = new Set([
  'closed',
  'connect-failed',
  'connect-timeout',
  'deaf',
  'pong-timeout',
  'subscribe-failed',
]);
