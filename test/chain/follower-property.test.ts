// Whatever a node does to its chain and its connections, the follower ends with the node's chain, in order, once.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { chainConfig, startFollowing } from '../helpers/following.js';
import { startPretendNode } from '../helpers/pretend-node.js';

const deeds = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('add' as const),
      blocks: fc.integer({ min: 1, max: 12 }),
      silent: fc.boolean(),
    }),
    fc.record({
      do: fc.constant('reorg' as const),
      depth: fc.integer({ min: 1, max: 10 }),
      more: fc.nat({ max: 3 }),
    }),
    fc.record({ do: fc.constant('rollback' as const), depth: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ do: fc.constant('cut' as const) }),
    fc.record({ do: fc.constant('shuffled head' as const), back: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('breathe' as const) }),
  ),
  { minLength: 3, maxLength: 12 },
);

/** Sequences that once ended wrong. */
const notable: (typeof deeds extends fc.Arbitrary<infer Deeds> ? Deeds : never)[] = [
  // A reorg right at the start gave blocks below the first one; a second reorg forgot to kill them.
  [
    { do: 'reorg', depth: 2, more: 0 },
    { do: 'reorg', depth: 1, more: 0 },
    { do: 'breathe' },
    { do: 'reorg', depth: 2, more: 0 },
  ],
];

it('ends with the node’s chain after any sequence of reorgs, rollbacks, cuts and late heads', async () => {
  await fc.assert(
    fc.asyncProperty(deeds, async (sequence) => {
      const node = await startPretendNode();
      for (let i = 0; i < 15; i++) node.addBlock();
      const following = startFollowing({ chain: chainConfig([{ ws: node.ws, http: node.http }]) });
      try {
        await eventually(() => following.follower.status().read === 15);
        for (const deed of sequence) {
          const room = node.head.number - 5;
          if (deed.do === 'add')
            for (let i = 0; i < deed.blocks; i++) node.addBlock([], { silent: deed.silent });
          else if (deed.do === 'reorg' && room > deed.depth) node.reorg(deed.depth, deed.depth + deed.more);
          else if (deed.do === 'rollback' && room > deed.depth) node.rollback(deed.depth);
          else if (deed.do === 'cut') node.cut();
          else if (deed.do === 'shuffled head') node.announce(node.blocks.at(-1 - deed.back)!);
          else if (deed.do === 'breathe') await new Promise((resolve) => setImmediate(resolve));
        }
        // A rollback alone cannot be told from an endpoint that lags: the next blocks settle it.
        while (node.head.number < 60) node.addBlock();
        await eventually(() => following.chain().at(-1)?.hash === node.head.hash);
        const chain = following.chain();
        expect(chain.map(({ hash }) => hash)).toEqual(
          node.blocks.slice(-chain.length).map(({ hash }) => hash),
        );
      } finally {
        await following.stop();
        await node.close();
      }
    }),
    { numRuns: 40, examples: notable.map((sequence) => [sequence]) },
  );
});
