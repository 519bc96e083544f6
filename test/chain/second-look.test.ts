// Endpoints that leave logs out of answers that are otherwise in order, or put some in, beside one that is honest.
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import { LogCursor } from '../../src/core/packed-logs.js';
import type { Anvil } from '../helpers/anvil.js';
import { bloomOf } from '../helpers/bloom-of.js';
import { eventually } from '../helpers/eventually.js';
import { anvil, follow, pretend } from '../helpers/follow.js';
import { chainConfig, type Following } from '../helpers/following.js';
import { mint, mintCode, token, usdcSupply, zeroWord } from '../helpers/minting.js';
import { startMuteServer } from '../helpers/mute-server.js';
import type { GivenBlock, PretendNode } from '../helpers/pretend-node.js';

const finality = { tag: false, depth: 3, keep: 16 };

/** `second` answers requests only, so that heads come from the first. */
function followBoth(
  first: PretendNode,
  second: { readonly http: string } | null,
  more: object = {},
): Following {
  const endpoints = [{ ws: first.ws }, ...(second === null ? [] : [{ http: second.http }])];
  return follow({ chain: chainConfig(endpoints, { finality }), sources: [usdcSupply], ...more });
}

/** From now on its answers about logs are these; undefined: the truth. */
function lies(
  node: PretendNode,
  about: (filter: Record<string, unknown>) => readonly unknown[] | undefined,
): void {
  node.intercept = (method, [filter]) => {
    if (method !== 'eth_getLogs') return undefined;
    const result = about(filter as Record<string, unknown>);
    return result === undefined ? undefined : { result };
  };
}

/** Adds a block to the first node and the same one to the others. */
function add(count: number, first: PretendNode, ...others: PretendNode[]): GivenBlock {
  const logs = Array.from({ length: count }, (_, i) => mint(1n, { logIndex: i }));
  const block = first.addBlock(logs, { silent: true });
  for (const node of others) node.addGiven(block);
  first.announce(block);
  return block;
}

/** What was told of endpoints that disagree. */
function disagreements({ inputs }: Following) {
  return inputs.flatMap((input) => (input.kind === 'disagreement' ? [input] : []));
}

/** How many logs the engine holds of each living block after all inputs, and which are final. */
function held({ inputs }: Following): { readonly logs: ReadonlyMap<number, number>; readonly final: number } {
  const logs = new Map<number, number>();
  let final = -1;
  for (const input of inputs) {
    if (input.kind === 'block') logs.set(input.block.number, new LogCursor(input.logs).count);
    if (input.kind === 'finalized') final = input.number;
    if (input.kind === 'reorg')
      for (const number of [...logs.keys()]) if (number > input.keep.number) logs.delete(number);
  }
  return { logs, final };
}

describe('the second look', () => {
  it('gives a block again when the first endpoint had left its logs out, before it is final', async () => {
    const [liar, honest] = [await pretend(), await pretend()];
    lies(liar, () => []);
    const following = followBoth(liar, honest);
    await eventually(() => following.follower.status().endpoint !== null);
    const block = add(3, liar, honest);
    await eventually(() => held(following).logs.get(block.number) === 0);
    for (let i = 0; i < 6; i++) add(0, liar, honest);
    await eventually(() => held(following).final >= block.number);
    expect(held(following).logs.get(block.number)).toBe(3);
    expect(following.inputs.find(({ kind }) => kind === 'reorg')).toMatchObject({
      why: 'second-look',
      keep: { number: block.number - 1 },
    });
    expect(following.count('pegwatch_blocks_corrected_total')).toBe(1);
    expect(following.count('pegwatch_rpc_contradictions_total', { endpoint: 'node-0' })).toBeGreaterThan(0);
    expect(following.count('pegwatch_reorgs_total')).toBe(0);
    const [told] = disagreements(following);
    expect(told).toMatchObject({ endpoint: 'node-0', number: block.number, by: 'most-logs', reached: true });
    const kinds = following.inputs.map(({ kind }) => kind);
    expect(kinds.indexOf('disagreement')).toBeLessThan(kinds.indexOf('reorg'));
  });

  it('tells of no disagreement where none is', async () => {
    const [one, two] = [await pretend(), await pretend()];
    const following = followBoth(one, two);
    await eventually(() => following.follower.status().endpoint !== null);
    const block = add(2, one, two);
    for (let i = 0; i < 6; i++) add(1, one, two);
    await eventually(() => held(following).final >= block.number);
    expect(disagreements(following)).toEqual([]);
    expect(following.count('pegwatch_endpoint_disagreements_total')).toBe(0);
  });

  it('takes an endpoint that contradicts itself by range for one that lags, and only counts it', async () => {
    const [honest, lags] = [await pretend(), await pretend()];
    lies(lags, ({ blockHash }) => (blockHash === undefined ? [] : undefined));
    const following = followBoth(honest, lags);
    await eventually(() => following.follower.status().endpoint !== null);
    const block = add(2, honest, lags);
    for (let i = 0; i < 6; i++) add(0, honest, lags);
    await eventually(() => held(following).final >= block.number);
    expect(following.count('pegwatch_endpoint_disagreements_total', { endpoint: 'node-1' })).toBeGreaterThan(
      0,
    );
    expect(disagreements(following)).toEqual([]);
  });

  it('tells once of an endpoint that leaves logs out again and again', async () => {
    const [honest, liar] = [await pretend(), await pretend()];
    lies(liar, () => []);
    const following = followBoth(honest, liar);
    await eventually(() => following.follower.status().endpoint !== null);
    for (let round = 0; round < 4; round++) {
      const block = add(2, honest, liar);
      for (let i = 0; i < 4; i++) add(0, honest, liar);
      await eventually(() => held(following).final >= block.number);
    }
    expect(following.count('pegwatch_endpoint_disagreements_total', { endpoint: 'node-1' })).toBeGreaterThan(
      1,
    );
    expect(disagreements(following)).toMatchObject([{ endpoint: 'node-1', reached: false, times: 1 }]);
  });

  it('asks another at once where the bloom filter of the header speaks against an answer', async () => {
    const [liar, honest] = [await pretend(), await pretend()];
    lies(liar, () => []);
    const following = followBoth(liar, honest);
    await eventually(() => following.follower.status().endpoint !== null);
    const logs = [mint(1n, { logIndex: 0 })];
    const block = honest.addBlock(logs, { silent: true });
    const withBloom = { ...block, header: { logsBloom: bloomOf(logs) } };
    liar.addGiven(withBloom);
    liar.announce(withBloom);
    await eventually(() => held(following).logs.has(block.number));
    expect(held(following).logs.get(block.number)).toBe(1);
    expect(following.count('pegwatch_bloom_suspicions_total')).toBe(1);
    expect(following.inputs.some(({ kind }) => kind === 'reorg')).toBe(false);
    expect(disagreements(following)).toMatchObject([{ endpoint: 'node-0', reached: false }]);
    const read = following.inputs.find((input) => input.kind === 'block' && input.block.hash === block.hash);
    expect(read).not.toHaveProperty('block.bloom');
  });

  it('keeps what it has when it is the second endpoint that leaves logs out', async () => {
    const [honest, liar] = [await pretend(), await pretend()];
    lies(liar, () => []);
    const following = followBoth(honest, liar);
    await eventually(() => following.follower.status().endpoint !== null);
    const block = add(2, honest, liar);
    for (let i = 0; i < 6; i++) add(0, honest, liar);
    await eventually(() => held(following).final >= block.number);
    expect(held(following).logs.get(block.number)).toBe(2);
    expect(following.count('pegwatch_blocks_corrected_total')).toBe(0);
    expect(following.count('pegwatch_rpc_contradictions_total', { endpoint: 'node-1' })).toBeGreaterThan(0);
  });

  it('finds with a lone endpoint what a fresh block did not show yet, and never fewer', async () => {
    const node = await pretend();
    let fresh = true;
    lies(node, ({ blockHash }) => (fresh && blockHash !== undefined ? [] : undefined));
    const following = followBoth(node, null);
    await eventually(() => following.follower.status().endpoint !== null);
    const late = add(2, node);
    await eventually(() => held(following).logs.get(late.number) === 0);
    fresh = false;
    const early = add(1, node);
    await eventually(() => held(following).logs.get(early.number) === 1);
    lies(node, ({ blockHash }) => (blockHash === undefined ? undefined : []));
    const forgets = add(1, node);
    lies(node, () => undefined);
    for (let i = 0; i < 6; i++) add(0, node);
    await eventually(() => held(following).final >= forgets.number);
    expect(held(following).logs.get(late.number)).toBe(2);
    expect(held(following).logs.get(early.number)).toBe(1);
  });

  it('lets no range in on the word of one of two endpoints', async () => {
    const [liar, honest] = [await pretend(), await pretend()];
    const first = add(0, liar, honest);
    for (let i = 0; i < 200; i++) add(i % 7 === 0 ? 2 : 0, liar, honest);
    for (let i = 0; i < 4; i++) add(0, liar, honest);
    lies(liar, ({ blockHash }) => (blockHash === undefined ? [] : undefined));
    const { number, hash, timeMs } = first;
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: number };
    const following = followBoth(liar, honest, { cursor, recent: [first] });
    await eventually(() => following.follower.status().read === liar.head.number);
    const { logs } = held(following);
    for (const block of liar.blocks) {
      if (block.number > first.number) expect(logs.get(block.number) ?? 0).toBe(block.logs.length);
    }
    expect(following.count('pegwatch_rpc_contradictions_total', { endpoint: 'node-0' })).toBeGreaterThan(0);
  });

  it('compares what an earlier run stored and never saw become final', async () => {
    const [liar, honest] = [await pretend(), await pretend()];
    const first = add(0, liar, honest);
    const block = add(2, liar, honest);
    const { number, hash, timeMs } = block;
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: first.number };
    const stored = () => ({ logs: new Uint8Array(6), by: 'node-1' });
    const since = { [usdcSupply.id]: { since: first.number, print: '' } };
    const before = { silent: false, holes: [], readTimeMs: 0, since };
    const following = followBoth(honest, liar, { cursor, recent: [first, block], stored, before });
    for (let i = 0; i < 6; i++) add(0, honest, liar);
    await eventually(() => held(following).final >= block.number);
    expect(held(following).logs.get(block.number)).toBe(2);
    expect(disagreements(following)).toMatchObject([{ endpoint: 'node-1', reached: true }]);
  });

  it('accuses nobody of what an earlier run did not ask for', async () => {
    const [one, two] = [await pretend(), await pretend()];
    const first = add(0, one, two);
    const block = add(2, one, two);
    const { number, hash, timeMs } = block;
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: first.number };
    const stored = () => ({ logs: new Uint8Array(6), by: 'node-1' });
    const following = followBoth(one, two, { cursor, recent: [first, block], stored });
    for (let i = 0; i < 6; i++) add(0, one, two);
    await eventually(() => held(following).final >= block.number);
    expect(held(following).logs.get(block.number)).toBe(2);
    expect(disagreements(following)).toEqual([]);
  });

  it('asks again at once where a log was garbled on its way, and gives the block whole', async () => {
    const node = await pretend();
    const following = followBoth(node, null);
    await eventually(() => following.follower.status().endpoint !== null);
    let garbledFrame: number | null = null;
    lies(node, ({ blockHash }) => {
      if (blockHash === undefined) return undefined;
      garbledFrame ??= node.frames;
      return garbledFrame === node.frames ? [{ ...mint(1n), data: '0xzz' }] : undefined;
    });
    const block = add(3, node);
    await eventually(() => held(following).logs.has(block.number));
    expect(held(following).logs.get(block.number)).toBe(3);
    expect(following.count('pegwatch_logs_rejected_total')).toBeGreaterThan(0);
    expect(following.inputs.some(({ kind }) => kind === 'reorg')).toBe(false);
  });

  it('lets no head wait for an endpoint that is slow to give its word', async () => {
    const node = await pretend();
    const mute = await startMuteServer();
    const chain = chainConfig([{ ws: node.ws }, { http: mute.http }], { finality });
    const following = follow({ chain, sources: [usdcSupply] }, { requestTimeoutMs: 600_000 });
    try {
      await eventually(() => following.follower.status().endpoint !== null);
      while (mute.asked() === 0) {
        const block = add(1, node);
        await eventually(() => held(following).logs.get(block.number) === 1);
      }
      const { number } = add(1, node);
      await eventually(() => held(following).logs.get(number) === 1);
      expect(held(following).final).toBe(-1);
    } finally {
      await following.stop();
      await mute.close();
    }
  });

  it('believes the receipts under the header, and nobody who adds a log to them', async () => {
    const node = await anvil();
    const liar = await pretend();
    await node.rpc('anvil_setCode', [token, mintCode]);
    await mirror(node, liar, 0);
    const following = followBoth(liar, node);
    await eventually(() => following.follower.status().endpoint !== null);
    const [from] = (await node.rpc('eth_accounts')) as Hex[];
    await node.rpc('eth_sendTransaction', [{ from, to: token, data: zeroWord, gas: '0x186a0' }]);
    const [block] = await mirror(node, liar, 1);
    const fake = { ...mint(0n), logIndex: '0x1', transactionHash: block!.hash };
    lies(liar, ({ blockHash }) =>
      blockHash === block!.hash || blockHash === undefined
        ? [
            {
              ...fake,
              logIndex: '0x0',
              blockHash: block!.hash,
              blockNumber: `0x${block!.number.toString(16)}`,
            },
            { ...fake, blockHash: block!.hash, blockNumber: `0x${block!.number.toString(16)}` },
          ]
        : undefined,
    );
    liar.announce(block!);
    await eventually(() => held(following).logs.get(block!.number) === 2);
    for (const next of await mirror(node, liar, 6)) liar.announce(next);
    await eventually(() => held(following).final >= block!.number);
    expect(held(following).logs.get(block!.number)).toBe(1);
    expect(disagreements(following)[0]).toMatchObject({ endpoint: 'node-0', by: 'receipts', reached: true });
    expect(following.count('pegwatch_rpc_contradictions_total', { endpoint: 'node-0' })).toBeGreaterThan(0);
  });
});

/** Mines on the real node and shows the same blocks, with whole headers, on the pretended one. */
async function mirror(node: Anvil, other: PretendNode, blocks: number): Promise<readonly GivenBlock[]> {
  await node.mine(blocks);
  const added: GivenBlock[] = [];
  const head = Number(await node.rpc('eth_blockNumber'));
  for (let number = other.head.number + (blocks === 0 ? 0 : 1); number <= head; number++) {
    const at = `0x${number.toString(16)}`;
    const header = (await node.rpc('eth_getBlockByNumber', [at, false])) as Record<string, Hex>;
    const { hash, parentHash } = header as { hash: Hex; parentHash: Hex };
    added.push({ number, hash, parentHash, timeMs: Number(header.timestamp) * 1_000, logs: [], header });
  }
  for (const block of added) other.addGiven(block);
  return added;
}
