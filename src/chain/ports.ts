// What the chain room is handed by the edge, so that the whole of it also runs in a seeded simulation.

import type { Clock, Log, Meter, Random } from '../core/ports.js';
import type { Reject } from '../core/reject.js';
import type { Tuning } from './tuning.js';

export interface SocketLike {
  send(text: string): void;
  ping(): void;
  /** Says goodbye politely. */
  close(): void;
  /** Ends it at once, without a word. */
  terminate(): void;
}

export interface SocketEvents {
  opened(): void;
  message(text: string): void;
  pong(): void;
  /** Exactly once, also where the connection was never made. `detail` is a code or a status, never a URL. */
  closed(detail: string): void;
}

export type Connect = (url: string, events: SocketEvents) => SocketLike;

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The `retry-after` header as it came. */
  readonly retryAfter: string | null;
}

/** Rejects where no answer came; the room never shows the rejection's words, which may hold the URL. */
export type Post = (url: string, body: string, signal: AbortSignal) => Promise<HttpAnswer>;

export interface ChainDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly meter: Meter;
  readonly connect: Connect;
  readonly post: Post;
  /** Ends everything: sockets, requests, timers, `inputs()`. */
  readonly signal: AbortSignal;
  readonly tuning?: Partial<Tuning>;
  /** Keeps what a node said that made no sense, for a person to look at. */
  readonly keepReject?: (reject: Reject) => void;
}
