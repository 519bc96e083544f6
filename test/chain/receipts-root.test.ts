// Hashes of headers and roots of receipts against those that real nodes made.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { headerHash, receiptsRoot } from '../../src/chain/receipts-root.js';
import type { Hex } from '../../src/core/hex.js';
import { startAnvil } from '../helpers/anvil.js';
import { sharedPath } from '../helpers/shared.js';

type Fields = Record<string, unknown>;
const block18M = sharedPath('data/rpc_fixtures/mainnet_18000000/batch_eth_getBlockByNumber_full.json.gz');
const transferTopic = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
const emits: Hex = `0x60003560005230600073${'0'.repeat(40)}7f${transferTopic}60206000a300`;
const emitter: Hex = '0x00000000000000000000000000000000000e0e0e';

describe('what a header vouches for', () => {
  it.skipIf(block18M === null)('is found again in block 18,000,000 of Ethereum (needs ../shared)', () => {
    const [{ result }] = JSON.parse(gunzipSync(readFileSync(String(block18M))).toString()) as [
      { result: Fields },
    ];
    expect(headerHash(result)).toBe(result.hash);
    expect(headerHash({ ...result, gasUsed: '0x1' })).not.toBe(result.hash);
    expect(headerHash({ ...result, nonce: undefined })).toBeNull();
  });

  // 0, 1, 2 and 17 receipts are tries of other shapes; above 127 the index takes a second byte.
  it.each([0, 1, 2, 17, 140])('is found again in a block of anvil with %i transactions', async (count) => {
    const node = await startAnvil();
    onTestFinished(() => node.kill());
    await node.rpc('anvil_setCode', [emitter, emits]);
    const [from] = (await node.rpc('eth_accounts')) as Hex[];
    for (let i = 0; i < count; i++) {
      const data = `0x${(i + 1).toString(16).padStart(64, '0')}`;
      const price = i % 2 === 0 ? { gasPrice: '0x77359400' } : { maxFeePerGas: '0x77359400' };
      await node.rpc('eth_sendTransaction', [
        { from, to: emitter, data, gas: '0x186a0', nonce: `0x${i.toString(16)}`, ...price },
      ]);
    }
    await node.mine();
    const header = (await node.rpc('eth_getBlockByNumber', ['latest', false])) as Fields;
    const receipts = (await node.rpc('eth_getBlockReceipts', ['latest'])) as { logs: Fields[] }[];
    expect(receipts).toHaveLength(count);
    expect(headerHash(header)).toBe(header.hash);
    expect(receiptsRoot(receipts)).toBe(header.receiptsRoot);
    if (count === 0) return;
    const [first, ...rest] = receipts;
    const without = [{ ...first, logs: first!.logs.slice(1) }, ...rest];
    expect(receiptsRoot(without)).not.toBe(header.receiptsRoot);
    expect(receiptsRoot([{ ...first, logs: [null] }])).toBeNull();
  });
});
