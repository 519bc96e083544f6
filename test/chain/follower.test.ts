// The follower against a pretend node over real sockets.
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import { LogCursor } from '../../src/core/packed-logs.js';
import type { Block } from '../../src/core/reading.js';
import { eventually } from '../helpers/eventually.js';
import { follow, pretend } from '../helpers/follow.js';
import { chainConfig, type Following } from '../helpers/following.js';
import { mint, usdcSupply, zeroWord } from '../helpers/minting.js';
import type { PretendNode } from '../helpers/pretend-node.js';

function reached(following: Following, node: PretendNode): Promise<boolean> {
  return eventually(() => following.chain().at(-1)?.hash === node.head.hash);
}

function light({ number, hash, parentHash, timeMs }: Block): Block {
  return { number, hash, parentHash, timeMs };
}

describe('a chain is followed', () => {
  it('from its present head on, with the logs of each block', async () => {
    const node = await pretend();
    node.addBlock([mint(5n)]);
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] });
    await reached(following, node);
    node.addBlock([mint(7n), mint(8n)]);
    node.addBlock([]);
    node.addBlock([mint(9n, { address: '0x1111111111111111111111111111111111111111' })]);
    await reached(following, node);
    expect(following.chain()).toEqual(node.blocks.slice(1).map(light));
    const amounts = following.inputs.map((input) => (input.kind === 'block' ? amountsIn(input.logs) : null));
    expect(amounts.filter((one) => one !== null)).toEqual([[5n], [7n, 8n], [], []]);
    expect(following.follower.status()).toMatchObject({
      endpoint: 'node-0',
      caughtUp: true,
      reasons: [],
      read: 4,
    });
  });

  it('without a hole when heads are not announced', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]) });
    await reached(following, node);
    for (let i = 0; i < 100; i++) node.addBlock([], { silent: true });
    node.addBlock();
    await reached(following, node);
    expect(following.chain()).toEqual(node.blocks.map(light));
  });

  it('over HTTP alone where there is no socket', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ http: node.http }]), sources: [usdcSupply] });
    await reached(following, node);
    node.addBlock([mint(3n)]);
    node.addBlock();
    await reached(following, node);
    expect(following.chain()).toEqual(node.blocks.map(light));
    expect(following.follower.status().endpoint).toBe('node-0');
  });

  it('also where its socket is cut again and again', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] });
    await reached(following, node);
    for (let round = 0; round < 5; round++) {
      node.cut();
      node.addBlock([mint(BigInt(round))]);
      node.addBlock();
      await reached(following, node);
    }
    expect(following.chain()).toEqual(node.blocks.map(light));
    expect(following.count('pegwatch_socket_reconnects_total', { reason: 'closed' })).toBeGreaterThan(0);
  });

  it('again once a node that was gone is back on its port', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]) });
    await reached(following, node);
    await node.close();
    for (let i = 0; i < 40; i++) node.addBlock();
    await eventually(
      () =>
        following.follower.status().endpoint !== null &&
        following.count('pegwatch_socket_reconnects_total') > 2,
    );
    await node.open();
    await reached(following, node);
    expect(following.chain()).toEqual(node.blocks.map(light));
  });
});

describe('a reorg', () => {
  it('kills the blocks it replaces, newest first, and only then come the new ones', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] });
    await reached(following, node);
    for (let i = 0; i < 5; i++) node.addBlock([mint(1n)]);
    await reached(following, node);
    const dead = node.blocks.slice(-3).map(({ hash }) => hash);
    const keep = node.blocks.at(-4)!;
    node.reorg(3, 4, () => [mint(2n)]);
    await reached(following, node);
    expect(following.chain()).toEqual(node.blocks.map(light));
    const reorgs = following.inputs.filter((input) => input.kind === 'reorg');
    expect(reorgs).toMatchObject([{ dead: dead.reverse(), keep: { number: keep.number, hash: keep.hash } }]);
    expect(following.count('pegwatch_reorgs_total')).toBe(1);
  });

  it('without a word, with a head that uses a height again, is found all the same', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]) });
    await reached(following, node);
    for (let i = 0; i < 5; i++) node.addBlock();
    await reached(following, node);
    node.rollback(3);
    node.addBlock([mint(1n)]);
    await reached(following, node);
    expect(following.chain()).toEqual(node.blocks.map(light));
  });

  it('right after the start kills only what was given', async () => {
    const node = await pretend();
    for (let i = 0; i < 10; i++) node.addBlock();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]) });
    await reached(following, node);
    const first = node.head.hash;
    node.reorg(4, 5);
    await reached(following, node);
    expect(following.inputs.filter((input) => input.kind === 'reorg')).toMatchObject([
      { dead: [first], keep: { number: 6 } },
    ]);
    expect(following.chain()).toEqual(node.blocks.slice(7).map(light));
  });

  it('that is only claimed by a late head of a dead sibling is not believed', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]) });
    await reached(following, node);
    const sibling = node.addBlock();
    await reached(following, node);
    node.reorg(1, 2);
    await reached(following, node);
    const asked = node.asked.get('eth_getBlockByNumber') ?? 0;
    node.announce(sibling);
    await eventually(() => (node.asked.get('eth_getBlockByNumber') ?? 0) > asked);
    node.addBlock();
    await reached(following, node);
    expect(following.inputs.filter((input) => input.kind === 'reorg')).toHaveLength(1);
  });

  it('below finality is asked about three times before it is told, and is repaired whole where it can be', async () => {
    const node = await pretend();
    const chain = chainConfig([{ ws: node.ws }], { finality: { tag: false, depth: 2, keep: 16 } });
    const following = follow({ chain });
    await reached(following, node);
    for (let i = 0; i < 20; i++) node.addBlock();
    await eventually(() => following.follower.status().finalized === 18);
    node.reorg(8, 9);
    await reached(following, node);
    expect(following.said.filter((line) => line.includes('reorg below finality is claimed'))).toHaveLength(2);
    expect(following.inputs.filter((input) => input.kind === 'reorg')).toMatchObject([
      { keep: { number: 12 } },
    ]);
    expect(following.chain()).toEqual(node.blocks.map(light));
  });

  it('below everything kept is told as far as it is known, and the chain goes on from there', async () => {
    const node = await pretend();
    const chain = chainConfig([{ ws: node.ws }], { finality: { tag: false, depth: 2, keep: 4 } });
    const following = follow({ chain });
    await reached(following, node);
    for (let i = 0; i < 20; i++) node.addBlock();
    await eventually(() => following.follower.status().finalized === 18);
    const old = node.blocks.map(({ hash }) => hash);
    node.reorg(12, 13);
    await eventually(() => following.follower.status().read === node.head.number);
    const at = following.inputs.findIndex((input) => input.kind === 'reorg');
    const [reorg, ...rest] = following.inputs.slice(at);
    if (reorg?.kind !== 'reorg') throw new Error('no reorg');
    const { number, hash } = reorg.keep;
    expect(hash).toBe(node.blocks[number]!.hash);
    expect(reorg.dead).toEqual(old.slice(number + 1).reverse());
    expect(rest.flatMap((input) => (input.kind === 'block' ? [input.block] : []))).toEqual(
      node.blocks.slice(number + 1).map(light),
    );
  });
});

describe('a run that continues another', () => {
  it('fills what happened meanwhile, by range where it is final', async () => {
    const node = await pretend({ finalDepth: 3 });
    node.addBlock();
    const { number, hash, timeMs } = node.head;
    for (let i = 0; i < 500; i++) node.addBlock(i % 50 === 7 ? [mint(BigInt(i))] : []);
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: null };
    const chain = chainConfig([{ ws: node.ws, http: node.http }], { logRange: 64 });
    const following = follow({ chain, sources: [usdcSupply], cursor });
    await reached(following, node);
    const amounts = following.inputs.flatMap((input) =>
      input.kind === 'block' ? amountsIn(input.logs) : [],
    );
    expect(amounts).toEqual([7n, 57n, 107n, 157n, 207n, 257n, 307n, 357n, 407n, 457n]);
    // Blocks without logs are left out where they are final.
    expect(following.chain().length).toBeLessThan(50);
    expect(following.chain().slice(-3)).toEqual(node.blocks.slice(-3).map(light));
    const finals = following.inputs.flatMap((input) => (input.kind === 'finalized' ? [input.number] : []));
    expect(finals.length).toBeGreaterThan(3);
    expect(finals).toEqual(finals.toSorted((a, b) => a - b));
  });

  it('narrows the range where an endpoint refuses it, and loses nothing', async () => {
    const node = await pretend({ finalDepth: 3 });
    for (let i = 0; i < 300; i++) node.addBlock([mint(BigInt(i))]);
    const { number, hash, timeMs } = node.blocks[0]!;
    node.intercept = (method, [filter]) => {
      const { fromBlock, toBlock } = (filter ?? {}) as Record<string, string>;
      const wide = method === 'eth_getLogs' && Number(toBlock) - Number(fromBlock) >= 10;
      return wide ? { error: { code: -32005, message: 'block range too large' } } : undefined;
    };
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: null };
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply], cursor });
    await reached(following, node);
    const amounts = following.inputs.flatMap((input) =>
      input.kind === 'block' ? amountsIn(input.logs) : [],
    );
    expect(amounts).toEqual(Array.from({ length: 300 }, (_, i) => BigInt(i)));
    expect(following.chain()).toHaveLength(300);
  });

  it('asks for less where a large answer breaks off', async () => {
    const node = await pretend({ finalDepth: 3 });
    for (let i = 0; i < 200; i++) node.addBlock([mint(BigInt(i))]);
    const { number, hash, timeMs } = node.blocks[0]!;
    node.intercept = (method, [filter]) => {
      const { fromBlock, toBlock } = (filter ?? {}) as Record<string, string>;
      const wide = method === 'eth_getLogs' && Number(toBlock) - Number(fromBlock) >= 50;
      if (wide) node.cut();
      return undefined;
    };
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: null };
    const following = follow({ chain: chainConfig([{ http: node.http }]), sources: [usdcSupply], cursor });
    await reached(following, node);
    const amounts = following.inputs.flatMap((input) =>
      input.kind === 'block' ? amountsIn(input.logs) : [],
    );
    expect(amounts).toEqual(Array.from({ length: 200 }, (_, i) => BigInt(i)));
  });

  it('finds that stored blocks died during the pause', async () => {
    const node = await pretend();
    for (let i = 0; i < 10; i++) node.addBlock();
    const recent = node.blocks.map(light);
    const { number, hash, timeMs } = node.head;
    node.reorg(4, 6);
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: 2 };
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), cursor, recent });
    await eventually(() => following.follower.status().read === node.head.number);
    const [reorg, ...rest] = following.inputs.filter(({ kind }) => kind !== 'hole' && kind !== 'filled');
    expect(reorg).toMatchObject({
      kind: 'reorg',
      keep: { number: 6, hash: recent[6]!.hash },
      dead: recent
        .slice(7)
        .map((block) => block.hash)
        .reverse(),
    });
    expect(rest.flatMap((input) => (input.kind === 'block' ? [input.block] : []))).toEqual(
      node.blocks.slice(7).map(light),
    );
  });

  it('is not turned around by a head that died while the gap below it was filled', async () => {
    const node = await pretend();
    for (let i = 0; i < 4; i++) node.addBlock();
    const recent = node.blocks.map(light);
    const { number, hash, timeMs } = node.head;
    for (let i = 0; i < 6; i++) node.addBlock();
    const stale = node.head.hash;
    node.intercept = (method, [which]) => {
      // The newest blocks die after the head was asked for, and before the gap is.
      if (method !== 'eth_getBlockByNumber' || Number(which) !== number + 1 || node.head.hash !== stale)
        return;
      node.rollback(2);
      node.addBlock([], { silent: true });
      node.addBlock([], { silent: true });
      return undefined;
    };
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: null };
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), cursor, recent });
    await reached(following, node);
    expect(node.head.hash).not.toBe(stale);
    node.addBlock();
    await reached(following, node);
    expect(following.inputs.filter((input) => input.kind === 'reorg')).toEqual([]);
  });

  it('says so where every stored block died', async () => {
    const node = await pretend();
    for (let i = 0; i < 10; i++) node.addBlock();
    const { number, hash, timeMs } = node.head;
    node.reorg(4, 6);
    const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: null };
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), cursor });
    await eventually(() => following.follower.status().read === node.head.number);
    const [reorg, ...rest] = following.inputs.filter(({ kind }) => kind !== 'hole' && kind !== 'filled');
    // What stands below now is named, so that the engine can tell that it never held it.
    expect(reorg).toMatchObject({
      kind: 'reorg',
      dead: [hash],
      keep: { number: 9, hash: node.blocks[9]!.hash },
    });
    expect(rest.flatMap((input) => (input.kind === 'block' ? [input.block] : []))).toEqual(
      node.blocks.slice(10).map(light),
    );
  });
});

describe('hostile and broken nodes', () => {
  it('malformed frames and logs are counted and cost nothing else', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] });
    await reached(following, node);
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '[1,null,{}]',
      '{"id":99999,"result":1}',
      '{"method":"eth_subscription"}',
    ]) {
      node.shout(text);
    }
    node.shout('{"method":"eth_subscription","params":{"result":{"number":"0xzz"}}}');
    node.intercept = (method) => {
      if (method !== 'eth_getLogs') return undefined;
      const good = {
        ...mint(4n),
        blockHash: node.head.hash,
        blockNumber: `0x${node.head.number.toString(16)}`,
      };
      const log = { ...good, transactionHash: zeroWord, logIndex: '0x0', removed: false };
      const bad = [
        null,
        7,
        { ...log, topics: null },
        { ...log, logIndex: '-1' },
        { ...log, logIndex: '0x3', data: '0x0g' },
        { ...log, address: '0x1111111111111111111111111111111111111111' },
        { ...log, removed: true },
      ];
      return { result: [...bad, log] };
    };
    node.addBlock();
    await reached(following, node);
    const last = following.inputs.findLast((input) => input.kind === 'block');
    expect(last?.kind === 'block' && amountsIn(last.logs)).toEqual([4n]);
    expect(following.count('pegwatch_frames_malformed_total')).toBeGreaterThanOrEqual(8);
    expect(following.count('pegwatch_logs_rejected_total')).toBeGreaterThanOrEqual(7);
  });

  it('an endpoint that contradicts itself is left for another', async () => {
    const liar = await pretend();
    const honest = await pretend();
    const chain = chainConfig([{ ws: liar.ws }, { ws: honest.ws }]);
    const following = follow({ chain, sources: [usdcSupply] });
    await reached(following, honest);
    liar.intercept = (method) =>
      method === 'eth_getLogs'
        ? { result: [{ ...mint(1n), blockHash: zeroWord, transactionHash: zeroWord, logIndex: '0x0' }] }
        : undefined;
    const block = honest.addBlock([mint(6n)]);
    liar.addGiven(block, true);
    await reached(following, honest);
    const last = following.inputs.findLast((input) => input.kind === 'block');
    expect(last?.kind === 'block' && amountsIn(last.logs)).toEqual([6n]);
    expect(following.said.some((line) => line.includes('contradiction') && line.includes('node-0'))).toBe(
      true,
    );
  });

  it('an endpoint of another chain is refused, by name only, and the others carry on', async () => {
    const wrong = await pretend({ chainId: 56 });
    const right = await pretend();
    const chain = chainConfig([{ name: 'wrong', ws: `${wrong.ws}/v3/secretkey123` }, { ws: right.ws }]);
    const following = follow({ chain });
    await reached(following, right);
    right.addBlock();
    await reached(following, right);
    expect(following.said.find((line) => line.includes('another chain'))).toContain('"endpoint":"wrong"');
    expect(following.said.join()).not.toContain('secretkey123');
    expect(following.said.join()).not.toContain('127.0.0.1');
    expect(wrong.asked.get('eth_getBlockByNumber')).toBeUndefined();
  });

  it('and is taken back when it has been repaired', async () => {
    const node = await pretend({ chainId: 56 });
    const following = follow({ chain: chainConfig([{ ws: node.ws }]) }, { refusedForMs: 20 });
    await eventually(() => following.said.some((line) => line.includes('another chain')));
    node.chainId = 1;
    await reached(following, node);
  });

  it('a deaf node is left for the next one, and nothing is missed', async () => {
    const first = await pretend();
    const second = await pretend();
    const chain = chainConfig([{ ws: first.ws }, { ws: second.ws }], { silenceMs: 400 });
    const following = follow({ chain }, { requestTimeoutMs: 200 });
    await reached(following, first);
    first.goDeaf();
    for (let i = 0; i < 3; i++) second.addBlock();
    await reached(following, second);
    expect(following.chain()).toEqual(second.blocks.map(light));
    await eventually(() => following.follower.status().endpoint === 'node-1');
  });

  it('a socket that tells of no head while others have one is left, long before the chain counts as silent', async () => {
    const first = await pretend();
    const second = await pretend();
    const following = follow({ chain: chainConfig([{ ws: first.ws }, { ws: second.ws }]) });
    await eventually(() => following.follower.status().endpoint === 'node-0');
    first.addBlock();
    second.addBlock();
    await reached(following, first);
    for (let i = 0; i < 3; i++) second.addBlock();
    await eventually(() => following.count('pegwatch_socket_reconnects_total', { reason: 'deaf' }) > 0);
    await eventually(() => following.follower.status().endpoint === 'node-1');
    await reached(following, second);
  });

  it('a slow chain is not called a deaf socket', async () => {
    const first = await pretend();
    const second = await pretend();
    const following = follow({ chain: chainConfig([{ ws: first.ws }, { ws: second.ws }]) });
    await reached(following, first);
    const asked = (): number => second.asked.get('eth_getBlockByNumber') ?? 0;
    await eventually(() => asked() >= 2);
    expect(following.count('pegwatch_socket_reconnects_total')).toBe(0);
  });

  it('a half-open socket is noticed by its missing pong', async () => {
    const node = await pretend();
    const following = follow(
      { chain: chainConfig([{ ws: node.ws }]) },
      { pingEveryMs: 20, pongWithinMs: 20, requestTimeoutMs: 100 },
    );
    await reached(following, node);
    node.goDeaf();
    await eventually(
      () => following.count('pegwatch_socket_reconnects_total', { reason: 'pong-timeout' }) > 0,
    );
    node.hear();
    node.addBlock();
    await reached(following, node);
  });

  it('rate limits and missing backends delay a block, they do not lose it', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] });
    await reached(following, node);
    let left = 6;
    node.intercept = (method) => {
      if (method !== 'eth_getLogs' || left-- <= 0) return undefined;
      return {
        error:
          left % 2
            ? { code: -32005, message: 'daily request count exceeded, request rate limited' }
            : { code: -32000, message: 'no backend is currently healthy' },
      };
    };
    node.addBlock([mint(1n)]);
    await reached(following, node);
    expect(following.chain()).toEqual(node.blocks.map(light));
  });
});

describe('silence', () => {
  it('is told once and ended once', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws }], { silenceMs: 100 }) });
    await eventually(() => following.inputs.some(({ kind }) => kind === 'silent'));
    expect(following.follower.status()).toMatchObject({ caughtUp: false });
    node.addBlock();
    await reached(following, node);
    const kinds = following.inputs
      .map(({ kind }) => kind)
      .filter((kind) => kind === 'silent' || kind === 'heard');
    expect(kinds.slice(0, 2)).toEqual(['silent', 'heard']);
    const heard = following.inputs.findIndex(({ kind }) => kind === 'heard');
    expect(following.inputs.slice(heard).some(({ kind }) => kind === 'block')).toBe(true);
  });

  it('is told also where no node was ever reached', async () => {
    const chain = chainConfig([{ ws: 'ws://127.0.0.1:1' }], { silenceMs: 100 });
    const following = follow({ chain });
    const silent = await eventually(() => following.inputs.find(({ kind }) => kind === 'silent'));
    expect(silent).toMatchObject({ chain: 'ethereum', reason: 'no endpoint answers with a new head' });
  });
});

describe('calls', () => {
  const totalSupply = '0x18160ddd';
  const supply: Hex = `0x${(10n ** 15n).toString(16).padStart(64, '0')}`;

  it('run at the first live block, pinned to its hash', async () => {
    const node = await pretend({ onCall: ({ data }) => (data.startsWith(totalSupply) ? supply : null) });
    node.addBlock();
    const pins: unknown[] = [];
    node.intercept = (method, params) => {
      if (method === 'eth_call') pins.push(params[1]);
      return undefined;
    };
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] });
    await reached(following, node);
    const first = following.inputs.find((input) => input.kind === 'block');
    expect(first).toMatchObject({ calls: [{ source: usdcSupply.id, call: 'totalSupply', data: supply }] });
    expect(new Set(pins.map((pin) => JSON.stringify(pin)))).toEqual(
      new Set([JSON.stringify({ blockHash: node.head.hash })]),
    );
  });

  it('go by number where an endpoint refuses to be asked by hash', async () => {
    const node = await pretend({ onCall: () => supply });
    node.intercept = (method, [, at]) =>
      method === 'eth_call' && typeof at === 'object'
        ? { error: { code: -32602, message: 'invalid argument 1: json: cannot unmarshal object' } }
        : undefined;
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] });
    await reached(following, node);
    expect(following.inputs.find((input) => input.kind === 'block')).toMatchObject({
      calls: [{ data: supply }],
    });
  });

  it('that fail are told as unknown and hold nothing up', async () => {
    const node = await pretend();
    node.addBlock([mint(3n)]);
    const following = follow({ chain: chainConfig([{ ws: node.ws }]), sources: [usdcSupply] });
    await reached(following, node);
    const first = following.inputs.find((input) => input.kind === 'block');
    expect(first).toMatchObject({ calls: [{ call: 'totalSupply', data: null }] });
    expect(first?.kind === 'block' && amountsIn(first.logs)).toEqual([3n]);
  });
});

describe('the end', () => {
  it('leaves no connection behind, whenever it comes', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws, http: node.http }]) });
    await eventually(() => node.connections > 0);
    await following.stop();
    await eventually(() => node.connections === 0);
  });

  it('comes also while nobody answers', async () => {
    const node = await pretend();
    const following = follow({ chain: chainConfig([{ ws: node.ws, http: node.http }]) });
    await reached(following, node);
    node.goDeaf();
    await following.stop();
    expect(following.inputs.length).toBeGreaterThan(0);
  });
});

function amountsIn(packed: Uint8Array): readonly bigint[] {
  const cursor = new LogCursor(packed);
  const amounts: bigint[] = [];
  while (cursor.next()) amounts.push(cursor.uint(0));
  return amounts;
}
