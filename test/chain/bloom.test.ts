import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { hexToBytes } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { mayHold, speaksAgainst } from '../../src/chain/bloom.js';
import type { Hex } from '../../src/core/hex.js';
import { bloomOf } from '../helpers/bloom-of.js';
import { sharedPath } from '../helpers/shared.js';

const word = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((all): Hex => `0x${Buffer.from(all).toString('hex')}`);
const log = fc.record({ address: word(20), topics: fc.array(word(32), { maxLength: 4 }) });

describe('the bloom filter of a header', () => {
  it('never denies what is in the block', () => {
    fc.assert(
      fc.property(fc.array(log, { maxLength: 20 }), (logs) => {
        const bits = hexToBytes(bloomOf(logs));
        for (const { address, topics } of logs)
          for (const one of [address, ...topics]) expect(mayHold(bits, one)).toBe(true);
      }),
    );
  });

  it('speaks against an answer without the logs of a watched contract, and for one that has them', () => {
    fc.assert(
      fc.property(log, fc.array(log, { maxLength: 10 }), word(20), (own, others, stranger) => {
        fc.pre(own.topics.length > 0);
        const filter = { address: [own.address, stranger], topics: [own.topics.slice(0, 1)] };
        const bloom = bloomOf([own, ...others]);
        expect(speaksAgainst(bloom, [filter], new Set())).toBe(true);
        const heard = speaksAgainst(bloom, [filter], new Set([own.address]));
        expect(heard).toBe(mayHold(hexToBytes(bloom), stranger));
      }),
    );
  });

  it('says nothing where it is so full that everything may be in it', () => {
    const full: Hex = `0x${'ff'.repeat(256)}`;
    const filter = { address: [`0x${'11'.repeat(20)}` as Hex], topics: [] };
    expect(speaksAgainst(full, [filter], new Set())).toBe(false);
    expect(speaksAgainst(undefined, [filter], new Set())).toBe(false);
  });

  const receipts = sharedPath(
    'data/rpc_fixtures/execution_apis/eth_getBlockReceipts/get-block-receipts-latest.io',
  );
  it.skipIf(receipts === null)(
    `is read as go-ethereum writes it${receipts === null ? ' (../shared is absent)' : ''}`,
    () => {
      const text = readFileSync(receipts ?? '', 'utf8');
      const answer = text.split('\n').find((line) => line.startsWith('<< '));
      const { result } = JSON.parse(answer?.slice(3) ?? '{}') as {
        result: { logsBloom: Hex; logs: { address: Hex; topics: Hex[] }[] }[];
      };
      const spoken = result.filter(({ logs }) => logs.length > 0);
      expect(spoken.length).toBeGreaterThan(0);
      for (const { logsBloom, logs } of spoken) expect(bloomOf(logs)).toBe(logsBloom);
    },
  );
});
