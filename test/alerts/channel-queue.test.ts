import { expect, it } from 'vitest';
import { createChannelQueue, enqueue, type Job, supersede } from '../../src/alerts/channel-queue.js';
import type { Reason } from '../../src/core/alert.js';
import { makeAlert } from '../helpers/make-alert.js';

function job(sequence: number, reason: Reason): Job {
  const alert = makeAlert({ sequence, reason });
  return { alert, attempts: 0, dueAtMs: 0, lastProblem: null, superseded: 0 };
}

/** What is left of the waiting jobs, in order: `sequence reason`. */
function left(...reasons: Reason[]): string[] {
  const queue = createChannelQueue();
  const jobs = reasons.map((reason, i) => job(i + 1, reason));
  for (const one of jobs) enqueue(queue, one);
  supersede(queue, 'inc-1', null);
  return (queue.conversations.get('inc-1') ?? []).map(({ alert }) => `${alert.sequence} ${alert.reason}`);
}

it('leaves of what waits the newest news', () => {
  expect(left('opened', 'digest', 'escalated', 'digest')).toEqual(['3 escalated']);
  expect(left('digest', 'digest')).toEqual(['2 digest']);
});

it('keeps a confirmation behind the news that it confirms, and no older one', () => {
  expect(left('opened', 'confirmed')).toEqual(['1 opened', '2 confirmed']);
  expect(left('opened', 'confirmed', 'digest')).toEqual(['1 opened', '2 confirmed']);
  expect(left('opened', 'confirmed', 'escalated')).toEqual(['3 escalated']);
  expect(left('digest', 'confirmed')).toEqual(['2 confirmed']);
});
