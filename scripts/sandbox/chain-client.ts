// What the sandbox does on one chain: send a call from an unlocked account, read, deploy. Gas limits are given, so
// that nothing is estimated, and the node signs: a transaction costs one request.

import {
  type Abi,
  type Address,
  createPublicClient,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  http,
  type TransactionReceipt,
} from 'viem';
import type { ChainNode } from './chain-node.js';
import type { Artifact } from './compile.js';

export interface Contract {
  readonly address: Address;
  readonly abi: Abi;
}

export interface ChainClient {
  readonly accounts: readonly Address[];
  read<T>(contract: Contract, name: string, args?: readonly unknown[]): Promise<T>;
  /** Hands the transaction to the node; it is mined with the next block. */
  send(from: Address, contract: Contract, name: string, args?: readonly unknown[]): Promise<Hex>;
  /** Sends a contract; it stands at the address once the transaction is mined. */
  deploy(from: Address, artifact: Artifact, args?: readonly unknown[]): Promise<Contract & { hash: Hex }>;
  /** Waits for the blocks of these transactions and fails if one was reverted. */
  settle(hashes: readonly Hex[]): Promise<readonly TransactionReceipt[]>;
  /** Makes a block now. */
  mine(): Promise<void>;
  blockNumber(): Promise<number>;
}

const gas = '0x989680'; // 10 million: the largest deployment takes about half

export async function connectChain(node: ChainNode): Promise<ChainClient> {
  const client = createPublicClient({
    transport: http(node.httpUrl, { retryCount: 2, timeout: 10_000 }),
    pollingInterval: 25,
    cacheTime: 0,
  });
  const request = client.request as (call: {
    method: string;
    params?: readonly unknown[];
  }) => Promise<unknown>;
  const accounts = (await request({ method: 'eth_accounts' })) as Address[];
  const nonces = new Map<Address, number>();

  const submit = async (
    from: Address,
    to: Address | null,
    data: Hex,
  ): Promise<{ hash: Hex; nonce: number }> => {
    // Counted here and not asked for: two deeds of one account may follow each other within a millisecond.
    const nonce = nonces.get(from) ?? 0;
    nonces.set(from, nonce + 1);
    const transaction = { from, ...(to === null ? {} : { to }), data, gas, nonce: `0x${nonce.toString(16)}` };
    const hash = (await request({ method: 'eth_sendTransaction', params: [transaction] })) as Hex;
    return { hash, nonce };
  };

  return {
    accounts,
    async read<T>(contract: Contract, name: string, args: readonly unknown[] = []) {
      return (await client.readContract({ ...contract, functionName: name, args })) as T;
    },
    async send(from, contract, name, args = []) {
      const data = encodeFunctionData({ abi: contract.abi, functionName: name, args });
      return (await submit(from, contract.address, data)).hash;
    },
    async deploy(from, artifact, args = []) {
      const data = encodeDeployData({ abi: artifact.abi, bytecode: artifact.bytecode, args });
      const { hash, nonce } = await submit(from, null, data);
      return { hash, abi: artifact.abi, address: getContractAddress({ from, nonce: BigInt(nonce) }) };
    },
    async settle(hashes) {
      const receipts = await Promise.all(
        hashes.map((hash) => client.waitForTransactionReceipt({ hash, timeout: 60_000 })),
      );
      for (const receipt of receipts) {
        if (receipt.status === 'reverted') {
          throw new Error(`${node.name}: transaction ${receipt.transactionHash} was reverted`);
        }
      }
      return receipts;
    },
    async mine() {
      await request({ method: 'evm_mine' });
    },
    async blockNumber() {
      return Number(await client.getBlockNumber());
    },
  };
}
