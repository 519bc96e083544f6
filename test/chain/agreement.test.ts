// What is asked about the block of a critical: who else tells it, and whether its receipts prove it.
import { afterEach, expect, it } from 'vitest';
import type { BlockCheck, Hex, SourceSpec } from '../../src/core/types.js';
import { eventually } from '../helpers/eventually.js';
import { chainConfig, type Following, startFollowing } from '../helpers/following.js';
import { type GivenBlock, type PretendNode, startPretendNode } from '../helpers/pretend-node.js';

const address: Hex = '0x00000000000000000000000000000000000e0e0e';
const transfer: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
const zero: Hex = `0x${'0'.repeat(64)}`;
const source: SourceSpec = {
  id: 'ethereum/minting',
  chain: 'ethereum',
  coin: 'USDC',
  protocol: 'erc20',
  address,
  tokens: [{ symbol: 'USDC', address, decimals: 6, coin: 'USDC' }],
  heartbeatMs: null,
  answerDecimals: null,
};
const mint = {
  address,
  topics: [transfer, zero, `0x${'1'.repeat(64)}` as Hex],
  data: `0x${'2'.repeat(64)}` as Hex,
  logIndex: 0,
};

const nodes: PretendNode[] = [];
const followings: Following[] = [];
afterEach(async () => {
  await Promise.all(followings.splice(0).map((following) => following.stop()));
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

/** Three endpoints with the same chain, of which the first is followed; its newest block has one log of ours. */
async function followed(
  others: readonly ((node: PretendNode) => void)[],
): Promise<{ following: Following; block: GivenBlock }> {
  const own = await Promise.all([0, 1, 2].map(() => startPretendNode()));
  nodes.push(...own);
  const [first, second, third] = own as [PretendNode, PretendNode, PretendNode];
  const chain = chainConfig([{ ws: first.ws }, { http: second.http }, { http: third.http }], {
    finality: { tag: false, depth: 30, keep: 32 },
    agreement: 2,
  });
  const following = startFollowing({ chain, sources: [source] });
  followings.push(following);
  await eventually(() => following.follower.status().endpoint !== null);
  const block = first.addBlock([mint], { silent: true });
  for (const [i, node] of [second, third].entries()) {
    node.addGiven(block);
    others[i]?.(node);
  }
  first.announce(block);
  await eventually(() => following.follower.status().read === block.number);
  return { following, block };
}

function checksIn({ inputs }: Following): readonly BlockCheck[] {
  return inputs.flatMap((input) => (input.kind === 'checked' ? [input.check] : []));
}

const withoutLogs = (node: PretendNode): void => {
  node.intercept = (method) => (method === 'eth_getLogs' ? { result: [] } : undefined);
};

it('counts who tells the same block with the same logs', async () => {
  const { following, block } = await followed([]);
  following.follower.check(block);
  await eventually(() => checksIn(following).length > 0);
  expect(checksIn(following)).toEqual([{ agreed: 3, of: 3, wanted: 2, proven: false }]);
});

it('does not count who leaves the logs out, nor who has another block there', async () => {
  const elsewhere = (node: PretendNode): void => {
    node.intercept = (method) =>
      method === 'eth_getBlockByNumber'
        ? { error: { code: -32000, message: 'header not found' } }
        : undefined;
  };
  const { following, block } = await followed([withoutLogs, elsewhere]);
  following.follower.check(block);
  await eventually(() => checksIn(following).length > 0);
  expect(checksIn(following)).toEqual([{ agreed: 1, of: 3, wanted: 2, proven: false }]);
});

it('asks again while too few agree, and tells when more do', async () => {
  let honest = false;
  const late = (node: PretendNode): void => {
    node.intercept = (method) => (method === 'eth_getLogs' && !honest ? { result: [] } : undefined);
  };
  const { following, block } = await followed([late, withoutLogs]);
  following.follower.check(block);
  await eventually(() => checksIn(following).length > 0);
  honest = true;
  await eventually(() => checksIn(following).length > 1);
  expect(checksIn(following).map(({ agreed }) => agreed)).toEqual([1, 2]);
});

it('asks no more about a block that died', async () => {
  const { following, block } = await followed([withoutLogs, withoutLogs]);
  following.follower.check(block);
  await eventually(() => checksIn(following).length > 0);
  const [first] = nodes as [PretendNode];
  first.reorg(1, 2);
  await eventually(() => following.inputs.some(({ kind }) => kind === 'reorg'));
  following.follower.check(block);
  await eventually(() => following.follower.status().read === block.number + 1);
  expect(checksIn(following).map(({ agreed }) => agreed)).toEqual([1]);
});
