// From signals to incidents. Signals wait in the severity heap; each step looks at the most urgent ones and folds
// them into the book. Because a block may die, the book is kept twice: `settled` holds what can no longer change,
// `book` what stands now, and `applied` the signals between the two. A retraction drops signals from `applied` and
// folds again from `settled`: the result is the book of a run that never saw them.

import { createHeap, type Heap, pop, push, removeWhere, urgency } from '../core/heap.js';
import type { Incident } from '../core/incident.js';
import { severityRank } from '../core/severity.js';
import type { Signal } from '../core/signal.js';
import type { IncidentSpec } from '../core/spec.js';
import {
  advance,
  applySignal,
  type Book,
  type BookChange,
  copyPages,
  emptyPages,
  nextDueMs,
  type Pages,
} from './book.js';
import type { ImpactTrail } from './impact-trail.js';
import { titleOf } from './title.js';

/** A signal with its place in history: the engine's step that raised it, and the time of that step. */
export interface Raised {
  readonly signal: Signal;
  readonly step: number;
  readonly atMs: number;
  /** Which lane raised it: the lanes speak in this order within a step. */
  readonly lane: number;
}

/** Plain data: part of the engine's checkpoint. */
export interface IncidentState {
  waiting: Heap<Raised>;
  settled: Pages;
  applied: Raised[];
  book: Book;
  trails: Map<string, ImpactTrail>;
  watch: Signal[];
  dueMs: number;
}

export function createIncidents(spec: IncidentSpec): IncidentState {
  return {
    waiting: createHeap(spec.triage.capacity),
    settled: emptyPages(),
    applied: [],
    ...emptyPages(),
    dueMs: Number.POSITIVE_INFINITY,
  };
}

/** Puts a signal into the heap; returns the signal that had to go where the heap was full. */
export function admit(state: IncidentState, raised: Raised, spec: IncidentSpec): Signal | null {
  const key = urgency(rankOf(raised.signal), raised.atMs, spec.triage.agingMs);
  return push(state.waiting, key, raised)?.signal ?? null;
}

/** The end of a matter is as urgent as a high one: a heap full of old news must not hide that it is over. */
function rankOf(signal: Signal): number {
  return signal.severity === null ? 3 : severityRank(signal.severity);
}

/** Lets time pass and looks at the most urgent waiting signals, at most `perStep` of them. */
export function triage(state: IncidentState, nowMs: number, spec: IncidentSpec): BookChange[] {
  if (nowMs < state.dueMs && state.waiting.entries.length === 0) return [];
  const changes = advance(state, nowMs, spec);
  for (let i = 0; i < spec.triage.perStep; i++) {
    const raised = pop(state.waiting);
    if (raised === undefined) break;
    state.applied.push({ ...raised, atMs: nowMs });
    const change = applySignal(state, raised.signal, nowMs, spec);
    if (change !== null) changes.push({ ...change, waitedMs: nowMs - raised.atMs });
  }
  state.dueMs = nextDueMs(state, spec);
  return changes;
}

/** What a retraction leaves; beside the incidents the watch signals that it brings, and those that never were. */
export interface Retraction {
  readonly changes: readonly BookChange[];
  readonly raised: readonly Signal[];
  readonly gone: readonly Signal[];
}

/**
 * Takes back signals whose block died, and puts those that the same ticks raise without that block where they belong
 * in history. Incidents that would never have opened come back as `retracted`, those that look different as `revised`.
 */
export function retract(
  state: IncidentState,
  dead: ReadonlySet<string>,
  revived: readonly Raised[],
  nowMs: number,
  spec: IncidentSpec,
): Retraction {
  const changes = advance(state, nowMs, spec);
  const { book: before, watch } = state;
  removeWhere(state.waiting, ({ signal }) => dead.has(signal.id));
  const kept = state.applied.filter(({ signal }) => !dead.has(signal.id));
  state.applied = [...kept, ...revived].sort(
    (a, b) => a.step - b.step || rankOf(b.signal) - rankOf(a.signal) || a.lane - b.lane,
  );
  Object.assign(state, copyPages(state.settled));
  for (const { signal, atMs } of state.applied) {
    advance(state, atMs, spec);
    applySignal(state, signal, atMs, spec);
  }
  advance(state, nowMs, spec);
  state.dueMs = nextDueMs(state, spec);
  return {
    changes: [...changes, ...differences(before, state.book, nowMs)],
    raised: without(state.watch, watch),
    gone: without(watch, state.watch),
  };
}

function without(some: readonly Signal[], others: readonly Signal[]): readonly Signal[] {
  const known = new Set(others.map(({ id }) => id));
  return some.filter(({ id }) => !known.has(id));
}

/** Moves signals that can no longer die, in order, from `applied` into `settled`. */
export function settle(state: IncidentState, isFinal: (signal: Signal) => boolean, spec: IncidentSpec): void {
  let count = 0;
  for (const { signal, atMs } of state.applied) {
    if (!isFinal(signal)) break;
    advance(state.settled, atMs, spec);
    applySignal(state.settled, signal, atMs, spec);
    count++;
  }
  if (count === 0) return;
  state.applied.splice(0, count);
  state.watch = [...without(state.watch, state.settled.watch)];
  state.settled.watch.length = 0;
}

function differences(before: Book, after: Book, nowMs: number): BookChange[] {
  const changes: BookChange[] = [];
  for (const [id, incident] of before) {
    const now = after.get(id);
    if (now !== undefined) {
      if (JSON.stringify(now) !== JSON.stringify(incident))
        changes.push({ incident: now, change: 'revised' });
    } else {
      const gone: Incident = { ...incident, life: 'retracted', closedAtMs: nowMs, updatedAtMs: nowMs };
      changes.push({ incident: { ...gone, title: titleOf(gone) }, change: 'retracted' });
    }
  }
  for (const [id, incident] of after) if (!before.has(id)) changes.push({ incident, change: 'opened' });
  return changes;
}
