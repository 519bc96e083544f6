// What a lane remembers, and how it takes back what a dead block did: before a block or a tick changes a source, the
// source's slot is kept in that moment; undoing puts the slots back, newest moment first.

import type { ChainName } from '../core/chain.js';
import type { Hex } from '../core/hex.js';
import type { Block } from '../core/reading.js';
import type { SourceSpec } from '../core/source.js';
import { cloneSeries, createSeries } from '../series/index.js';
import type { Series } from '../series/series.js';
import { createDisagreementWatch, type DisagreementWatch } from './disagreement.js';
import type { FinalityWatch } from './finality-stall.js';
import type { Standing, Subject } from './standing.js';

/** A source's series and what stands against it. */
export interface Slot {
  /** The source's configuration as JSON: a source that is configured otherwise starts anew. */
  readonly print: string;
  readonly series: Series;
  /** Shared with the slots of earlier moments until it changes, which is seldom: see `setStanding`. */
  standings: ReadonlyMap<string, { readonly subject: Subject; readonly standing: Standing }>;
}

/** Something that changed slots, with how they were before: enough to take it back. */
export interface Moment {
  /** Null for a tick. */
  readonly block: Block | null;
  /** The newest block by then: the moment falls with it, a tick too, because it judged up to that block's time. */
  readonly upTo: number;
  /** The engine's step, and its time. */
  readonly step: number;
  readonly atMs: number;
  /** No head was heard at that time. */
  readonly silent: boolean;
  readonly before: Map<string, Slot>;
  /** Ids of the signals that it raised. */
  readonly signals: string[];
}

export type Head = Pick<Block, 'number' | 'timeMs'>;

/** Plain data: part of the engine's checkpoint. */
export interface LaneState {
  readonly chain: ChainName;
  readonly slots: Map<string, Slot>;
  /** Oldest first, from the first block that may still die. */
  readonly moments: Moment[];
  readonly emitters: Map<string, Hex>;
  /** Subjects whose rule could not be evaluated when it was last asked. */
  readonly degraded: Set<string>;
  /** Number and time of the blocks that may still die, oldest first, after the last that cannot. */
  readonly heads: Head[];
  finalized: number;
  readonly finality: FinalityWatch;
  readonly disagreement: DisagreementWatch;
  /** No head is heard. */
  silent: boolean;
  /** It was told that blocks are missing. */
  blind: boolean;
}

/** More moments than this are not kept, nor heads: a chain whose finality stands still must not fill the memory. */
const maxMoments = 20_000;

export function createLaneState(chain: ChainName): LaneState {
  return {
    chain,
    slots: new Map(),
    moments: [],
    emitters: new Map(),
    degraded: new Set(),
    heads: [],
    finalized: -1,
    finality: { movedAtMs: null, stalled: false },
    disagreement: createDisagreementWatch(),
    silent: false,
    blind: false,
  };
}

export function createSlot(spec: SourceSpec): Slot {
  return { print: JSON.stringify(spec), series: createSeries(spec), standings: new Map() };
}

export function createMoment(
  { heads, silent }: LaneState,
  block: Moment['block'],
  atMs: number,
  step: number,
): Moment {
  return { block, upTo: heads.at(-1)?.number ?? -1, step, atMs, silent, before: new Map(), signals: [] };
}

export function keepHead({ heads }: LaneState, { number, timeMs }: Block): void {
  heads.push({ number, timeMs });
  if (heads.length > maxMoments) heads.shift();
}

/** The moment up to which the chain was heard. A block may bear a time that is yet to come. */
export function heardUntil({ heads }: LaneState, nowMs: number): number {
  return Math.min(nowMs, heads.at(-1)?.timeMs ?? nowMs);
}

export function slotOf(state: LaneState, id: string): Slot {
  const slot = state.slots.get(id);
  if (slot === undefined) throw new Error(`no such source: ${id}`);
  return slot;
}

/** The slot, ready to be changed: what it was is kept in the moment first. */
export function touchSlot(state: LaneState, id: string, moment: Moment): Slot {
  const slot = slotOf(state, id);
  if (moment.before.has(id)) return slot;
  moment.before.set(id, slot);
  const copy: Slot = { print: slot.print, series: cloneSeries(slot.series), standings: slot.standings };
  state.slots.set(id, copy);
  return copy;
}

/** Lets a standing stand from this moment on; earlier ones keep theirs. */
export function setStanding(
  state: LaneState,
  moment: Moment,
  key: string,
  subject: Subject,
  standing: Standing,
): Slot {
  const slot = touchSlot(state, subject.source, moment);
  slot.standings = new Map(slot.standings).set(key, { subject, standing });
  return slot;
}

export function keepMoment(state: LaneState, moment: Moment): void {
  state.moments.push(moment);
  if (state.moments.length > maxMoments) state.moments.shift();
}

/** Takes back everything from the first moment that knew a block above `number` on; returns it, oldest first. */
export function undoAbove(state: LaneState, number: number): readonly Moment[] {
  // The last one stays in any case: until a block comes, nothing better tells how far the chain was heard.
  while (state.heads.length > 1 && (state.heads.at(-1)?.number ?? -1) > number) state.heads.pop();
  const first = state.moments.findIndex(({ upTo }) => upTo > number);
  if (first < 0) return [];
  const undone = state.moments.splice(first);
  for (let i = undone.length - 1; i >= 0; i--) {
    for (const [id, slot] of undone[i]?.before ?? []) state.slots.set(id, slot);
  }
  return undone;
}

/** Forgets what can no longer be undone. Ticks after the last final block stay: they may have to pass again. */
export function forgetFinal(state: LaneState): void {
  const { moments, heads, finalized } = state;
  const riskyHead = heads.findIndex(({ number }) => number > finalized);
  heads.splice(0, (riskyHead < 0 ? heads.length : riskyHead) - 1);
  const risky = moments.findIndex(({ upTo }) => upTo > finalized);
  if (risky < 0) {
    moments.length = 0;
    return;
  }
  let safe = risky;
  while (safe > 0 && moments[safe - 1]?.block === null) safe--;
  moments.splice(0, safe);
}
