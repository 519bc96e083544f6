// Which incidents two runs over one journal see otherwise: those that only one of them opened, and those that took
// another course. Of an incident only its course is kept: when it became how bad, and what it was about in the end.

import type { Incident, IncidentLife } from '../core/incident.js';
import type { Effect } from '../core/io.js';
import type { Severity } from '../core/severity.js';

/** A moment at which an incident became another: worse, milder, over. */
export interface Turn {
  readonly atMs: number;
  readonly life: IncidentLife;
  readonly severity: Severity;
}

export interface Course {
  readonly id: string;
  readonly turns: readonly Turn[];
  readonly worst: Severity;
  readonly coins: readonly string[];
  readonly chains: readonly string[];
  readonly leadChain: string;
  readonly cascade: boolean;
  readonly spreading: boolean;
}

/** `live` null: opened by the replay only; `replayed` null: opened live only. The ids may differ: see `paired`. */
export interface IncidentChange {
  readonly live: Course | null;
  readonly replayed: Course | null;
}

export interface IncidentLog {
  add(live: readonly Effect[], replayed: readonly Effect[]): void;
  changes(): readonly IncidentChange[];
}

type Courses = Map<string, Course>;

/** Holds what differs and what is not over: an incident that ended alike in both runs is dropped. */
export function createIncidentLog(): IncidentLog {
  const live: Courses = new Map();
  const replayed: Courses = new Map();
  return {
    add(theirs, ours) {
      const touched = new Set([...follow(live, theirs), ...follow(replayed, ours)]);
      for (const id of touched) {
        const [one, other] = [live.get(id), replayed.get(id)];
        if (one === undefined || other === undefined || !isOver(one) || !isAlike(one, other)) continue;
        live.delete(id);
        replayed.delete(id);
      }
    },
    changes: () => paired(live, replayed),
  };
}

/** Takes a step into the courses; the ids of what changed. */
function follow(courses: Courses, effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'incident') return [];
    const { incident } = effect;
    courses.set(incident.id, courseOf(incident, courses.get(incident.id)?.turns ?? []));
    return [incident.id];
  });
}

function courseOf(incident: Incident, before: readonly Turn[]): Course {
  const { id, worst, coins, chains, leadChain, cascade, spreading, life, severity } = incident;
  const last = before.at(-1);
  const turned = last === undefined || last.life !== life || last.severity !== severity;
  const turns = turned ? [...before, { atMs: incident.updatedAtMs, life, severity }] : before;
  return { id, turns, worst, coins, chains, leadChain, cascade, spreading };
}

function isOver({ turns }: Course): boolean {
  const life = turns.at(-1)?.life;
  return life === 'closed' || life === 'retracted';
}

function isAlike(one: Course, other: Course): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * An incident is named by the signal that opened it, so other thresholds give the same trouble another name. What has
 * no twin of its own name goes with the first one about one of its coins that overlaps it in time.
 */
function paired(live: Courses, replayed: Courses): readonly IncidentChange[] {
  const changes: IncidentChange[] = [];
  const alone = new Map(replayed);
  const lost: Course[] = [];
  for (const one of live.values()) {
    const twin = alone.get(one.id);
    alone.delete(one.id);
    if (twin === undefined) lost.push(one);
    else if (!isAlike(one, twin)) changes.push({ live: one, replayed: twin });
  }
  for (const one of lost) {
    const twin = [...alone.values()].find((other) => overlaps(one, other));
    if (twin !== undefined) alone.delete(twin.id);
    changes.push({ live: one, replayed: twin ?? null });
  }
  for (const one of alone.values()) changes.push({ live: null, replayed: one });
  return changes.sort((a, b) => beginOf(a) - beginOf(b));
}

function overlaps(one: Course, other: Course): boolean {
  const shared = one.coins.some((coin) => other.coins.includes(coin));
  return shared && began(one) <= endOf(other) && began(other) <= endOf(one);
}

function began({ turns }: Course): number {
  return turns[0]?.atMs ?? Number.NEGATIVE_INFINITY;
}

function endOf(course: Course): number {
  return isOver(course) ? (course.turns.at(-1)?.atMs ?? 0) : Number.POSITIVE_INFINITY;
}

function beginOf({ live, replayed }: IncidentChange): number {
  return Math.min(...[live, replayed].map((one) => (one === null ? Number.POSITIVE_INFINITY : began(one))));
}
