// The follower against a real anvil, which reorganises, rewinds and dies.
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import { LogCursor } from '../../src/core/packed-logs.js';
import type { Block } from '../../src/core/reading.js';
import type { Anvil } from '../helpers/anvil.js';
import { eventually } from '../helpers/eventually.js';
import { anvil, follow } from '../helpers/follow.js';
import { chainConfig, type Following } from '../helpers/following.js';
import { mintCode, token, usdcSupply } from '../helpers/minting.js';

function followed(node: Anvil, more: Parameters<typeof chainConfig>[1] = {}): Following {
  return follow({ chain: chainConfig([{ ws: node.ws }], more), sources: [usdcSupply] });
}

async function canonical(node: Anvil): Promise<readonly Hex[]> {
  const head = Number(await node.rpc('eth_blockNumber'));
  const blocks: Hex[] = [];
  for (let number = 0; number <= head; number++) {
    const block = (await node.rpc('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])) as {
      hash: Hex;
    };
    blocks.push(block.hash);
  }
  return blocks;
}

async function reaches(following: Following, node: Anvil): Promise<void> {
  const hashes = await canonical(node);
  await eventually(() => following.chain().at(-1)?.hash === hashes.at(-1));
  expect(following.chain().map(({ hash }: Block) => hash)).toEqual(hashes.slice(-following.chain().length));
}

async function send(node: Anvil, amount: number): Promise<void> {
  const [from] = (await node.rpc('eth_accounts')) as Hex[];
  const data = `0x${amount.toString(16).padStart(64, '0')}`;
  await node.rpc('eth_sendTransaction', [{ from, to: token, data, gas: '0x186a0' }]);
}

function minted(following: Following): readonly number[] {
  return following.inputs.flatMap((input) => {
    if (input.kind !== 'block') return [];
    const amounts: number[] = [];
    for (const cursor = new LogCursor(input.logs); cursor.next(); ) amounts.push(cursor.small(0));
    return amounts;
  });
}

describe('with a real anvil, the follower', () => {
  it('follows its blocks and logs', async () => {
    const node = await anvil();
    await node.rpc('anvil_setCode', [token, mintCode]);
    const following = followed(node);
    await reaches(following, node);
    for (let i = 1; i <= 5; i++) {
      await send(node, 2 * i - 1);
      await send(node, 2 * i);
      await node.mine();
    }
    await reaches(following, node);
    expect(minted(following)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(following.chain()).toHaveLength(6);
  });

  it('tells an anvil_reorg and ends on the surviving chain', async () => {
    const node = await anvil();
    const following = followed(node);
    await reaches(following, node);
    await node.mine(8);
    await reaches(following, node);
    await node.rpc('anvil_reorg', [4, []]);
    await reaches(following, node);
    await node.mine(3);
    await reaches(following, node);
    const reorgs = following.inputs.filter((input) => input.kind === 'reorg');
    expect(reorgs.reduce((sum, input) => sum + input.dead.length, 0)).toBeGreaterThanOrEqual(4);
  });

  it('notices that evm_revert has used a height again', async () => {
    const node = await anvil();
    await node.rpc('anvil_setCode', [token, mintCode]);
    const following = followed(node);
    await reaches(following, node);
    await node.mine(2);
    const snapshot = await node.rpc('evm_snapshot');
    await node.mine(3);
    await reaches(following, node);
    await node.rpc('evm_revert', [snapshot]);
    await send(node, 77);
    await node.mine(1);
    await reaches(following, node);
    expect(following.chain()).toHaveLength(4);
    expect(following.inputs.filter((input) => input.kind === 'reorg')).toMatchObject([
      { keep: { number: 2 } },
    ]);
    expect(minted(following)).toEqual([77]);
  });

  it('fills the gap after the node was killed and came back', async () => {
    const { mkdtemp, rm } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const folder = await mkdtemp(join(tmpdir(), 'pegwatch-anvil-'));
    try {
      const state = ['--state', join(folder, 'state.json')];
      const first = await anvil({ args: state });
      await first.rpc('anvil_setCode', [token, mintCode]);
      const following = followed(first);
      await reaches(following, first);
      await first.mine(3);
      await reaches(following, first);
      await first.stop();
      const second = await anvil({ port: first.port, args: state });
      for (let i = 0; i < 40; i++) {
        if (i % 10 === 0) await send(second, i + 1);
        await second.mine();
      }
      await reaches(following, second);
      expect(following.chain()).toHaveLength(44);
      expect(minted(following)).toEqual([1, 11, 21, 31]);
      expect(following.inputs.filter((input) => input.kind === 'reorg')).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('hears what is final', async () => {
    const node = await anvil({ args: ['--slots-in-an-epoch', '1'] });
    const following = followed(node);
    await reaches(following, node);
    await node.mine(10);
    const final = Number(
      ((await node.rpc('eth_getBlockByNumber', ['finalized', false])) as { number: Hex }).number,
    );
    expect(final).toBeGreaterThan(0);
    await eventually(() =>
      following.inputs.some((input) => input.kind === 'finalized' && input.number === final),
    );
  });
});
