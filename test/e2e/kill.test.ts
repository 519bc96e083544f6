// Twenty kills of `npm run kills`: the daemon dies again and again while incidents are under way on four chains, and
// its receiver does what bad receivers do. What follows must be as if nothing had happened. docs/kills.md has the
// thousand.
import { afterAll, expect, test } from 'vitest';
import { killRound } from '../../scripts/kills/kill-round.js';
import { cleanUp } from '../helpers/daemon-process.js';

afterAll(cleanUp);

test('killed twenty times under a storm, it loses nothing and tells nothing under two names', {
  timeout: 600_000,
}, async () => {
  const seed = process.env.PEGWATCH_TEST_SEED ?? 'in every run';
  const { problems, kills, starts, alerts, events, reorgs } = await killRound({ seed, kills: 20 });
  expect(problems).toEqual([]);
  expect(Object.values(kills).reduce((sum, count) => sum + count, 0)).toBe(20);
  // Some die before they have stored that they began.
  expect(starts).toBeGreaterThan(10);
  expect(events).toBeGreaterThan(1_000);
  expect(alerts.decided).toBeGreaterThan(0);
  console.info(
    `${events} events, ${reorgs} reorgs, ${alerts.decided} alerts, ${alerts.toldAgain} told again`,
  );
});
