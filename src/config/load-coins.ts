// Reads every coin file: the coins, where each is deployed, and the rows of their sources as they were written.

import { basename, join } from 'node:path';
import type { CoinName, CoinSpec } from '../core/coin.js';
import { isFarPeg } from '../core/far-peg.js';
import type { Hex } from '../core/hex.js';
import { suggestHint } from '../core/suggest.js';
import { checkShape, fieldOf, type Sound, soundRows } from './check-shape.js';
import { coinFile, deploymentRow, sourceRow } from './coin-file.js';
import type { Chains } from './load-chains.js';
import { type Reading, readYamlFile, type YamlFile } from './yaml-file.js';
import { yamlFilesIn } from './yaml-files-in.js';

/** A field is null where the file is at fault (and says so already). */
export interface Deployment {
  readonly address: Hex | null;
  readonly decimals: number | null;
}

export type SourceRow = Sound<ReturnType<(typeof sourceRow)['parse']>>;

export interface WrittenSource {
  readonly file: YamlFile;
  readonly index: number;
  readonly coin: CoinName;
  readonly row: SourceRow;
}

export interface Coins {
  readonly coins: readonly CoinSpec[];
  /** By chain, then by coin. */
  readonly deployments: ReadonlyMap<string, ReadonlyMap<CoinName, Deployment>>;
  readonly written: readonly WrittenSource[];
  /** Plain names (see `plain`) of coins whose files cannot be read: what leans on them is not faulted again. */
  readonly unsure: ReadonlySet<string>;
}

export function loadCoins(folder: string, chains: Chains, reading: Reading): Coins {
  const coins: CoinSpec[] = [];
  const deployments = new Map<string, Map<CoinName, Deployment>>();
  const owners = new Map<string, CoinName>();
  const written: WrittenSource[] = [];
  const unsure = new Set<string>();

  for (const name of yamlFilesIn(join(folder, 'coins'), reading)) {
    const file = readYamlFile(name, reading);
    const head = file === null ? {} : checkShape(file, coinFile);
    const fallback = basename(name, '.yaml');
    const coin = head.coin ?? fallback;
    if (head.coin === undefined) unsure.add(plain(fallback));
    if (file === null) continue;
    if (coins.some((other) => other.coin === coin)) {
      file.report(['coin'], `${coin} is described by another file too`);
      unsure.add(plain(fallback));
      continue;
    }
    if (head.peg !== undefined && isFarPeg(head.peg))
      file.note(['peg'], `says that one ${coin} is worth ${head.peg} USD: is that meant?`);
    coins.push({ coin, pegUsd: head.peg ?? 1 });
    readDeployments(file, coin, chains, deployments, owners);
    soundRows(sourceRow, fieldOf(file.tree, 'sources')).forEach((row, index) => {
      written.push({ file, index, coin, row });
    });
  }
  return { coins, deployments, written, unsure };
}

function readDeployments(
  file: YamlFile,
  coin: CoinName,
  chains: Chains,
  deployments: Map<string, Map<CoinName, Deployment>>,
  owners: Map<string, CoinName>,
): void {
  soundRows(deploymentRow, fieldOf(file.tree, 'deployments')).forEach(({ chain, address, decimals }, i) => {
    if (chain === undefined) return;
    if (!chains.standing.has(chain)) {
      const hint = suggestHint(chain, [...chains.standing.keys()]);
      file.report(['deployments', i, 'chain'], `${chain} is no known chain`, hint);
    }
    const there = deployments.get(chain) ?? new Map<CoinName, Deployment>();
    deployments.set(chain, there);
    if (there.has(coin)) file.report(['deployments', i], `${coin} is deployed on ${chain} twice`);
    there.set(coin, { address: lowerCase(address), decimals: decimals ?? null });

    if (address === undefined) return;
    const owner = owners.get(`${chain} ${address}`);
    if (owner !== undefined && owner !== coin) {
      file.report(['deployments', i, 'address'], `is the address of ${owner} on ${chain} already`);
    }
    owners.set(`${chain} ${address}`, coin);
  });
}

/** How a coin and the file of that name are the same: `USDC.e` stands in `usdce.yaml`. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Configuration is written with checksums; everything inside works with lower case. */
export function lowerCase(address: string | undefined): Hex | null {
  return address === undefined ? null : (address.toLowerCase() as Hex);
}
