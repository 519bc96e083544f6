import { expect, it } from 'vitest';
import {
  type BlockContext,
  contextOf,
  contextSentence,
  contextText,
  fuller,
} from '../../src/core/block-context.js';
import type { Hex } from '../../src/core/hex.js';
import type { Signal } from '../../src/core/signal.js';
import { makeSignal } from '../helpers/make.js';

const calm: BlockContext = {
  transactions: 180,
  failed: 6,
  baseFeeGwei: 22.4,
  baseFeeTimesUsual: 1.04,
  gasUsedShare: 0.51,
};
const block = { chain: 'ethereum', blockNumber: 7, blockHash: '0xaa' } as const;
const told = (about: Partial<BlockContext>): string | null =>
  contextSentence({ ...block, ...calm, ...about });

it.each<[Partial<BlockContext>, string | null]>([
  [{}, null],
  [
    { failed: 41, baseFeeGwei: 312, baseFeeTimesUsual: 14 },
    'In block 7 on ethereum 41 of 180 transactions failed; its base fee is 312 gwei, 14 times its usual.',
  ],
  // A fifth of the block; one fewer is no news.
  [
    { failed: 36 },
    'In block 7 on ethereum 36 of 180 transactions failed; its base fee is 22 gwei, as usual.',
  ],
  [{ failed: 35 }, null],
  // One of four is chance.
  [{ transactions: 4, failed: 1 }, null],
  [
    { failed: 0, baseFeeGwei: 66.61, baseFeeTimesUsual: 3 },
    'In block 7 on ethereum 0 of 180 transactions failed; its base fee is 67 gwei, 3 times its usual.',
  ],
  [{ baseFeeTimesUsual: 2.99 }, null],
  [
    { transactions: null, failed: null, baseFeeGwei: 0.0512, baseFeeTimesUsual: 4.44 },
    'In block 7 on ethereum the base fee is 0.051 gwei, 4.4 times its usual.',
  ],
  [
    { failed: 90, baseFeeGwei: null, baseFeeTimesUsual: null },
    'In block 7 on ethereum 90 of 180 transactions failed.',
  ],
  [{ transactions: null, failed: null, baseFeeGwei: null, baseFeeTimesUsual: null, gasUsedShare: 1 }, null],
])('says of %j: %s', (about, sentence) => {
  expect(told(about)).toBe(sentence);
});

it('says all that is known to whoever asks', () => {
  expect(contextText(calm)).toBe('6 of 180 transactions failed, base fee is 22 gwei, as usual, 51 % full');
  expect(contextText({ ...calm, failed: null, baseFeeTimesUsual: null, gasUsedShare: null })).toBe(
    '180 transactions, base fee is 22 gwei',
  );
});

it('tells of the worst critical signal whose block was asked about', () => {
  const signal = (blockHash: Hex, about: Parameters<typeof makeSignal>[0]): Signal => {
    const made = makeSignal(about);
    return { ...made, evidence: { ...made.evidence, blockHash } };
  };
  const contexts = new Map<Hex, BlockContext>([
    ['0x01', calm],
    ['0x02', { ...calm, failed: 90 }],
    ['0x03', { ...calm, failed: 0 }],
  ]);
  const signals = [
    signal('0x01', { severity: 'critical', impact: 0.5 }),
    signal('0x02', { severity: 'critical', impact: 0.8, blockNumber: 9 }),
    signal('0x03', { severity: 'high', impact: 0.9 }),
    signal('0x04', { severity: 'critical', impact: 1 }),
  ];
  expect(contextOf(contexts, signals)).toEqual({
    ...calm,
    failed: 90,
    chain: 'ethereum',
    blockNumber: 9,
    blockHash: '0x02',
  });
  expect(contextOf(new Map(), signals)).toBeUndefined();
});

it('prefers what tells more, and the first of two that tell as much', () => {
  const less = { ...calm, failed: null };
  const nothing: BlockContext = {
    transactions: null,
    failed: null,
    baseFeeGwei: null,
    baseFeeTimesUsual: null,
    gasUsedShare: null,
  };
  expect(fuller(null, nothing)).toBeNull();
  expect(fuller(less, calm)).toBe(calm);
  expect(fuller(calm, { ...calm })).toBe(calm);
  expect(fuller(calm, less)).toBe(calm);
});
