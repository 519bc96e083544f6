import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { RawLog } from '../../src/core/reading.js';
import { protocolOf } from '../../src/protocols/index.js';
import { decodeAll, decoderOf, makeSource, transactionHash, watchedAddress } from './helpers.js';

const decoder = decoderOf(makeSource(protocolOf('issued-erc20'), 1));
const one = `${'0'.repeat(24)}${'11'.repeat(20)}`;
const two = `${'0'.repeat(24)}${'22'.repeat(20)}`;

function topic0(name: string): Hex {
  const event = protocolOf('issued-erc20').events.find(({ signature }) =>
    signature.startsWith(`event ${name}(`),
  );
  if (event === undefined) throw new Error(`no event ${name}`);
  return event.topic0;
}

function told(name: string, indexed: readonly string[], plain: readonly string[]) {
  const log: RawLog = {
    address: watchedAddress,
    topics: [topic0(name), ...indexed.map((word): Hex => `0x${word}`)],
    data: `0x${plain.join('')}`,
    transactionHash,
    logIndex: 0,
  };
  const { observations, problems } = decodeAll(decoder, [log]);
  return observations[0] ?? problems[0]?.code;
}

describe('acts of an issuer', () => {
  it('are read from proxies that index what they say and from older ones that do not', () => {
    const upgraded = { kind: 'control', action: 'upgraded', subject: `0x${'11'.repeat(20)}` };
    expect(told('Upgraded', [one], [])).toEqual(upgraded);
    expect(told('Upgraded', [], [one])).toEqual(upgraded);
    const owner = { kind: 'control', action: 'owner', subject: `0x${'11'.repeat(20)}` };
    expect(told('OwnershipTransferred', [one, two], [])).toEqual(owner);
    expect(told('OwnershipTransferred', [], [one, two])).toEqual(owner);
  });

  it('are refused in a shape between the two, and where an address is none', () => {
    expect(told('OwnershipTransferred', [one], [two])).toBe('log-malformed');
    expect(told('Upgraded', [], ['f'.repeat(64)])).toBe('log-malformed');
    expect(told('Upgraded', ['f'.repeat(64)], [])).toBe('log-malformed');
  });
});
