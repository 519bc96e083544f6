// Blocks that were due and are not covered: opened and closed by inputs alone, so that a replay has the same.

import type { HoleReason } from '../core/blind-spot.js';

export interface Hole {
  readonly from: number;
  readonly to: number;
  /** Null: all sources of the chain. */
  readonly sources: readonly string[] | null;
  readonly why: HoleReason;
  /** Time of the last block before it, as far as it is known: since then nothing was seen. */
  readonly sinceMs: number;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
}

/** Closed ones are kept for looking back; beyond this many the oldest are forgotten. */
export const maxClosed = 64;

/** What is passed over is read again later, out of order; the rest is read in order, only late. */
export function isPassedOver({ why }: { readonly why: HoleReason }): boolean {
  return why === 'unreadable' || why === 'reorg';
}

export function openHoles(holes: readonly Hole[]): readonly Hole[] {
  return holes.filter(({ closedAtMs }) => closedAtMs === null);
}

/** With one more that is open; what continues the newest is the same one, grown. */
export function grown(holes: readonly Hole[], added: Hole): readonly Hole[] {
  const last = holes.at(-1);
  const isSame =
    last !== undefined &&
    last.closedAtMs === null &&
    last.to + 1 === added.from &&
    !isPassedOver(last) &&
    last.sources === null &&
    added.sources === null;
  return isSame ? holes.with(-1, { ...last, to: added.to }) : [...holes, added];
}

/** Closes what lies within `from..to`; of a hole that reaches beyond, the rest stays open. */
export function closeWithin(holes: readonly Hole[], from: number, to: number, atMs: number): readonly Hole[] {
  const next = holes.flatMap((hole): Hole[] => {
    if (hole.closedAtMs !== null || hole.to < from || hole.from > to) return [hole];
    const rest: Hole[] = [];
    if (hole.from < from) rest.push({ ...hole, to: from - 1 });
    if (hole.to > to) rest.push({ ...hole, from: to + 1 });
    return [
      { ...hole, from: Math.max(from, hole.from), to: Math.min(to, hole.to), closedAtMs: atMs },
      ...rest,
    ];
  });
  return bounded(next);
}

/** What was only late is given up: the hole that passes it over takes its place, and is as old. */
export function takenOver(holes: readonly Hole[], given: Hole): readonly Hole[] {
  let { sinceMs, openedAtMs } = given;
  const left = holes.flatMap((hole): Hole[] => {
    const late = hole.closedAtMs === null && !isPassedOver(hole);
    if (!late || hole.to < given.from || hole.from > given.to) return [hole];
    sinceMs = Math.min(sinceMs, hole.sinceMs);
    openedAtMs = Math.min(openedAtMs, hole.openedAtMs);
    const before = hole.from < given.from ? [{ ...hole, to: given.from - 1 }] : [];
    const after = hole.to > given.to ? [{ ...hole, from: given.to + 1 }] : [];
    return [...before, ...after];
  });
  return [...left, { ...given, sinceMs, openedAtMs }];
}

/** Blocks above `keep` died: what was passed over there is of no interest any more; they are read anew, in order. */
export function rewindHoles(holes: readonly Hole[], keep: number, atMs: number): readonly Hole[] {
  if (!holes.some((hole) => hole.closedAtMs === null && isPassedOver(hole) && hole.to > keep)) return holes;
  return bounded(
    holes.map((hole) => {
      if (hole.closedAtMs !== null || !isPassedOver(hole) || hole.to <= keep) return hole;
      return hole.from > keep ? { ...hole, closedAtMs: atMs } : { ...hole, to: keep };
    }),
  );
}

function bounded(holes: readonly Hole[]): readonly Hole[] {
  let tooMany = holes.filter(({ closedAtMs }) => closedAtMs !== null).length - maxClosed;
  if (tooMany <= 0) return holes;
  return holes.filter(({ closedAtMs }) => closedAtMs === null || tooMany-- <= 0);
}
