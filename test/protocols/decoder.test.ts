import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import { noLogs } from '../../src/core/packed-logs.js';
import type { RawLog } from '../../src/core/reading.js';
import { chainlink } from '../../src/protocols/chainlink.js';
import { curveStableSwap } from '../../src/protocols/curve-stable-swap.js';
import { createDecoder } from '../../src/protocols/decoder.js';
import { erc20 } from '../../src/protocols/erc20.js';
import { uniswapV2 } from '../../src/protocols/uniswap-v2.js';
import { uniswapV3 } from '../../src/protocols/uniswap-v3.js';
import { address, decodeAll, decoderOf, eventOf, logOf, makeSource, transactionHash } from './helpers.js';

const zero = address(0);
const transfer = eventOf(erc20.events[0]!);
const mint = logOf(transfer, { from: zero, to: address(1), value: 5n });
const burn = logOf(transfer, { from: address(1), to: zero, value: 3n });
const answer = (at: Hex) =>
  logOf(eventOf(chainlink.events[0]!), { current: 100_000_000n, roundId: 7n, updatedAt: 1_700_000_000n }, at);

describe('the decoder', () => {
  it('has nothing to say about an empty block', () => {
    expect(decodeAll(decoderOf(makeSource(erc20, 1)), [])).toEqual({
      observations: [],
      sources: [],
      problems: [],
    });
  });

  it('tells mints and burns apart under one topic and leaves plain transfers alone', () => {
    const plain = logOf(transfer, { from: address(1), to: address(2), value: 9n });
    const nothing = logOf(transfer, { from: zero, to: zero, value: 9n });
    const { observations, problems } = decodeAll(decoderOf(makeSource(erc20, 1)), [
      mint,
      plain,
      burn,
      nothing,
    ]);
    expect(observations).toEqual([
      { kind: 'supply', delta: 5n },
      { kind: 'supply', delta: -3n },
    ]);
    expect(problems).toEqual([]);
  });

  it('gives one log to every source at its address, in the order of the sources', () => {
    const a = makeSource(erc20, 1, { id: 'ethereum/a' });
    const b = makeSource(erc20, 1, {
      id: 'ethereum/b',
      address: a.address.toUpperCase().replace('X', 'x') as Hex,
    });
    const { sources, observations } = decodeAll(decoderOf(a, b), [mint, burn]);
    expect(sources).toEqual(['ethereum/a', 'ethereum/b', 'ethereum/a', 'ethereum/b']);
    expect(observations.map((o) => o.kind === 'supply' && o.delta)).toEqual([5n, 5n, -3n, -3n]);
  });

  it('a log that is malformed for one source may be fine for the next', () => {
    const two = makeSource(curveStableSwap, 2, { id: 'ethereum/two' });
    const three = makeSource(curveStableSwap, 3, { id: 'ethereum/three' });
    const exchange = logOf(eventOf(curveStableSwap.events[0]!), {
      buyer: zero,
      sold_id: 0n,
      tokens_sold: 5n,
      bought_id: 2n,
      tokens_bought: 4n,
    });
    const { observations, problems } = decodeAll(decoderOf(two, three), [exchange]);
    expect(problems.map(({ code, source }) => [code, source])).toEqual([['log-malformed', 'ethereum/two']]);
    expect(observations).toMatchObject([{ kind: 'swap', amounts: [5n, 0n, -4n] }]);
  });

  it('keeps the raw words of a malformed log, bounded', () => {
    const huge: RawLog = { ...mint, data: `0x${'ab'.repeat(1_000_000)}` };
    const [problem] = decodeAll(decoderOf(makeSource(erc20, 1)), [huge]).problems;
    const raw = JSON.parse(problem?.raw ?? '');
    expect(raw).toMatchObject({
      address: mint.address,
      topics: mint.topics,
      transactionHash,
      dataBytes: 1_000_000,
    });
    expect(huge.data.startsWith(raw.data)).toBe(true);
    expect(problem?.raw?.length).toBeLessThan(3000);
  });

  it('says once per block and emitter that a contract is not watched', () => {
    const stranger = { ...mint, address: address(0xbad) };
    const { observations, problems } = decodeAll(decoderOf(makeSource(erc20, 1)), [stranger, mint, stranger]);
    expect(observations).toEqual([{ kind: 'supply', delta: 5n }]);
    expect(problems.map(({ code }) => code)).toEqual(['log-unknown-emitter']);
    expect(problems[0]?.raw).toContain(stranger.address);
  });

  it('ignores what a watched contract emits besides, with and without a topic', () => {
    const other: RawLog = { ...mint, topics: [`0x${'77'.repeat(32)}`] };
    const bare: RawLog = { ...mint, topics: [] };
    const pool: RawLog = { ...mint, topics: [uniswapV3.events[0]!.topic0, ...mint.topics.slice(1)] };
    expect(decodeAll(decoderOf(makeSource(erc20, 1)), [other, bare, pool])).toMatchObject({
      observations: [],
      problems: [],
    });
  });

  it('two emitters with the same few bits are not taken for each other', () => {
    // The same last bytes of the address and first bytes of the topic: one bucket of the table.
    const twin: Hex = `0x${'99'.repeat(16)}${mint.address.slice(-8)}`;
    const { observations, problems } = decodeAll(decoderOf(makeSource(erc20, 1)), [
      { ...mint, address: twin },
      {
        ...mint,
        topics: [`${mint.topics[0]!.slice(0, 10)}${'00'.repeat(28)}` as Hex, ...mint.topics.slice(1)],
      },
    ]);
    expect(observations).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['log-unknown-emitter']);
  });

  it('leaves sources of other chains alone', () => {
    const decoder = createDecoder('polygon', [makeSource(erc20, 1)]);
    const { observations, problems } = decodeAll(decoder, [mint]);
    expect(observations).toEqual([]);
    expect(problems).toMatchObject([{ code: 'log-unknown-emitter', chain: 'polygon' }]);
  });

  it('an unknown protocol is refused at once, by name', () => {
    const source = { ...makeSource(erc20, 1), protocol: 'uniswap-v9' };
    expect(() => createDecoder('ethereum', [source])).toThrow('uniswap-v9');
  });
});

describe('a feed', () => {
  const feed = makeSource(chainlink, 1);
  const [first, second] = [address(0xa1), address(0xa2)];

  it('is heard from its aggregators, old and new, and not from its proxy', () => {
    const decoder = createDecoder('ethereum', [feed]);
    expect(decodeAll(decoder, [answer(feed.address)])).toMatchObject({ observations: [], problems: [] });
    expect(decodeAll(decoder, [answer(first)]).problems).toMatchObject([{ code: 'log-unknown-emitter' }]);
    decoder.setEmitter(feed.id, first);
    decoder.setEmitter(feed.id, second);
    const { observations, problems } = decodeAll(decoder, [answer(first), answer(second)]);
    expect(problems).toEqual([]);
    expect(observations).toEqual(
      Array(2).fill({
        kind: 'answer',
        answer: 100_000_000n,
        roundId: 7n,
        updatedAtMs: 1_700_000_000_000,
      }),
    );
  });

  it('is heard once even where its aggregator is named again, in other letters', () => {
    const decoder = createDecoder('ethereum', [feed]);
    const named: Hex = '0x00000000000000000000000000000000000000ab';
    decoder.setEmitter(feed.id, named);
    decoder.setEmitter(feed.id, named.replace('ab', 'AB') as Hex);
    expect(decodeAll(decoder, [answer(named)]).observations).toHaveLength(1);
  });

  it('an emitter of a source that is gone changes nothing', () => {
    const decoder = createDecoder('ethereum', [feed]);
    decoder.setEmitter('ethereum/gone', first);
    expect(decodeAll(decoder, [answer(first)]).problems).toMatchObject([{ code: 'log-unknown-emitter' }]);
  });
});

describe('call results', () => {
  const word = (n: bigint) => BigInt.asUintN(256, n).toString(16).padStart(64, '0');
  const pool = makeSource(uniswapV2, 2, { id: 'ethereum/pool' });
  const token = makeSource(erc20, 1, { id: 'ethereum/token', address: address(0x7) });
  const decoder = decoderOf(pool, token);
  const reserves: Hex = `0x${word(1n)}${word(2n)}${word(3n)}`;

  it('come after the logs, source by source, without a log', () => {
    const order: string[] = [];
    decoder.decode(
      {
        logs: noLogs,
        calls: [
          { source: token.id, call: 'totalSupply', data: `0x${word(9n)}` },
          { source: pool.id, call: 'getReserves', data: reserves },
        ],
      },
      {
        observation: (source, observation, log) => order.push(`${source.id} ${observation.kind} ${log}`),
        problem: () => order.push('problem'),
      },
    );
    expect(order).toEqual(['ethereum/token totalSupply null', 'ethereum/pool reserves null']);

    const both = decodeAll(
      decoder,
      [{ ...mint, address: token.address }],
      [{ source: pool.id, call: 'getReserves', data: reserves }],
    );
    expect(both.observations.map(({ kind }) => kind)).toEqual(['supply', 'reserves']);
  });

  it('that failed are a problem of their source and spoil nothing else', () => {
    const { observations, problems } = decodeAll(
      decoder,
      [],
      [
        { source: token.id, call: 'totalSupply', data: null },
        { source: pool.id, call: 'getReserves', data: reserves },
      ],
    );
    expect(problems).toMatchObject([
      { code: 'call-failed', source: token.id, message: expect.stringContaining('totalSupply') },
    ]);
    expect(observations).toEqual([{ kind: 'reserves', amounts: [1n, 2n] }]);
  });

  it('that are malformed are a problem with their words, bounded', () => {
    const data: Hex = `0x${'ff'.repeat(100_000)}`;
    const { observations, problems } = decodeAll(
      decoder,
      [],
      [{ source: pool.id, call: 'getReserves', data }],
    );
    expect(observations).toEqual([]);
    expect(problems).toMatchObject([{ code: 'call-malformed', source: pool.id, chain: 'ethereum' }]);
    expect(problems[0]?.raw).toContain('getReserves');
    expect(problems[0]?.raw?.length).toBeLessThan(3000);
  });

  it('of a source that is gone are left alone', () => {
    const { observations, problems } = decodeAll(
      decoder,
      [],
      [{ source: 'ethereum/gone', call: 'getReserves', data: reserves }],
    );
    expect([observations, problems]).toEqual([[], []]);
  });
});
