// All that one file of this folder says about its kind of channel. The configuration reads its rows and the shell makes
// its channels by this alone: neither knows a kind by name, and `index.ts` lists them.

import type { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import type { Secret } from '../../edge/redact.js';
import type { ChannelDeps, Send } from './channel.js';

/** What the edge needs of every channel. */
export interface ChannelBase<Kind extends string = string> {
  readonly kind: Kind;
  /** Stands everywhere instead of the address. */
  readonly name: string;
  readonly timeoutMs: number;
}

/** Of what goes over HTTP, to a `url` or an `apiUrl`: this machine and local networks are refused unless it is allowed. */
export interface Guarded {
  readonly allowPrivate: boolean;
}

/** Methods, so that a list may hold kinds of different fields: each is given only what came from its own. */
export interface ChannelKind<Kind extends string, Fields extends z.ZodRawShape, Settings extends object> {
  readonly kind: Kind;
  /**
   * The keys of a row under `channels:` beside those that all rows have. One that a file may give (`<key>_file`) is a
   * secret: it may not be written out, but for a `url`, of which `urlIsSecret` decides.
   */
  readonly fields: Fields;
  /** Of these keys one says where it leads: none is a fault, an empty one leaves the channel out. Left out: no need. */
  readonly address?: readonly string[];
  /** What the address is no use without; null: nothing. Asked of the fields that are sound. */
  lacks?(row: { readonly [Key in keyof Row<Fields>]?: Row<Fields>[Key] | undefined }): {
    readonly key: string;
    readonly hint: string;
  } | null;
  /** Whether this `url` is a password by itself. Left out: never. */
  urlIsSecret?(url: unknown): boolean;
  /** What the edge needs beside the base: all secrets in place, nothing that only the engine wants. */
  settings(row: Row<Fields>): Settings;
  /** What must not leave the process as text. */
  secrets(config: ChannelBase<Kind> & Settings): readonly Secret[];
  /** Whether the message of an incident can be edited, and an edit rings nobody. Left out: it cannot. */
  editsInSilence?(config: ChannelBase<Kind> & Settings): boolean;
  /**
   * How often the numbers of a standing incident are brought up to date, null for never; a hint as text where that was
   * asked for and cannot be. Left out: what the row says under `digestMs`, never where it has no such key.
   */
  digestMs?(row: Row<Fields>): number | null | string;
  /** How an alert is brought to the receiver. */
  sender(config: ChannelBase<Kind> & Settings, deps: ChannelDeps): Send;
  /** What would leave the process for the first alert of an incident, as text. Left out: what `deps.post` is given. */
  shown?(config: ChannelBase<Kind> & Settings, alert: Alert): string;
}

type Row<Fields extends z.ZodRawShape> = z.output<z.ZodObject<Fields>>;

/** Any of them, its own types forgotten. */
export type AnyChannelKind = ChannelKind<string, z.ZodRawShape, object>;

/** Only for the compiler, which works out the types of one kind here and holds `address` against its fields. */
export function channelKind<const Kind extends string, Fields extends z.ZodRawShape, Settings extends object>(
  kind: ChannelKind<Kind, Fields, Settings> & { readonly address?: readonly (keyof Fields & string)[] },
): ChannelKind<Kind, Fields, Settings> {
  return kind;
}
