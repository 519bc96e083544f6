// A real chain to fill up from: anvil with a few hundred blocks, each with some transactions of many swaps.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { encodeFunctionData, type Hex, parseAbi } from 'viem';
import { anvilProgram, freePort } from '../../sandbox/chain-node.js';
import { type Children, startChildren } from '../../sandbox/children.js';

export interface Storm {
  readonly url: string;
  readonly wsUrl: string;
  readonly chainId: number;
  /** Contracts that emit; each stands for a pool. */
  readonly emitters: readonly Hex[];
  /** The last block without swaps. */
  readonly before: { readonly number: number; readonly hash: Hex; readonly timeMs: number };
  readonly lastBlock: number;
  readonly logs: number;
  stop(): Promise<void>;
}

export interface StormOptions {
  readonly blocks: number;
  readonly logsPerBlock: number;
}

const chainId = 1;
const emitterCount = 8;
/** Transactions in a block, each to another contract. */
const transactions = 5;
const abi = parseAbi(['function swaps(uint256 seed, uint256 count)']);
const require = createRequire(import.meta.url);

export async function startStorm({ blocks, logsPerBlock }: StormOptions): Promise<Storm> {
  const bytecode = compile();
  const children: Children = startChildren();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await children.start({
    name: 'anvil (storm)',
    command: anvilProgram(),
    args: [
      ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId), '--silent'],
      // Final two blocks below the head, as fill-up by range demands; room for thousands of logs in a block.
      ...['--slots-in-an-epoch', '1', '--gas-limit', '1000000000', '--no-mining'],
      ...['--block-base-fee-per-gas', '0', '--gas-price', '0'],
    ],
  });
  const stop = async (): Promise<void> => {
    await child.stop(3_000);
    children.close();
  };
  try {
    await up(url);
    const [from] = await rpc<readonly Hex[]>(url, 'eth_accounts', []);
    const emitters = await deploy(url, from!, bytecode);
    const before = await header(url);
    const perTransaction = Math.ceil(logsPerBlock / transactions);
    for (let block = 0; block < blocks; block++) {
      for (let i = 0; i < transactions; i++) {
        const to = emitters[(block * transactions + i) % emitters.length];
        const args = [BigInt(block * transactions + i + 1), BigInt(perTransaction)] as const;
        const data = encodeFunctionData({ abi, functionName: 'swaps', args });
        await rpc(url, 'eth_sendTransaction', [{ from, to, data, gas: '0x5f5e100' }]);
      }
      await rpc(url, 'evm_mine', []);
    }
    const lastBlock = before.number + blocks;
    // A few empty ones, so that the swaps are final.
    for (let i = 0; i < 4; i++) await rpc(url, 'evm_mine', []);
    const logs = blocks * transactions * perTransaction;
    return { url, wsUrl: `ws://127.0.0.1:${port}`, chainId, emitters, before, lastBlock, logs, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

export async function rpc<T>(url: string, method: string, params: readonly unknown[]): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: T; error?: { message: string } };
  if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  return result as T;
}

async function deploy(url: string, from: Hex, data: Hex): Promise<readonly Hex[]> {
  const hashes: Hex[] = [];
  for (let i = 0; i < emitterCount; i++) {
    hashes.push(await rpc<Hex>(url, 'eth_sendTransaction', [{ from, data, gas: '0x1e8480' }]));
  }
  await rpc(url, 'evm_mine', []);
  const receipts = hashes.map((hash) =>
    rpc<{ contractAddress: Hex }>(url, 'eth_getTransactionReceipt', [hash]),
  );
  return (await Promise.all(receipts)).map(({ contractAddress }) => contractAddress);
}

async function header(url: string): Promise<Storm['before']> {
  const block = await rpc<{ number: Hex; hash: Hex; timestamp: Hex }>(url, 'eth_getBlockByNumber', [
    'latest',
    false,
  ]);
  return { number: Number(block.number), hash: block.hash, timeMs: Number(block.timestamp) * 1000 };
}

async function up(url: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    try {
      await rpc(url, 'eth_chainId', []);
      return;
    } catch (thrown) {
      if (performance.now() > deadline) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function compile(): Hex {
  const source = readFileSync(new URL('./LogStorm.sol', import.meta.url), 'utf8');
  const solc = require('solc') as { compile(input: string): string };
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: 'Solidity',
        sources: { 'LogStorm.sol': { content: source } },
        settings: {
          optimizer: { enabled: true, runs: 1000 },
          evmVersion: 'paris',
          outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
        },
      }),
    ),
  );
  const object = output.contracts?.['LogStorm.sol']?.LogStorm?.evm.bytecode.object;
  if (typeof object !== 'string') throw new Error(JSON.stringify(output.errors));
  return `0x${object}`;
}
