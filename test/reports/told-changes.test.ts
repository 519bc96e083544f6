// What two runs told otherwise is exactly what one of them has more often than the other in the same step: the naive
// count beside the log that drops what is equal as it goes.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Effect } from '../../src/core/io.js';
import { createToldLog, type Told } from '../../src/reports/told-changes.js';

/** Few ids and moments, so that many collide; distinct within a step, as effects of an engine are. */
const effect = fc.record({ id: fc.integer({ min: 1, max: 3 }), atMs: fc.integer({ min: 1, max: 3 }) });
const step = fc.uniqueArray(effect, { maxLength: 4, selector: ({ id, atMs }) => `${id} ${atMs}` });
const run = fc.array(step, { minLength: 5, maxLength: 5 });

const taken = ({ id, atMs }: { id: number; atMs: number }): Effect => {
  return { kind: 'signal-retracted', signalId: `sig-${id}`, atMs, why: 'its block died' };
};

it('names what only one of two runs has, and no more', () => {
  fc.assert(
    fc.property(run, run, (live, replayed) => {
      const log = createToldLog(() => '');
      for (const [i, effects] of live.entries()) log.add(effects.map(taken), (replayed[i] ?? []).map(taken));
      const changes = log.changes();
      const sides = (side: 'live' | 'replayed') =>
        changes.flatMap((change) => change[side] ?? []).map(({ id, atMs }: Told) => `${id} ${atMs}`);

      // All that the one run has and the other has not, over the whole run, must be named.
      const all = (steps: typeof live) => steps.flat().map(({ id, atMs }) => `sig-${id} ${atMs}`);
      const onlyIn = (one: string[], other: string[]): string[] => {
        const left = [...other];
        return one.filter((each) => {
          const at = left.indexOf(each);
          if (at >= 0) left.splice(at, 1);
          return at < 0;
        });
      };
      for (const each of onlyIn(all(live), all(replayed))) expect(sides('live')).toContain(each);
      for (const each of onlyIn(all(replayed), all(live))) expect(sides('replayed')).toContain(each);
      for (const { live: one, replayed: other } of changes) expect(one).not.toEqual(other);
      if (JSON.stringify(live) === JSON.stringify(replayed)) expect(changes).toEqual([]);
    }),
  );
});
