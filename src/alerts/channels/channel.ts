// What a channel does: it brings one alert to one receiver. When, in which order and how often it is tried is the
// outbox's business.

import type { Alert } from '../../core/alert.js';
import type { Clock } from '../../core/ports.js';

export type SendResult =
  /** `remember` is handed back with the next alert of the incident, over restarts too. */
  | { readonly kind: 'delivered'; readonly remember?: string }
  /** Not now: try again, no sooner than `afterMs` where the receiver named a time. `problem` holds no URL. */
  | { readonly kind: 'retry'; readonly afterMs?: number; readonly problem: string }
  /** Never: trying again makes no sense. */
  | { readonly kind: 'refused'; readonly problem: string };

/** What the outbox knows of an incident's conversation with a channel beside the alert itself. */
export interface Conversation {
  /** What the channel asked to remember last; null at the beginning. */
  readonly previous: string | null;
  /** How many alerts that never arrived this one stands for. */
  readonly superseded: number;
}

/** Never rejects and always ends: each channel bounds its own waiting. `attempt` counts from 1. */
export type Send = (
  alert: Alert,
  attempt: number,
  signal: AbortSignal,
  conversation?: Conversation,
) => Promise<SendResult>;

export interface Channel {
  /** As configured; stands in logs and metrics instead of the address. */
  readonly name: string;
  readonly kind: string;
  readonly send: Send;
}

/** Outgoing HTTP as the channels need it; `edge/post-for-channels.ts` is the real one. */
export type HttpPost = (
  url: string,
  request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
    readonly maxBytes: number;
    readonly method?: 'POST' | 'PATCH';
    /** Addresses of this machine and of local networks are refused. */
    readonly publicOnly: boolean;
  },
) => Promise<{
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}>;

export interface ChannelDeps {
  readonly post: HttpPost;
  readonly clock: Clock;
  /** Takes secrets out of what a receiver answered, before it is kept as the problem. */
  readonly redact: (text: string) => string;
  readonly version: string;
}
