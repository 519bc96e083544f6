// An ordinary configuration folder for a benchmark: its own chains and coins, the shipped thresholds.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getAddress } from 'viem';
import { stringify } from 'yaml';
import type { Config } from '../../src/config/config.js';
import { built } from './built.js';
import { chainPlans } from './scenario.js';

export interface ChainAbout {
  readonly chain: string;
  readonly chainId: number;
  readonly blockTimeMs: number;
  readonly ws: string;
  readonly http?: string;
  readonly logRange?: number;
}

/** The rows of a coin file in config/coins. */
export type CoinAbout = { readonly coin: string } & Readonly<Record<string, unknown>>;

/** Writes the folder below `root` and reads it as the daemon does. Throws with all that is wrong with it. */
export async function benchConfig(
  root: string,
  chains: readonly ChainAbout[],
  coins: readonly CoinAbout[],
  webhook: string | null,
): Promise<Config> {
  const folder = join(root, 'config');
  mkdirSync(join(folder, 'coins'), { recursive: true });
  mkdirSync(join(root, 'chains'), { recursive: true });
  cpSync(
    fileURLToPath(new URL('../../config/thresholds.yaml', import.meta.url)),
    join(folder, 'thresholds.yaml'),
  );
  for (const chain of chains) writeFileSync(join(root, 'chains', `${chain.chain}.yaml`), chainYaml(chain));
  for (const coin of coins) {
    writeFileSync(join(folder, 'coins', `${coin.coin.toLowerCase()}.yaml`), stringify(coin));
  }
  const channel = { name: 'bench', kind: 'webhook', url: webhook, allowPrivate: true, repeatMs: 'never' };
  const main = {
    store: { folder: join(root, 'store'), softFreeBytes: '2GiB', hardFreeBytes: '512MiB', ballastBytes: 0 },
    http: { host: '127.0.0.1', port: 0 },
    log: { level: 'warn' },
    channels: webhook === null ? [] : [channel],
  };
  writeFileSync(join(folder, 'pegwatch.yaml'), stringify(main));
  const { loadConfig } = await built('config/load-config');
  const { config, problems } = loadConfig(folder, {});
  if (config !== null) return config;
  throw new Error(problems.map(({ file, path, sentence }) => `${file} ${path}: ${sentence}`).join('\n'));
}

/** The coins of the live scenario. */
export function scenarioCoins(): readonly CoinAbout[] {
  const usdc = {
    coin: 'USDC',
    name: 'USD Coin',
    deployments: chainPlans.map(({ chain, usdc: address }) => deployment(chain, address, 6)),
    sources: chainPlans.flatMap(({ chain, feed }) => [
      { chain, protocol: 'erc20' },
      { chain, protocol: 'chainlink', address: getAddress(feed), heartbeat: '24h' },
    ]),
  };
  const others = chainPlans.flatMap(({ chain, pools }) =>
    pools.map(({ kind, coin, coinAddress, address }) => ({
      coin,
      name: `The coin ${coin}`,
      deployments: [deployment(chain, coinAddress, 18)],
      sources: [{ chain, protocol: `uniswap-${kind}`, address: getAddress(address), tokens: [coin, 'USDC'] }],
    })),
  );
  return [usdc, ...others];
}

export function deployment(chain: string, address: string, decimals: number): object {
  return { chain, address: getAddress(address), decimals, kind: 'native' };
}

function chainYaml({ chain, chainId, blockTimeMs, ws, http, logRange = 1000 }: ChainAbout): string {
  return stringify({
    chain,
    chainId,
    blockTimeMs: `${blockTimeMs}ms`,
    silenceMs: '10m',
    finality: { tag: true, depth: 64, keep: 256 },
    logRange,
    pollMs: '5m',
    // A node of one's own: what a shared endpoint allows would be all that is measured.
    endpoints: [{ name: 'local', ws, http: http ?? null, requestsPerSecond: 10_000, batch: 100 }],
  });
}
