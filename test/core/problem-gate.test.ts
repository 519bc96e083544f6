import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Problem } from '../../src/core/problem.js';
import {
  admitProblem,
  createProblemGate,
  mostInAll,
  mostOfSubject,
  turnHour,
} from '../../src/core/problem-gate.js';

const problem = (source: string): Problem => ({
  code: 'log-malformed',
  chain: 'bsc',
  source,
  message: 'it is odd',
  raw: '0x00',
});
const hourMs = 3_600_000;

it('keeps the first of a kind and source in an hour and says afterwards how many more there were', () => {
  const gate = createProblemGate();
  turnHour(gate, hourMs);
  const kept = Array.from({ length: mostOfSubject + 7 }, () => admitProblem(gate, problem('a')));
  expect(kept.filter((one) => one !== null)).toHaveLength(mostOfSubject);
  expect(admitProblem(gate, problem('b'))).toEqual(problem('b'));
  expect(turnHour(gate, 2 * hourMs - 1)).toEqual([]);
  expect(turnHour(gate, 2 * hourMs)).toEqual([
    { ...problem('a'), message: '7 more in one hour: it is odd', raw: null, count: 7 },
  ]);
  expect(admitProblem(gate, problem('a'))).toEqual(problem('a'));
});

it('neither loses count nor keeps more than its bound, whatever comes', () => {
  const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 0, max: 30 })), {
    minLength: 100,
    maxLength: 1500,
  });
  fc.assert(
    fc.property(events, (came) => {
      const gate = createProblemGate();
      let nowMs = 0;
      let counted = 0;
      const keptInHour = new Map<number, number>();
      for (const [waitedMs, source] of came) {
        nowMs += waitedMs;
        for (const { count = 1 } of turnHour(gate, nowMs)) counted += count;
        if (admitProblem(gate, problem(`s${source}`)) === null) continue;
        counted++;
        const hour = Math.floor(nowMs / hourMs);
        keptInHour.set(hour, (keptInHour.get(hour) ?? 0) + 1);
      }
      for (const { count = 1 } of turnHour(gate, nowMs + hourMs)) counted += count;
      expect(counted).toBe(came.length);
      expect(Math.max(...keptInHour.values())).toBeLessThanOrEqual(mostInAll);
    }),
    { numRuns: 40 },
  );
});
