import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeap, pop, push, removeWhere, urgency } from '../../src/core/heap.js';

interface Entry {
  key: number;
  order: number;
  id: number;
}

/** The naive oracle: a list, searched from end to end. */
function naive(capacity: number) {
  let list: Entry[] = [];
  let order = 0;
  const sorted = () => [...list].sort((a, b) => b.key - a.key || a.order - b.order);
  return {
    push(key: number, id: number): number | null {
      list.push({ key, order: order++, id });
      if (list.length <= capacity) return null;
      const least = sorted().at(-1)!;
      list = list.filter((entry) => entry !== least);
      return least.id;
    },
    pop(): number | undefined {
      const top = sorted()[0];
      list = list.filter((entry) => entry !== top);
      return top?.id;
    },
    remove(gone: (id: number) => boolean) {
      list = list.filter((entry) => !gone(entry.id));
    },
  };
}

const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('push' as const), key: fc.integer({ min: -5, max: 5 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pop' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('remove' as const), every: fc.integer({ min: 2, max: 4 }) }),
  },
);

describe('heap', () => {
  it('gives, drops and removes what a sorted list would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(command, { maxLength: 120 }),
        (capacity, commands) => {
          const heap = createHeap<number>(capacity);
          const oracle = naive(capacity);
          commands.forEach((one, id) => {
            if (one.do === 'push') expect(push(heap, one.key, id)).toBe(oracle.push(one.key, id));
            else if (one.do === 'pop') expect(pop(heap)).toBe(oracle.pop());
            else {
              removeWhere(heap, (value) => value % one.every === 0);
              oracle.remove((value) => value % one.every === 0);
            }
          });
          for (let left = pop(heap); left !== undefined; left = pop(heap)) expect(left).toBe(oracle.pop());
          expect(oracle.pop()).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('lets an old low entry pass a new critical one after three times the aging time, and not before', () => {
    const aging = 1000;
    const order = (waited: number) => {
      const heap = createHeap<string>(10);
      push(heap, urgency(1, 0, aging), 'old low');
      push(heap, urgency(4, waited, aging), 'new critical');
      return pop(heap);
    };
    expect(order(2999)).toBe('new critical');
    expect(order(3001)).toBe('old low');
  });
});
