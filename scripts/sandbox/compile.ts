// The sandbox's own contracts, compiled when it starts. The Uniswap contracts are not compiled: their authors'
// bytecode comes from npm, so what the decoders meet here is what they meet on a mainnet.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Abi, Hex } from 'viem';

export interface Artifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

const require = createRequire(import.meta.url);
const folder = new URL('./contracts/', import.meta.url);

interface SolcOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<
    Record<string, Readonly<Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>>
  >;
}

/** Every contract of `contracts/*.sol` by its name. Blocks for some seconds: call it before children run. */
export function compileContracts(): Readonly<Record<string, Artifact>> {
  const sources: Record<string, { content: string }> = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.sol'))) {
    sources[file] = { content: readFileSync(new URL(file, folder), 'utf8') };
  }
  const output = JSON.parse(
    loadSolc().compile(
      JSON.stringify({
        language: 'Solidity',
        sources,
        settings: {
          optimizer: { enabled: true, runs: 200 },
          evmVersion: 'paris',
          outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
        },
      }),
    ),
  ) as SolcOutput;
  const errors = (output.errors ?? []).filter((error) => error.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));

  const artifacts: Record<string, Artifact> = {};
  for (const contracts of Object.values(output.contracts)) {
    for (const [name, contract] of Object.entries(contracts)) {
      artifacts[name] = { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
    }
  }
  return artifacts;
}

/** The compiler leaves a handler for unhandled rejections behind; the sandbox keeps Node's own behaviour. */
function loadSolc(): { compile(input: string): string } {
  const before = new Set(process.listeners('unhandledRejection'));
  const solc = require('solc') as { compile(input: string): string };
  for (const listener of process.listeners('unhandledRejection')) {
    if (!before.has(listener)) process.off('unhandledRejection', listener);
  }
  return solc;
}

/** The official Uniswap contracts, as published by their authors on npm. */
export function uniswapContracts(): Readonly<
  Record<'v2Factory' | 'v2Pair' | 'v3Factory' | 'v3Pool', Artifact>
> {
  return {
    v2Factory: published('@uniswap/v2-core/build/UniswapV2Factory.json'),
    v2Pair: published('@uniswap/v2-core/build/UniswapV2Pair.json'),
    v3Factory: published('@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json'),
    v3Pool: published('@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json'),
  };
}

function published(path: string): Artifact {
  const { abi, bytecode } = require(path) as { abi: Abi; bytecode: string };
  return { abi, bytecode: bytecode.startsWith('0x') ? (bytecode as Hex) : `0x${bytecode}` };
}
