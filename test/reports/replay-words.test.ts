// Where two runs part, in lines for people.
import { expect, it } from 'vitest';
import type { Course } from '../../src/reports/incident-changes.js';
import { replayWords } from '../../src/reports/replay-words.js';

const startMs = Date.parse('2024-01-01T00:00:00Z');

/** An incident that goes up and down once an hour, `hours` times, and is over an hour later. */
function course(hours: number, about: Partial<Course> = {}): Course {
  const turns = Array.from({ length: hours }, (_, i) => ({
    atMs: startMs + i * 3_600_000,
    life: 'open' as const,
    severity: i % 2 === 0 ? ('medium' as const) : ('high' as const),
  }));
  const end = { atMs: startMs + hours * 3_600_000, life: 'closed' as const, severity: 'medium' as const };
  return {
    id: 'inc-1',
    turns: [...turns, end],
    worst: 'high',
    coins: ['USDC'],
    chains: ['ethereum'],
    leadChain: 'ethereum',
    cascade: false,
    spreading: false,
    ...about,
  };
}

const words = (live: Course | null, replayed: Course | null) =>
  replayWords({ incidents: [{ live, replayed }], told: [], signals: [] }, 20);

it('nothing is said where nothing differs', () => {
  expect(replayWords({ incidents: [], told: [], signals: [] }, 20)).toEqual([]);
});

it('a long course is told from where it parts from the other one', () => {
  const live = course(20);
  const later = live.turns.map((turn, i) => (i === 12 ? { ...turn, atMs: turn.atMs + 60_000 } : turn));
  const [, , , told = '', other = ''] = words(live, { ...live, turns: later });
  expect(told).toContain('00:00:00 medium, … 10 more …, 11:00:00 high, 12:00:00 medium, 13:00:00 high');
  expect(other).toContain('12:01:00 medium');
  expect(told).toMatch(/20:00:00 closed$/);
});

it('a short course is told whole, with what it was about where that differs', () => {
  const [head, , about, live, replayed] = words(course(2), course(2, { leadChain: 'bsc', cascade: true }));
  expect(head).toBe('Judged otherwise: 1 incident. Times are UTC.');
  expect(about).toBe('  USDC on ethereum');
  const turns = 'inc-1: 2024-01-01 00:00:00 medium, 01:00:00 high, 02:00:00 closed';
  expect(live).toBe(`    live      ${turns}; lead ethereum; no cascade`);
  expect(replayed).toBe(`    replayed  ${turns}; lead bsc; a cascade`);
});

it('what one of the two has alone is told as that, and more than a few are counted', () => {
  expect(words(course(1), null)[2]).toBe('  USDC on ethereum, only live');
  const many = Array.from({ length: 25 }, (_, i) => ({
    live: null,
    replayed: course(1, { id: `inc-${i}` }),
  }));
  const lines = replayWords({ incidents: many, told: [], signals: [] }, 20);
  expect(lines.at(-1)).toBe('  and 5 more, all in --json');
});
