// What is asked about the block of a critical: who else tells it, and whether its receipts prove it.
import { describe, expect, it } from 'vitest';
import type { BlockCheck } from '../../src/core/block-checks.js';
import type { BlockContext } from '../../src/core/block-context.js';
import type { Hex } from '../../src/core/hex.js';
import type { Anvil } from '../helpers/anvil.js';
import { eventually } from '../helpers/eventually.js';
import { anvil, follow, pretend } from '../helpers/follow.js';
import { chainConfig, type Following } from '../helpers/following.js';
import { mint, mintCode, token, usdcSupply } from '../helpers/minting.js';
import type { GivenBlock, PretendNode } from '../helpers/pretend-node.js';

/** Three endpoints with the same chain, of which the first is followed; its newest block has one log of ours. */
async function followed(
  others: readonly ((node: PretendNode) => void)[],
  header: Readonly<Record<string, unknown>> = {},
): Promise<{ first: PretendNode; following: Following; block: GivenBlock }> {
  const own = await Promise.all([0, 1, 2].map(() => pretend()));
  const [first, second, third] = own as [PretendNode, PretendNode, PretendNode];
  const chain = chainConfig([{ ws: first.ws }, { http: second.http }, { http: third.http }], {
    finality: { tag: false, depth: 30, keep: 32 },
    agreement: 2,
  });
  const following = follow({ chain, sources: [usdcSupply] });
  await eventually(() => following.follower.status().endpoint !== null);
  const made = first.addBlock([mint(1n)], { silent: true });
  first.rollback(1);
  const block = { ...made, header };
  first.addGiven(block);
  for (const [i, node] of [second, third].entries()) {
    node.addGiven(block);
    others[i]?.(node);
  }
  first.announce(block);
  await eventually(() => following.follower.status().read === block.number);
  return { first, following, block };
}

function checksIn({ inputs }: Following): readonly BlockCheck[] {
  return inputs.flatMap((input) => (input.kind === 'checked' ? [input.check] : []));
}

function contextsIn({ inputs }: Following): readonly (BlockContext | undefined)[] {
  return inputs.flatMap((input) => (input.kind === 'checked' ? [input.context] : []));
}

const gwei = (amount: number): Hex => `0x${(amount * 1e9).toString(16)}`;
const busy = { gasUsed: '0x5', gasLimit: '0x8', baseFeePerGas: gwei(312), transactions: ['0x01', '0x02'] };

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
  const { first, following, block } = await followed([withoutLogs, withoutLogs]);
  following.follower.check(block);
  await eventually(() => checksIn(following).length > 0);
  first.reorg(1, 2);
  await eventually(() => following.inputs.some(({ kind }) => kind === 'reorg'));
  following.follower.check(block);
  await eventually(() => following.follower.status().read === block.number + 1);
  expect(checksIn(following).map(({ agreed }) => agreed)).toEqual([1]);
});

describe('how busy the block was', () => {
  it('is told with the agreement, by the header alone where nobody serves receipts', async () => {
    const { following, block } = await followed([], busy);
    following.follower.check(block);
    await eventually(() => contextsIn(following).length > 0);
    // Two blocks are too few to say what is usual.
    expect(contextsIn(following)).toEqual([
      { transactions: 2, failed: null, baseFeeGwei: 312, baseFeeTimesUsual: null, gasUsedShare: 0.625 },
    ]);
    expect(following.count('pegwatch_block_context_senseless_total')).toBe(0);
    const given = following.inputs.find((one) => one.kind === 'block' && one.block.hash === block.hash);
    expect(given).not.toHaveProperty('block.baseFeeGwei');
  });

  it('is told by who tells most of it, and what makes no sense is not known and counted', async () => {
    const receipts = (node: PretendNode): void => {
      node.intercept = (method, [hash]) => {
        if (method !== 'eth_getBlockReceipts') return undefined;
        return { result: ['0x0', '0x1', '0x0'].map((status) => ({ status, blockHash: hash })) };
      };
    };
    const senseless = (node: PretendNode): void => {
      node.intercept = (method) =>
        method === 'eth_getBlockReceipts' ? { result: [{ status: 'well' }, null] } : undefined;
    };
    const { following, block } = await followed([receipts, senseless], { ...busy, gasUsed: '-0x1' });
    following.follower.check(block);
    await eventually(() => contextsIn(following).length > 0);
    expect(contextsIn(following)).toMatchObject([{ transactions: 3, failed: 2, gasUsedShare: null }]);
    expect(checksIn(following)).toEqual([{ agreed: 3, of: 3, wanted: 2, proven: false }]);
    expect(following.count('pegwatch_block_context_senseless_total')).toBe(4);
  });

  it('is left out where nobody tells anything of it', async () => {
    const { following, block } = await followed([], { transactions: 'none' });
    following.follower.check(block);
    await eventually(() => checksIn(following).length > 0);
    expect(contextsIn(following)).toEqual([undefined]);
  });

  it('is told later where more of it is known by then', async () => {
    let serves = false;
    const late = (node: PretendNode): void => {
      node.intercept = (method, [hash]) => {
        if (method === 'eth_getLogs') return { result: [] };
        if (method !== 'eth_getBlockReceipts' || !serves) return undefined;
        return { result: [{ status: '0x0', blockHash: hash }] };
      };
    };
    const { following, block } = await followed([late, withoutLogs], busy);
    following.follower.check(block);
    await eventually(() => contextsIn(following).length > 0);
    serves = true;
    await eventually(() => contextsIn(following).length > 1);
    expect(contextsIn(following).map((one) => one?.failed)).toEqual([null, 1]);
    expect(checksIn(following).map(({ agreed }) => agreed)).toEqual([1, 1]);
  });

  it('is read from a real node: what failed, what it cost and against what is usual', async () => {
    const node = await anvil();
    // Emits a mint; called with nothing, it reverts.
    await node.rpc('anvil_setCode', [token, `0x36600857600080fd5b${mintCode.slice(2)}`]);
    const mineFor = async (fee: number): Promise<void> => {
      await node.rpc('evm_increaseTime', [12]);
      await node.rpc('anvil_setNextBlockBaseFeePerGas', [gwei(fee)]);
      await node.mine();
    };
    // Neither those before the start nor those after it are enough alone.
    for (let fee = 1; fee <= 12; fee++) await mineFor(fee);
    const chain = chainConfig([{ ws: node.ws }, { http: node.http }], {
      finality: { tag: false, depth: 60, keep: 64 },
      agreement: 2,
    });
    const following = follow({ chain, sources: [usdcSupply] });
    const reads = async (): Promise<number> => {
      const head = (await node.rpc('eth_getBlockByNumber', ['latest', false])) as Record<string, Hex>;
      await eventually(() => following.chain().at(-1)?.hash === head.hash);
      return Number(head.number);
    };
    await reads();
    // What dead blocks cost is forgotten with them: it would pull the median down.
    const snapshot = await node.rpc('evm_snapshot');
    for (let i = 0; i < 12; i++) await mineFor(0.5);
    await reads();
    await node.rpc('evm_revert', [snapshot]);
    for (let fee = 13; fee <= 24; fee++) await mineFor(fee);
    const before = await reads();
    const fees = await Promise.all(Array.from({ length: before + 1 }, (_, number) => feeOf(node, number)));
    const [from] = (await node.rpc('eth_accounts')) as Hex[];
    const send = (data: Hex): Promise<unknown> =>
      node.rpc('eth_sendTransaction', [{ from, to: token, data, gas: '0x186a0', gasPrice: gwei(50) }]);
    for (const data of ['0x', `0x${'1'.repeat(64)}`, '0x'] as const) await send(data);
    await mineFor(20);
    const number = await reads();
    const told = (await node.rpc('eth_getBlockByNumber', ['latest', false])) as Record<string, Hex>;
    const receipts = (await node.rpc('eth_getBlockReceipts', ['latest'])) as { status: Hex }[];
    expect(receipts.map(({ status }) => status).sort()).toEqual(['0x0', '0x0', '0x1']);
    following.follower.check({ number, hash: told.hash as Hex });
    await eventually(() => contextsIn(following).length > 0);
    expect(checksIn(following)).toEqual([{ agreed: 2, of: 2, wanted: 2, proven: true }]);
    expect(contextsIn(following)).toMatchObject([
      {
        transactions: 3,
        failed: 2,
        baseFeeGwei: 20,
        gasUsedShare: Number(told.gasUsed) / Number(told.gasLimit),
      },
    ]);
    const ranked = fees.toSorted((a, b) => a - b);
    expect(ranked).toHaveLength(25);
    expect(contextsIn(following)[0]?.baseFeeTimesUsual).toBeCloseTo(20 / (ranked[12] ?? 0), 9);
  });
});

async function feeOf(node: Anvil, number: number): Promise<number> {
  const block = await node.rpc('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);
  return Number((block as { baseFeePerGas: Hex }).baseFeePerGas) / 1e9;
}
