// What a lane remembers, and how it takes back what a dead block did: before a block or a tick changes a source, the
// source's slot is kept in that moment; undoing puts the slots back, newest moment first.

import type { Block, ChainName, Hex, SourceSpec } from '../core/types.js';
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
  /** The engine's step, and its time. */
  readonly step: number;
  readonly atMs: number;
  readonly before: Map<string, Slot>;
  /** Ids of the signals that it raised. */
  readonly signals: string[];
}

/** Plain data: part of the engine's checkpoint. */
export interface LaneState {
  readonly chain: ChainName;
  readonly slots: Map<string, Slot>;
  /** Oldest first, from the first block that may still die. */
  readonly moments: Moment[];
  readonly emitters: Map<string, Hex>;
  /** Subjects whose rule could not be evaluated when it was last asked. */
  readonly degraded: Set<string>;
  head: Block | null;
  finalized: number;
  readonly finality: FinalityWatch;
  readonly disagreement: DisagreementWatch;
  /** No head is heard. */
  silent: boolean;
  /** It was told that blocks are missing. */
  blind: boolean;
}

/** More moments than this are not kept: a chain whose finality stands still must not fill the memory. */
const maxMoments = 20_000;

export function createLaneState(chain: ChainName): LaneState {
  return {
    chain,
    slots: new Map(),
    moments: [],
    emitters: new Map(),
    degraded: new Set(),
    head: null,
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

export function createMoment(block: Moment['block'], atMs: number, step: number): Moment {
  return { block, step, atMs, before: new Map(), signals: [] };
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

/** Takes back everything from the first moment of a block above `number` on; returns it, oldest first. */
export function undoAbove(state: LaneState, number: number): readonly Moment[] {
  const first = state.moments.findIndex(({ block }) => block !== null && block.number > number);
  if (first < 0) return [];
  const undone = state.moments.splice(first);
  for (let i = undone.length - 1; i >= 0; i--) {
    for (const [id, slot] of undone[i]?.before ?? []) state.slots.set(id, slot);
  }
  return undone;
}

/** Forgets what can no longer be undone. Ticks after the last final block stay: they may have to pass again. */
export function forgetFinal(state: LaneState): void {
  const { moments, finalized } = state;
  const risky = moments.findIndex(({ block }) => block !== null && block.number > finalized);
  if (risky < 0) {
    moments.length = 0;
    return;
  }
  let safe = risky;
  while (safe > 0 && moments[safe - 1]?.block === null) safe--;
  moments.splice(0, safe);
}
