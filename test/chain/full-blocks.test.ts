// Blocks with many logs are read in parts: what the parts are must not show in what comes out.
import { afterEach, describe, expect, it } from 'vitest';
import { LogCursor } from '../../src/core/packed-logs.js';
import { eventually } from '../helpers/eventually.js';
import { chainConfig, type Following, startFollowing } from '../helpers/following.js';
import { mint, usdcSupply } from '../helpers/minting.js';
import { type PretendNode, startPretendNode } from '../helpers/pretend-node.js';

/** The amounts of each block that came, by its number. */
function amountsOf({ inputs }: Following): ReadonlyMap<number, readonly number[]> {
  const blocks = inputs.flatMap((input) => (input.kind === 'block' ? [input] : []));
  return new Map(
    blocks.map(({ block, logs }) => {
      const log = new LogCursor(logs);
      const amounts: number[] = [];
      while (log.next()) amounts.push(Number(log.uint(0)));
      return [block.number, amounts];
    }),
  );
}

let node: PretendNode;
let following: Following;

afterEach(async () => {
  await following.stop();
  await node.close();
});

/** A node with forty blocks of five mints behind the back of a follower that stands at their parent. */
async function behind(batchLogs = 10): Promise<ReadonlyMap<number, readonly number[]>> {
  node = await startPretendNode();
  node.addBlock([mint(1n)]);
  following = startFollowing(
    { chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] },
    { batchLogs, segment: 8 },
  );
  await eventually(() => following.chain().at(-1)?.hash === node.head.hash);
  const expected = new Map<number, readonly number[]>([[1, [1]]]);
  for (let i = 0; i < 40; i++) {
    const amounts = Array.from({ length: 5 }, (_, k) => 100 * i + k + 1);
    const { number } = node.addBlock(
      amounts.map((amount) => mint(BigInt(amount))),
      { silent: i < 39 },
    );
    expected.set(number, amounts);
  }
  return expected;
}

describe('full blocks', () => {
  it('come whole, in order and once, in more requests than others', async () => {
    const frames: number[] = [];
    for (const batchLogs of [1000, 10]) {
      const expected = await behind(batchLogs);
      await eventually(() => following.chain().at(-1)?.hash === node.head.hash);
      expect(amountsOf(following)).toEqual(expected);
      expect(following.inputs.filter(({ kind }) => kind === 'block')).toHaveLength(41);
      frames.push(node.frames);
      await following.stop();
      await node.close();
    }
    const [few = 0, many = 0] = frames;
    // Four of the five segments of eight blocks come two blocks at a time.
    expect(many - few).toBeGreaterThan(4);
  });

  it('are taken up where a part of them could not be read', async () => {
    const asked = behind();
    const refused = new Set<string>();
    const expected = await asked;
    node.intercept = (method, params) => {
      const { blockHash } = (params[0] ?? {}) as { blockHash?: string };
      const number = node.blocks.find(({ hash }) => hash === blockHash)?.number ?? 0;
      // Each block of every third number is refused once.
      if (method !== 'eth_getLogs' || number % 3 !== 0 || refused.has(`${blockHash}`)) return undefined;
      refused.add(`${blockHash}`);
      return { error: { code: -32_000, message: 'header not found' } };
    };
    await eventually(() => following.chain().at(-1)?.hash === node.head.hash);
    expect(amountsOf(following)).toEqual(expected);
    expect(following.inputs.filter(({ kind }) => kind === 'block')).toHaveLength(41);
  });

  it('whose answers come a second time, or late, are no malformed frames', async () => {
    await behind();
    await eventually(() => following.chain().at(-1)?.hash === node.head.hash);
    node.shout('{"jsonrpc":"2.0","id":1,"result":"0x1"}');
    node.shout('{"jsonrpc":"2.0","id":1000000,"result":"0x1"}');
    const malformed = () => following.count('pegwatch_frames_malformed_total');
    await eventually(() => malformed() > 0);
    expect(malformed()).toBe(1);
  });
});
