// The one line that a back-test ends with says what there is, and nothing of what was not asked.
import { expect, it } from 'vitest';
import { buildScoreboard } from '../../src/reports/scoreboard.js';
import { headline } from '../../src/reports/scoreboard-page.js';
import type { Questions } from '../../src/reports/scoreboard-questions.js';

const nothing: Questions = { incidents: [], checks: [], pools: [], pages: [] };
const span = { fromMs: 0, toMs: 86_400_000 };
const incident = {
  id: 'fall',
  coin: 'EURX',
  kind: 'depeg',
  window: span,
  references: [{ name: 'below', atMs: 3_600_000 }],
};
const check = {
  incident: 'fall',
  reference: 'below',
  knownAfterMs: 0,
  severity: 'high',
  withinMs: 60_000,
} as const;
const pool = { coins: ['EURX'], sources: [], detectors: [], span, labelsMs: [0], about: 'a pool' };
const line = (questions: Partial<Questions>) =>
  headline(buildScoreboard([], [], { ...nothing, ...questions }));

it('says that nothing was asked where there are no labels', () => {
  expect(line({})).toBe(
    '0 alarms by chains and exchanges; nothing was asked: --incidents and --checks name what to score against',
  );
});

it('says of promises and incidents only what was promised', () => {
  const told = line({ incidents: [incident], checks: [check] });
  expect(told).toContain('0 of 1 promises kept; slowest at minute resolution: high never; ');
  expect(told).not.toMatch(/critical never|Infinity|F1/);
});

it('names the pool that was asked for', () => {
  expect(line({ pools: [{ ...pool, name: 'my pool' }] })).toContain('best leading F1 0.0000 (my pool)');
});
