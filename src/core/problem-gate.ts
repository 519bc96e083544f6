// Problems are kept with what was wrong, and whoever sends nonsense may send it for ever: so many are kept in each hour
// of engine time, of each kind and source and in all, and how many were left out is kept in their place.

import type { Problem } from './problem.js';

export interface ProblemGate {
  /** Counted from 1970. */
  hour: number;
  kept: number;
  /** By code and source. */
  bySubject: Map<string, { kept: number; leftOut: number; problem: Problem }>;
}

const hourMs = 3_600_000;
export const mostOfSubject = 20;
export const mostInAll = 200;

export function createProblemGate(): ProblemGate {
  return { hour: 0, kept: 0, bySubject: new Map() };
}

/** The problem where it is to be kept; null where it was only counted. */
export function admitProblem(gate: ProblemGate, problem: Problem): Problem | null {
  const key = `${problem.code} ${problem.chain} ${problem.source}`;
  const subject = gate.bySubject.get(key) ?? { kept: 0, leftOut: 0, problem: { ...problem, raw: null } };
  gate.bySubject.set(key, subject);
  if (subject.kept >= mostOfSubject || gate.kept >= mostInAll) {
    subject.leftOut++;
    return null;
  }
  subject.kept++;
  gate.kept++;
  return problem;
}

/** When an hour is over: what was left out in it, one problem for each subject. Changes the gate. */
export function turnHour(gate: ProblemGate, nowMs: number): readonly Problem[] {
  const hour = Math.floor(nowMs / hourMs);
  if (hour === gate.hour) return [];
  const told = [...gate.bySubject.values()].flatMap(({ leftOut, problem }) =>
    leftOut === 0
      ? []
      : [{ ...problem, message: `${leftOut} more in one hour: ${problem.message}`, count: leftOut }],
  );
  gate.hour = hour;
  gate.kept = 0;
  gate.bySubject = new Map();
  return told;
}
