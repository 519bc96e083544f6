import type { Clock } from '../core/ports.js';
import { failAll, readAnswers } from './answers.js';
import { encodeCalls, failed, objectOf, type RpcAnswer, type RpcCall } from './json-rpc.js';
import type { Connect, SocketLike } from './ports.js';
import type { Tuning } from './tuning.js';

export interface SocketDeps {
  readonly clock: Clock;
  readonly connect: Connect;
  readonly tuning: Tuning;
  /** The `result` of an `eth_subscription` notification. */
  readonly onNotification: (result: unknown) => void;
  /** A frame (or a member of one) that is nothing we asked for; it is dropped. */
  readonly onMalformed: (why: string, raw: unknown) => void;
}

interface Batch {
  readonly firstId: number;
  readonly answers: (RpcAnswer | undefined)[];
  left: number;
  readonly settle: (rest: ReturnType<typeof failed>) => void;
}

/**
 * One connection that speaks JSON-RPC, from connect to close; a reconnect is a new `RpcSocket`. Requests find their
 * answers by id and each has a deadline; a ping without a pong ends the connection, because a half-open one shows
 * no other sign. Requests under way are bounded by the queue in front of it (`request-queue.ts`).
 */
export class RpcSocket {
  /** Resolves true once open, false where that never came. */
  readonly opened: Promise<boolean>;
  /** Resolves with why it ended. */
  readonly closed: Promise<string>;
  #socket: SocketLike;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  #nextId = 1;
  /**
   * Oldest first. Few, so an id is looked for in turn: a map would grow and shrink with every batch, and the tables
   * that it leaves behind keep whole answers alive until the next full collection, which took a third of all time.
   */
  #batches: readonly Batch[] = [];
  #cancelTimer: () => void;
  #onOpened: (open: boolean) => void = () => {};
  #onClosed: (reason: string) => void = () => {};

  constructor(
    private readonly options: { readonly url: string },
    private readonly deps: SocketDeps,
  ) {
    this.opened = new Promise((resolve) => {
      this.#onOpened = resolve;
    });
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    this.#cancelTimer = deps.clock.after(deps.tuning.connectTimeoutMs, () => this.end('connect-timeout'));
    this.#socket = deps.connect(options.url, {
      opened: () => this.#open(),
      message: (text) => this.#receive(text),
      pong: () => this.#pingLater(),
      closed: (detail) =>
        this.#finish(this.#state === 'connecting' ? `connect-failed ${detail}` : `closed ${detail}`),
    });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** One frame for all calls. Never rejects: what is not answered in time fails with `timeout`. */
  send(calls: readonly RpcCall[], timeoutMs: number): Promise<readonly RpcAnswer[]> {
    if (this.#state !== 'open')
      return Promise.resolve(failAll(calls.length, failed('transport', 'socket is closed')));
    const firstId = this.#nextId;
    this.#nextId += calls.length;
    return new Promise((resolve) => {
      const cancel = this.deps.clock.after(timeoutMs, () =>
        batch.settle(failed('timeout', 'no answer in time')),
      );
      const batch: Batch = {
        firstId,
        answers: new Array<RpcAnswer | undefined>(calls.length),
        left: calls.length,
        settle: (rest) => {
          cancel();
          this.#batches = this.#batches.filter((one) => one !== batch);
          resolve(Array.from(batch.answers, (answer) => answer ?? rest));
        },
      };
      this.#batches = [...this.#batches, batch];
      this.#socket.send(encodeCalls(calls, firstId));
    });
  }

  /** Ends the connection at once; what was under way fails. Politely only where the other side may still listen. */
  end(reason: string): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#finish(reason);
    if (wasOpen) this.#socket.close();
    this.#socket.terminate();
  }

  #open(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#onOpened(true);
    this.#pingLater();
  }

  #finish(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelTimer();
    for (const batch of this.#batches) batch.settle(failed('transport', 'socket closed'));
    this.#onOpened(false);
    this.#onClosed(reason);
  }

  #pingLater(): void {
    if (this.#state !== 'open') return;
    this.#cancelTimer();
    this.#cancelTimer = this.deps.clock.after(this.deps.tuning.pingEveryMs, () => {
      this.#cancelTimer = this.deps.clock.after(this.deps.tuning.pongWithinMs, () =>
        this.end('pong-timeout'),
      );
      this.#socket.ping();
    });
  }

  #receive(text: string): void {
    if (this.#state !== 'open') return;
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      this.deps.onMalformed('a frame that is no JSON', text);
      return;
    }
    const fields = objectOf(body);
    if (fields?.method === 'eth_subscription') {
      const params = objectOf(fields.params);
      if (params && 'result' in params) this.deps.onNotification(params.result);
      else this.deps.onMalformed('a notification without a result', body);
      return;
    }
    readAnswers(
      body,
      [this.options.url],
      (id, answer) => this.#take(id, answer),
      (member, answer) => this.#stray(member, answer),
    );
  }

  #take(id: number, answer: RpcAnswer): boolean {
    const batch = this.#batchOf(id);
    // An id that was ours and is gone: the answer came after its deadline, or a second time.
    if (batch === null) return Number.isInteger(id) && id > 0 && id < this.#nextId;
    batch.answers[id - batch.firstId] = answer;
    if (--batch.left === 0) batch.settle(failed('other', 'unreachable: every call was answered'));
    return true;
  }

  /** The batch that waits for the answer with this id. */
  #batchOf(id: number): Batch | null {
    if (!Number.isInteger(id)) return null;
    for (const batch of this.#batches) {
      const at = id - batch.firstId;
      if (at >= 0 && at < batch.answers.length) return batch.answers[at] === undefined ? batch : null;
    }
    return null;
  }

  /** A refusal of a whole batch comes without an id: it belongs to the oldest one under way. */
  #stray(member: unknown, answer: RpcAnswer | null): void {
    const [oldest] = this.#batches;
    if (answer && !answer.ok && objectOf(member)?.id === null && oldest) oldest.settle(answer);
    else this.deps.onMalformed('a frame that answers nothing we asked', member);
  }
}
