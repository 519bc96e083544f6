// What the answers of calls become. viem encodes them.
import fc from 'fast-check';
import { encodeAbiParameters, parseAbiParameters } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { Observation } from '../../src/core/observation.js';
import { protocolOf, protocols } from '../../src/protocols/index.js';
import { address, hexBytes, integer, makeSource } from './helpers.js';

const encode = (types: string, ...values: readonly unknown[]): Hex =>
  encodeAbiParameters(parseAbiParameters(types) as never, values as never);

function decoded(name: string, tokens: number, answers: Record<string, Hex | null>) {
  const protocol = protocolOf(name);
  return protocol.decodeCalls(new Map(Object.entries(answers)), makeSource(protocol, tokens));
}

describe('answers become observations', () => {
  it('totalSupply of a token', () => {
    fc.assert(
      fc.property(integer(256, false), fc.constantFrom('erc20', 'tether'), (amount, name) => {
        expect(decoded(name, 1, { totalSupply: encode('uint256', amount) })).toEqual([
          { kind: 'totalSupply', amount },
        ]);
      }),
    );
  });

  it('getReserves of a pair', () => {
    fc.assert(
      fc.property(integer(112, false), integer(112, false), (a, b) => {
        const answer = encode('uint112, uint112, uint32', a, b, 1);
        expect(decoded('uniswap-v2', 2, { getReserves: answer })).toEqual([
          { kind: 'reserves', amounts: [a, b] },
        ]);
      }),
    );
  });

  it('slot0 and liquidity of a concentrated pool, also one without the other', () => {
    fc.assert(
      fc.property(integer(160, false), integer(24, true), integer(128, false), (price, tick, inRange) => {
        fc.pre(price > 0n);
        const slot0 = encode(
          'uint160, int24, uint16, uint16, uint16, uint8, bool',
          price,
          Number(tick),
          1,
          2,
          3,
          4,
          true,
        );
        const liquidity = encode('uint128', inRange);
        const range: Observation = {
          kind: 'range',
          sqrtPriceX96: price,
          liquidity: inRange,
          tick: Number(tick),
        };
        expect(decoded('uniswap-v3', 2, { slot0, liquidity })).toEqual([range]);
        expect(decoded('uniswap-v3', 2, { slot0, liquidity: null })).toEqual([{ ...range, liquidity: null }]);
        expect(decoded('uniswap-v3', 2, { slot0: null, liquidity })).toEqual([
          { ...range, sqrtPriceX96: null, tick: null },
        ]);
      }),
    );
  });

  it('a pool that was never initialised has no price, not a price of zero', () => {
    const slot0 = encode('uint160, int24, uint16, uint16, uint16, uint8, bool', 0n, 0, 0, 0, 0, 0, false);
    expect(decoded('uniswap-v3', 2, { slot0, liquidity: encode('uint128', 0n) })).toEqual([
      { kind: 'range', sqrtPriceX96: null, liquidity: 0n, tick: null },
    ]);
  });

  it.each(['curve-stable-swap', 'curve-stable-swap-ng'])('balances and A of %s, each on its own', (name) => {
    const [b0, b1, b2] = [1n, 2n ** 200n, 0n].map((value) => encode('uint256', value)) as [Hex, Hex, Hex];
    const A = encode('uint256', 2000n);
    const reserves = { kind: 'reserves', amounts: [1n, 2n ** 200n, 0n] };
    const amplification = { kind: 'amplification', a: 2000n };
    expect(decoded(name, 3, { balances0: b0, balances1: b1, balances2: b2, A })).toEqual([
      reserves,
      amplification,
    ]);
    expect(decoded(name, 3, { balances0: b0, balances1: b1, balances2: b2 })).toEqual([reserves]);
    expect(decoded(name, 3, { A })).toEqual([amplification]);
    // A pool of which one balance is unknown is unknown.
    expect(decoded(name, 3, { balances0: b0, balances1: null, balances2: b2, A })).toEqual([amplification]);
  });

  it('latestRoundData and aggregator of a feed', () => {
    fc.assert(
      fc.property(
        integer(64, false),
        integer(16, false),
        integer(256, true),
        integer(40, false),
        hexBytes(20),
        (round, phase, answer, updatedAt, aggregator) => {
          fc.pre(updatedAt > 0n && BigInt(aggregator) > 0n);
          const roundId = (phase << 64n) | round;
          const latestRoundData = encode(
            'uint80, int256, uint256, uint256, uint80',
            roundId,
            answer,
            1n,
            updatedAt,
            roundId,
          );
          // The aggregator counts without the proxy's phase: as its events do.
          expect(
            decoded('chainlink', 1, { latestRoundData, aggregator: encode('address', aggregator) }),
          ).toEqual([
            { kind: 'answer', answer, roundId: round, updatedAtMs: Number(updatedAt) * 1000 },
            { kind: 'emitter', address: aggregator },
          ]);
        },
      ),
    );
  });

  it('a feed that was never answered says nothing', () => {
    const latestRoundData = encode('uint80, int256, uint256, uint256, uint80', 0n, 0n, 0n, 0n, 0n);
    expect(decoded('chainlink', 1, { latestRoundData })).toEqual([]);
  });
});

describe('answers that cannot be are malformed', () => {
  const word = (n: bigint) => encode('uint256', n).slice(2);
  it.each<[string, string, number, Record<string, Hex>]>([
    ['an empty answer, as of an account without code', 'erc20', 1, { totalSupply: '0x' }],
    ['a word that is cut', 'erc20', 1, { totalSupply: `0x${'0'.repeat(62)}` }],
    ['text that is no hexadecimal', 'erc20', 1, { totalSupply: `0x${'z'.repeat(64)}` }],
    [
      'a reserve above 112 bits',
      'uniswap-v2',
      2,
      { getReserves: `0x${word(1n << 112n)}${word(1n)}${word(1n)}` },
    ],
    ['one reserve', 'uniswap-v2', 2, { getReserves: `0x${word(1n)}` }],
    ['a price above 160 bits', 'uniswap-v3', 2, { slot0: `0x${word(1n << 160n)}${word(0n)}` }],
    ['a tick above 24 bits', 'uniswap-v3', 2, { slot0: `0x${word(1n)}${word(1n << 23n)}` }],
    ['liquidity above 128 bits', 'uniswap-v3', 2, { liquidity: `0x${word(1n << 128n)}` }],
    ['a balance that is cut', 'curve-stable-swap', 2, { balances0: `0x${word(1n)}`, balances1: '0x01' }],
    ['an amplification of zero', 'curve-stable-swap', 2, { A: `0x${word(0n)}` }],
    ['an aggregator at the zero address', 'chainlink', 1, { aggregator: `0x${word(0n)}` }],
    ['an aggregator above 160 bits', 'chainlink', 1, { aggregator: `0x${word(1n << 160n)}` }],
    ['four words of five', 'chainlink', 1, { latestRoundData: `0x${word(1n).repeat(4)}` }],
    [
      'a time that no clock shows',
      'chainlink',
      1,
      { latestRoundData: `0x${word(1n)}${word(1n)}${word(1n)}${word(1n << 60n)}${word(1n)}` },
    ],
  ])('%s', (_, name, tokens, answers) => expect(decoded(name, tokens, answers)).toBeNull());

  it('and none makes a decoder throw', () => {
    for (const protocol of protocols) {
      const source = makeSource(protocol, protocol.tokenCount[1]);
      const names = protocol.calls(source).map((call) => call.name);
      const answer = fc.oneof(
        hexBytes(0, 300),
        fc.string().map((text) => `0x${text}` as Hex),
        fc.constant(null),
      );
      fc.assert(
        fc.property(fc.array(answer, { minLength: names.length, maxLength: names.length }), (answers) => {
          const result = protocol.decodeCalls(
            new Map(names.map((name, i) => [name, answers[i] ?? null])),
            source,
          );
          expect(result === null || Array.isArray(result)).toBe(true);
        }),
      );
    }
  });
});

describe('identity', () => {
  const fields = (name: string, tokens: number) => {
    const protocol = protocolOf(name);
    return protocol.identity(makeSource(protocol, tokens));
  };

  it('asks for every token and its decimals', () => {
    expect(fields('erc20', 1).map((check) => check.field)).toEqual(['tokens[0].decimals']);
    expect(fields('uniswap-v3', 2).map((check) => check.field)).toEqual([
      'tokens[0].address',
      'tokens[1].address',
      'tokens[0].decimals',
      'tokens[1].decimals',
    ]);
    expect(fields('curve-stable-swap', 3)).toHaveLength(6);
    expect(fields('chainlink', 1).map((check) => [check.field, check.expected])).toEqual([
      ['answerDecimals', '8'],
    ]);
  });

  it('reads an address and decimals in the words of the configuration', () => {
    for (const protocol of protocols) {
      for (const check of protocol.identity(makeSource(protocol, protocol.tokenCount[1]))) {
        const right = check.field.endsWith('address')
          ? encode('address', check.expected)
          : encode('uint8', Number(check.expected));
        expect(check.read(right)).toBe(check.expected);
        expect(check.read(encode('uint256', 9n))).not.toBe(check.expected);
        for (const bad of ['0x', '0x01', encode('uint256', 1n << 255n)] as const)
          expect(check.read(bad)).toBeNull();
      }
    }
  });

  it('an address is compared in lower case', () => {
    const protocol = protocolOf('uniswap-v2');
    const source = makeSource(protocol, 2);
    const upper = source.tokens.map((token) => ({
      ...token,
      address: token.address.toUpperCase().replace('X', 'x') as Hex,
    }));
    expect(protocol.identity({ ...source, tokens: upper })[0]?.expected).toBe(address(0x1000));
  });

  it('decimals that nobody can compute with are malformed', () => {
    const [check] = fields('erc20', 1);
    expect(check?.read(encode('uint256', 77n))).toBe('77');
    expect(check?.read(encode('uint256', 100_000n))).toBeNull();
  });

  it('old pools are asked with an int128 index where uint256 reverts', () => {
    const protocol = protocolOf('curve-stable-swap');
    const source = makeSource(protocol, 2);
    for (const call of protocol.calls(source).filter(({ name }) => name.startsWith('balances'))) {
      expect(call.fallbackData?.slice(10)).toBe(call.data.slice(10));
      expect(call.fallbackData?.slice(0, 10)).not.toBe(call.data.slice(0, 10));
      expect([...call.when].sort()).toEqual(['event', 'poll', 'start']);
    }
    for (const check of protocol.identity(source).filter(({ field }) => field.endsWith('address'))) {
      expect(check.fallbackData).toBeDefined();
    }
  });
});
