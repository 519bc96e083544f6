import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readContext } from '../../src/chain/read-context.js';
import { readHeader } from '../../src/chain/read-header.js';

const hash = `0x${'a'.repeat(64)}`;
const header = {
  hash,
  transactions: ['0x1', '0x2', '0x3'],
  baseFeePerGas: `0x${(312e9).toString(16)}`,
  gasUsed: `0x${(30e6).toString(16)}`,
  gasLimit: `0x${(36e6).toString(16)}`,
};
const receipt = (status: unknown): Record<string, unknown> => ({ blockHash: hash, status });
const receipts = [receipt('0x1'), receipt('0x0'), receipt('0x1')];

function read(more: Record<string, unknown>, own: readonly Record<string, unknown>[] | null = receipts) {
  return readContext({ endpoint: 'a', header: { ...header, ...more }, receipts: own }, hash, 26);
}

it('counts transactions and failures, and sets the base fee against the usual one', () => {
  expect(read({})).toEqual({
    context: {
      transactions: 3,
      failed: 1,
      baseFeeGwei: 312,
      baseFeeTimesUsual: 12,
      gasUsedShare: 30 / 36,
    },
    senseless: 0,
  });
});

it('knows no failures where no receipts were had, and no base fee on a chain without', () => {
  const { context, senseless } = read({ baseFeePerGas: undefined }, null) ?? {};
  expect(context).toMatchObject({
    transactions: 3,
    failed: null,
    baseFeeGwei: null,
    baseFeeTimesUsual: null,
  });
  expect(senseless).toBe(0);
});

it('sets nothing against a usual fee that is not known or nought', () => {
  for (const usual of [null, 0]) {
    const told = readContext({ endpoint: 'a', header, receipts }, hash, usual);
    expect(told?.context).toMatchObject({ baseFeeGwei: 312, baseFeeTimesUsual: null });
  }
});

it.each<[string, Record<string, unknown>, Record<string, unknown>[]]>([
  ['a base fee in words', { baseFeePerGas: 'cheap' }, receipts],
  ['a base fee below nought', { baseFeePerGas: '-0x1' }, receipts],
  ['a base fee beyond 2^64', { baseFeePerGas: '0x10000000000000000' }, receipts],
  ['a base fee as a plain number', { baseFeePerGas: 312e9 }, receipts],
  ['more gas than the limit', { gasUsed: header.gasLimit, gasLimit: header.gasUsed }, receipts],
  ['no limit at all', { gasLimit: '0x0' }, receipts],
  ['gas that is missing', { gasUsed: undefined }, receipts],
  ['a status that is none', {}, [receipt('0x1'), receipt('0x2')]],
  ['a receipt without status', {}, [receipt('0x1'), receipt(undefined)]],
  ['a receipt of another block', {}, [...receipts, { ...receipt('0x1'), blockHash: `0x${'b'.repeat(64)}` }]],
])('takes %s as not known, and counts it', (_what, more, own) => {
  const told = read(more, own);
  expect(told?.senseless).toBe(1);
  expect(Object.values(told?.context ?? {})).toContain(null);
});

it('reads nothing out of another block', () => {
  expect(read({ hash: `0x${'b'.repeat(64)}` })).toBeNull();
  expect(read({ hash: 7 })).toBeNull();
});

it('never throws and gives numbers that mean something, whatever a node says', () => {
  const word = fc.oneof(
    fc.constantFrom(undefined, null, '0x', '0x0', '0xffffffffffffffff', '0x10000000000000000', '0x1', '0xzz'),
    fc.bigInt({ min: 0n, max: 2n ** 70n }).map((value) => `0x${value.toString(16)}`),
    fc.anything(),
  );
  const given = fc.record({ baseFeePerGas: word, gasUsed: word, gasLimit: word, transactions: word });
  const own = fc.option(fc.array(fc.record({ status: word, blockHash: fc.constantFrom(hash, '0x') })));
  fc.assert(
    fc.property(given, own, (more, list) => {
      const context = read(more, list)?.context;
      for (const value of Object.values(context ?? {})) {
        expect(value === null || (Number.isFinite(value) && value >= 0)).toBe(true);
      }
      expect(context?.failed ?? 0).toBeLessThanOrEqual(context?.transactions ?? 0);
      expect(context?.gasUsedShare ?? 0).toBeLessThanOrEqual(1);
    }),
  );
});

it('leaves a base fee that is no number out of a header, which is read all the same', () => {
  const light = { number: '0x1', timestamp: '0x2', hash, parentHash: hash };
  expect(readHeader({ ...light, baseFeePerGas: '0x3b9aca00' })).toMatchObject({ number: 1, baseFeeGwei: 1 });
  for (const baseFeePerGas of ['0x', '-0x1', '0x10000000000000000', 7, null, undefined]) {
    const told = readHeader({ ...light, baseFeePerGas });
    expect(told).toMatchObject({ number: 1 });
    expect(told).not.toHaveProperty('baseFeeGwei');
  }
});
