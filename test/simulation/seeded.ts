// Random numbers that come from a seed alone. Each part of a simulation draws from a stream of its own, named for it,
// so that one more draw in one part does not change what all the others see.

import { hashOf } from '../../src/core/hash.js';

export interface Seeded {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number;
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
  stream(name: string): Seeded;
}

export function seeded(seed: string): Seeded {
  let state = Number.parseInt(hashOf(seed).slice(0, 8), 16) | 0;
  // Mulberry32 (Tommy Ettinger): one word of state, passes gjrand; more is not needed here.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    int: (least, most) => least + Math.floor(next() * (most - least + 1)),
    between: (least, most) => least + next() * (most - least),
    chance: (probability) => next() < probability,
    pick: <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!,
    stream: (name) => seeded(`${seed}/${name}`),
  };
}
