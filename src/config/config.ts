// The configuration once it is read, checked, filled with secrets and frozen. `spec` goes into the engine and the
// journal; everything else stays at the edge.

import type { HookConfig } from '../alerts/channels/hook.js';
import type { ChannelConfig } from '../alerts/channels/index.js';
import type { ChainName } from '../core/chain.js';
import type { Spec } from '../core/spec.js';
import type { OutlookModel } from '../outlook/model.js';

export interface EndpointConfig {
  /** Shown everywhere instead of the URL, which may hold a key. */
  readonly name: string;
  /** WebSocket URL for heads and requests; null: this endpoint answers requests only. */
  readonly ws: string | null;
  /** HTTP URL for requests; null: requests go over the socket. */
  readonly http: string | null;
  readonly requestsPerSecond: number;
  /** Most JSON-RPC calls in one batch. */
  readonly batch: number;
}

export interface ChainConfig {
  readonly chain: ChainName;
  readonly chainId: number;
  readonly blockTimeMs: number;
  /** No head for this long: the chain is silent. */
  readonly silenceMs: number;
  readonly finality: {
    /** Whether endpoints serve the `finalized` block tag truthfully. */
    readonly tag: boolean;
    /** Blocks below the head by this much count as final where the tag is not served. */
    readonly depth: number;
    /** No new final block for this long while blocks come is a signal; left out: never. */
    readonly stalledAfterMs?: number;
    /** Light blocks kept at least, so that reorgs down to here can be repaired. */
    readonly keep: number;
  };
  /** Largest block range of one `eth_getLogs` while filling a gap. */
  readonly logRange: number;
  /** So many endpoints must agree before a critical is confirmed; left out: 1. */
  readonly agreement?: number;
  /** How often state is read again by call even where no event asked for it. */
  readonly pollMs: number;
  /** In order of preference. */
  readonly endpoints: readonly EndpointConfig[];
}

export interface Config {
  readonly spec: Spec;
  readonly chains: readonly ChainConfig[];
  readonly store: {
    readonly folder: string;
    /** Below this much free space an alarm is given. */
    readonly softFreeBytes: number;
    /** Below this much free space nothing more is taken in; alerts go on. */
    readonly hardFreeBytes: number;
    /** Size of the file that is given up when the disk is nearly full; 0 for none. */
    readonly ballastBytes: number;
    /** How often the engine's state is kept, so that a start need not fold the whole journal. */
    readonly checkpointMs: number;
  };
  /** `writeToken`: who sends it may silence; null: nobody may. */
  readonly http: { readonly host: string; readonly port: number; readonly writeToken: string | null };
  readonly channels: readonly ChannelConfig[];
  /** Where the hooks of playbooks call; those in dry-run need no place. */
  readonly hooks: readonly HookConfig[];
  /** The trained model of the outlook (model.json); null where there is none. */
  readonly model: OutlookModel | null;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
}
