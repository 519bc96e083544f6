// What waits to be told, and until when.

import type { Incident } from '../core/incident.js';

/** Plain data: part of the engine's checkpoint. */
export interface Windows {
  windows: Map<string, AlertWindow>;
  /** When the first of them is over. */
  dueMs: number;
}

/** `group`: news of one coin and severity; `interval`, `repeat`, `held`: of one incident. */
export type WindowKind = 'group' | 'interval' | 'repeat' | 'held';

export interface AlertWindow {
  readonly kind: WindowKind;
  readonly channel: string;
  readonly dueAtMs: number;
  readonly incidents: Set<string>;
  /** Incidents that closed while they waited here: the book may have forgotten them when the window is over. */
  readonly closed: Map<string, Incident>;
}

interface Place {
  readonly kind: WindowKind;
  readonly channel: string;
  /** What the window is about beside its kind: the incident, or its coins and severity. */
  readonly about: string;
}

/** The incident waits here no longer than until `dueAtMs`: who came earlier with more patience is told with it. */
export function waitIn(state: Windows, place: Place, dueAtMs: number, incident: Incident): void {
  const open = state.windows.get(keyOf(place));
  if (open === undefined) openWindow(state, place, dueAtMs);
  else if (dueAtMs < open.dueAtMs) state.windows.set(keyOf(place), { ...open, dueAtMs });
  const window = state.windows.get(keyOf(place));
  state.dueMs = Math.min(state.dueMs, dueAtMs);
  window?.incidents.add(incident.id);
  if (incident.life === 'closed') window?.closed.set(incident.id, incident);
  else window?.closed.delete(incident.id);
}

/** The incident waits until `dueAtMs` and not for what was waited for before. */
export function waitAnew(state: Windows, place: Place, dueAtMs: number, incident: Incident): void {
  openWindow(state, place, dueAtMs).incidents.add(incident.id);
}

/** Takes out the windows that are over, one by one: what is told meanwhile may open others. */
export function* takeDue(state: Windows, nowMs: number): Generator<AlertWindow> {
  if (nowMs < state.dueMs) return;
  for (const [key, window] of state.windows) {
    if (window.dueAtMs > nowMs) continue;
    state.windows.delete(key);
    yield window;
  }
  state.dueMs = firstDueMs(state);
}

/** A gate may have opened before its time: everything that is kept back is due now. */
export function askAgain(state: Windows, nowMs: number): void {
  for (const [key, window] of state.windows)
    if (window.kind === 'held') state.windows.set(key, { ...window, dueAtMs: nowMs });
  state.dueMs = firstDueMs(state);
}

function openWindow(state: Windows, place: Place, dueAtMs: number): AlertWindow {
  const { kind, channel } = place;
  const window = { kind, channel, dueAtMs, incidents: new Set<string>(), closed: new Map() };
  state.windows.set(keyOf(place), window);
  state.dueMs = Math.min(state.dueMs, dueAtMs);
  return window;
}

function keyOf({ channel, kind, about }: Place): string {
  return `${channel}|${kind}|${about}`;
}

function firstDueMs(state: Windows): number {
  let due = Number.POSITIVE_INFINITY;
  for (const window of state.windows.values()) due = Math.min(due, window.dueAtMs);
  return due;
}
