import type { Input } from '../core/io.js';

/** The inputs that come from a chain. */
export type ChainInput = Extract<Input, { chain: string }>;

/** One that has no moment yet: engine time is stamped when the engine takes it, so that it never runs backwards. */
export type Unstamped = ChainInput extends infer One
  ? One extends unknown
    ? Omit<One, 'atMs'>
    : never
  : never;
