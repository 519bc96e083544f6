import type { EndpointConfig } from '../config/config.js';
import { failAll } from './answers.js';
import { cutRaw } from './cut-raw.js';
import { httpSend } from './http-send.js';
import { failed, type Outcome, type RpcAnswer, type RpcCall } from './json-rpc.js';
import type { ChainDeps } from './ports.js';
import { type Priority, type RequestQueue, requestQueue } from './request-queue.js';
import { RpcSocket } from './socket.js';
import type { Tuning } from './tuning.js';

export interface EndpointOptions {
  readonly chain: string;
  readonly chainId: number;
  readonly endpoint: EndpointConfig;
}

/**
 * One configured endpoint: a socket, an HTTP address, or both, behind one queue. Before a way is used for the first
 * time it must name the right chain; an endpoint that does not is refused for a while.
 */
export class Endpoint {
  readonly name: string;
  /** Called for each notification of the present socket. */
  onNotification: (result: unknown) => void = () => {};
  readonly #queue: RequestQueue;
  #socket: Promise<Outcome<RpcSocket>> | null = null;
  /** The same, once it is open and verified: nobody waits for a handshake who has another way. */
  #open: RpcSocket | null = null;
  #httpTrusted = false;
  #callsAsked = 0;
  #refusedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly options: EndpointOptions,
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {
    this.name = options.endpoint.name;
    this.#queue = requestQueue(options.endpoint.requestsPerSecond, deps.tuning.concurrency, deps.clock);
  }

  get hasSocket(): boolean {
    return this.options.endpoint.ws !== null;
  }

  /** True while the endpoint stands convicted of serving another chain. */
  get refused(): boolean {
    return this.deps.clock.now() < this.#refusedUntilMs;
  }

  /** JSON-RPC calls sent here since the start: what a provider counts, and bills. */
  get callsAsked(): number {
    return this.#callsAsked;
  }

  /** Calls a second that this endpoint is asked at most, by what it has refused lately. */
  get pacePerSecond(): number {
    return this.#queue.pace.perSecond;
  }

  /** It may not be asked at this moment: its budget is spent. */
  get isSpent(): boolean {
    return this.#queue.pace.waitMs(1) > 0;
  }

  /** Asks all calls here and nowhere else, in as few frames as the endpoint's batch size allows. Never rejects. */
  async send(calls: readonly RpcCall[], priority: Priority): Promise<readonly RpcAnswer[]> {
    const { batch } = this.options.endpoint;
    const frames: Promise<readonly RpcAnswer[]>[] = [];
    for (let i = 0; i < calls.length; i += batch)
      frames.push(this.#frame(calls.slice(i, i + batch), priority));
    return (await Promise.all(frames)).flat();
  }

  /** The open, verified socket; opened where there is none. */
  socket(): Promise<Outcome<RpcSocket>> {
    if (this.#socket === null) {
      const opening = this.#openSocket();
      this.#socket = opening;
      void opening.then(async (socket) => {
        if (socket.ok && this.#socket === opening) this.#open = socket.value;
        if (socket.ok) await socket.value.closed;
        if (this.#socket === opening) this.#socket = null;
      });
    }
    return this.#socket;
  }

  /** Gives the socket up; the next use opens another. */
  dropSocket(reason: string): void {
    const dropped = this.#socket;
    this.#socket = null;
    this.#open = null;
    void dropped?.then((socket) => socket.ok && socket.value.end(reason));
  }

  /** Before it is used again it must name its chain again: behind one address another node may answer now. */
  distrust(): void {
    this.#httpTrusted = false;
    this.dropSocket('distrusted');
  }

  async #frame(calls: readonly RpcCall[], priority: Priority): Promise<readonly RpcAnswer[]> {
    const { signal } = this.deps;
    const answers = await this.#queue.run(priority, calls.length, signal, () =>
      this.#transmit(calls, priority),
    );
    if (answers === 'aborted') return failAll(calls.length, failed('aborted', 'stopping'));
    this.#count(calls, answers);
    if (answers.some((answer) => !answer.ok && answer.failure.kind === 'rate-limited')) this.#slowDown();
    return answers;
  }

  async #transmit(calls: readonly RpcCall[], priority: Priority): Promise<readonly RpcAnswer[]> {
    const { ws, http } = this.options.endpoint;
    const { requestTimeoutMs } = this.deps.tuning;
    // A huge answer on the socket would hold up the heads behind it: back-fill takes the other way where there is one.
    const bySocket = http === null || (priority !== 'backfill' && this.#open?.isOpen === true);
    if (bySocket && ws !== null) {
      const socket = await this.socket();
      return socket.ok ? socket.value.send(calls, requestTimeoutMs) : failAll(calls.length, socket);
    }
    if (http === null)
      return failAll(calls.length, failed('transport', 'no way to this endpoint is configured'));
    if (!this.#httpTrusted) {
      const verdict = this.#judge(await this.#post(http, [{ method: 'eth_chainId', params: [] }]));
      if (!verdict.ok) return failAll(calls.length, verdict);
      this.#httpTrusted = true;
    }
    return this.#post(http, calls);
  }

  #post(url: string, calls: readonly RpcCall[]): Promise<readonly RpcAnswer[]> {
    const { clock, post, signal, tuning } = this.deps;
    const options = { timeoutMs: tuning.requestTimeoutMs, signal };
    return httpSend(url, calls, options, {
      clock,
      post,
      onMalformed: (why, raw) => this.#malformed(why, raw),
    });
  }

  async #openSocket(): Promise<Outcome<RpcSocket>> {
    const { clock, connect, signal, tuning } = this.deps;
    const { ws } = this.options.endpoint;
    if (ws === null) return failed('transport', 'no socket is configured');
    if (signal.aborted) return failed('aborted', 'stopping');
    const socket = new RpcSocket(
      { url: ws },
      {
        clock,
        connect,
        tuning,
        onNotification: (result) => this.onNotification(result),
        onMalformed: (why, raw) => this.#malformed(why, raw),
      },
    );
    const stop = (): void => socket.end('shutdown');
    signal.addEventListener('abort', stop, { once: true });
    void socket.closed.then(() => signal.removeEventListener('abort', stop));
    if (!(await socket.opened)) return failed('transport', await socket.closed);
    const verdict = this.#judge(
      await socket.send([{ method: 'eth_chainId', params: [] }], tuning.requestTimeoutMs),
    );
    if (verdict.ok) return { ok: true, value: socket };
    socket.end(verdict.failure.kind);
    return verdict;
  }

  #judge([answer]: readonly RpcAnswer[]): Outcome<true> {
    if (answer === undefined) return failed('malformed', 'no answer to eth_chainId');
    if (!answer.ok) return answer;
    const { chain, chainId } = this.options;
    if (typeof answer.value !== 'string' || !/^0x[0-9a-f]{1,13}$/i.test(answer.value)) {
      return failed('malformed', 'eth_chainId gave no number');
    }
    const actual = Number(answer.value);
    if (actual === chainId) return { ok: true, value: true };
    const { clock, log, tuning } = this.deps;
    this.#refusedUntilMs = clock.now() + tuning.refusedForMs;
    this.#httpTrusted = false;
    log.error(
      { chain, endpoint: this.name, expected: chainId, actual },
      'endpoint serves another chain and is refused',
    );
    return failed('wrong-chain', `serves chain ${actual}, not ${chainId}`);
  }

  #slowDown(): void {
    const { chain } = this.options;
    this.#queue.pace.refused();
    this.deps.meter.count('pegwatch_rpc_rate_refusals_total', { chain, endpoint: this.name });
  }

  #malformed(why: string, raw: unknown): void {
    const { chain } = this.options;
    this.deps.keepReject?.({
      atMs: this.deps.clock.now(),
      chain,
      endpoint: this.name,
      why,
      raw: cutRaw(raw),
    });
    this.deps.meter.count('pegwatch_frames_malformed_total', { chain, endpoint: this.name });
  }

  #count(calls: readonly RpcCall[], answers: readonly RpcAnswer[]): void {
    const { chain } = this.options;
    this.#callsAsked += calls.length;
    for (const [i, { method }] of calls.entries()) {
      const answer = answers[i];
      const outcome = answer === undefined ? 'malformed' : answer.ok ? 'ok' : answer.failure.kind;
      this.deps.meter.count('pegwatch_rpc_requests_total', { chain, endpoint: this.name, method, outcome });
    }
  }
}
