// Which disagreements are news, and how often.

import { describe, expect, it } from 'vitest';
import type { Unstamped } from '../../src/chain/chain-input.js';
import { Disagreements, type SeenDisagreement } from '../../src/chain/disagreements.js';
import { createManualClock } from '../helpers/manual-clock.js';

const minute = 60_000;
const seen: SeenDisagreement = {
  number: 5,
  endpoint: 'a',
  what: 'logs',
  by: 'most-logs',
  reached: false,
};

function watched() {
  const clock = createManualClock();
  const told: Extract<Unstamped, { kind: 'disagreement' }>[] = [];
  let counted = 0;
  const disagreements = new Disagreements(
    'ethereum',
    (input) => void (input.kind === 'disagreement' && told.push(input)),
    {
      clock,
      meter: { count: () => void counted++, gauge() {}, observe() {} },
    },
  );
  return { clock, told, disagreements, counted: () => counted };
}

describe('a disagreement', () => {
  it('is told once in ten minutes for an endpoint and kind, and says how often it was seen', () => {
    const { clock, told, disagreements, counted } = watched();
    for (let second = 0; second <= 600; second++) {
      disagreements.found(seen);
      clock.advance(1_000);
    }
    expect(told.map(({ times }) => times)).toEqual([1, 600]);
    expect(counted()).toBe(601);
  });

  it('of another endpoint, or one that misled the engine, is told beside it', () => {
    const { told, disagreements } = watched();
    disagreements.found(seen);
    disagreements.found({ ...seen, endpoint: 'b' });
    disagreements.found({ ...seen, reached: true });
    disagreements.found({ ...seen, endpoint: 'b' });
    expect(told.map(({ endpoint, reached }) => [endpoint, reached])).toEqual([
      ['a', false],
      ['b', false],
      ['a', true],
    ]);
  });

  it('that a lagging backend explains is told only when it goes on for five minutes', () => {
    const { clock, told, disagreements } = watched();
    const beganMs = clock.now();
    for (let at = 0; at < 5; at++) {
      disagreements.suspected(seen);
      clock.advance(minute);
    }
    expect(told).toEqual([]);
    disagreements.suspected(seen);
    expect(told).toMatchObject([{ sinceMs: beganMs, times: 1 }]);
  });

  it('that comes seldom stays a hiccup', () => {
    const { clock, told, disagreements, counted } = watched();
    for (let at = 0; at < 20; at++) {
      disagreements.suspected(seen);
      clock.advance(16 * minute);
    }
    expect(told).toEqual([]);
    expect(counted()).toBe(20);
  });
});
