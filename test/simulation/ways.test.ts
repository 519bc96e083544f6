// The whole daemon in worlds that come from seeds, with routes, silences, quiet hours and hooks between news and people
// (`draw-ways.ts`).

import { expect, it } from 'vitest';
import { simulateMany } from './simulate-many.js';

it('in a hundred worlds nothing is kept back without a true reason, and nothing is called that was not let go', {
  timeout: 900_000,
}, async () => {
  const { problems, totals } = await simulateMany(500_001, 100);
  expect(problems).toEqual([]);
  for (const what of ['kept back: inhibited', 'kept back: quiet', 'kept back: silenced', 'hooks called'])
    expect(totals[what], what).toBeGreaterThan(0);
});
