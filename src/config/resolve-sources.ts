// Turns the source rows of the coin files into what the engine watches: names become addresses, what was left out
// is filled in, and what does not fit together is told.

import type { SourceSpec, TokenSpec } from '../core/source.js';
import { suggestHint } from '../core/suggest.js';
import type { Protocol } from '../protocols/protocol.js';
import type { Chains } from './load-chains.js';
import { type Coins, lowerCase, type WrittenSource } from './load-coins.js';
import { resolveTokens } from './resolve-tokens.js';

/** Chainlink answers US dollar pairs with 8 decimals; the identity check asks the feed itself. */
const usualAnswerDecimals = 8;

/** Sorted by id, so that the order of files and rows never matters. */
export function resolveSources(
  coins: Coins,
  chains: Chains,
  protocols: readonly Protocol[],
): readonly SourceSpec[] {
  const sources: SourceSpec[] = [];
  const idOwners = new Map<string, string>();
  const watched = new Map<string, string>();

  for (const written of coins.written) {
    const { file, index, row } = written;
    const source = resolveSource(written, coins, chains, protocols);
    const id = row.id ?? source?.id;
    if (id !== undefined) {
      const owner = idOwners.get(id);
      const hint = row.id === undefined ? 'Give one of the two an id of its own.' : undefined;
      const path = ['sources', index, ...(row.id === undefined ? [] : ['id'])];
      if (owner !== undefined) file.report(path, `${id} is the id of a source in ${owner} already`, hint);
      else idOwners.set(id, file.name);
    }
    if (source === null) continue;
    const what = `${source.chain} ${source.address} ${source.protocol}`;
    const same = watched.get(what);
    if (same !== undefined && same !== source.id) {
      file.report(['sources', index], `is watched as ${same} already: its signals would count twice`);
    } else watched.set(what, source.id);
    if (isActive(written, chains)) sources.push(source);
  }
  return sources.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether the row asks to be watched now, faults aside. */
export function isActive({ row }: WrittenSource, chains: Chains): boolean {
  return row.enabled !== false && chains.standing.get(row.chain ?? '') !== 'disabled';
}

/** Null where something is missing; whatever is at fault is reported, all of it. */
function resolveSource(
  written: WrittenSource,
  coins: Coins,
  chains: Chains,
  protocols: readonly Protocol[],
): SourceSpec | null {
  const { file, index, coin, row } = written;
  const { chain } = row;
  const at = (...path: readonly (string | number)[]) => ['sources', index, ...path];
  if (chain !== undefined && !chains.standing.has(chain)) {
    file.report(at('chain'), `${chain} is no known chain`, suggestHint(chain, [...chains.standing.keys()]));
  }
  if (chain !== undefined && row.id !== undefined && !row.id.startsWith(`${chain}/`)) {
    file.report(at('id'), `does not begin with its chain`, `Begin with ${chain}/.`);
  }
  const protocol = protocols.find(({ name }) => name === row.protocol);
  if (row.protocol !== undefined && protocol === undefined) {
    const names = protocols.map(({ name }) => name);
    file.report(at('protocol'), `${row.protocol} is no known protocol`, suggestHint(row.protocol, names));
  }
  const tokens = resolveTokens(written, coins, chains, protocol);
  if (protocol === undefined) return null;

  const oracle = protocol.type === 'oracle';
  if (!oracle && row.heartbeat !== undefined) file.report(at('heartbeat'), 'is for oracles only');
  if (!oracle && row.answerDecimals !== undefined) file.report(at('answerDecimals'), 'is for oracles only');
  if (protocol.type !== 'pool' && row.feeBps !== undefined) file.report(at('feeBps'), 'is for pools only');
  const home = coins.deployments.get(chain ?? '')?.get(coin)?.address ?? null;
  const given = row.address === undefined && protocol.type === 'token' ? home : lowerCase(row.address);
  if (row.address === undefined && protocol.type !== 'token') {
    file.report(at('address'), 'is missing');
  }

  if (chain === undefined || tokens === null || given === null) return null;
  return {
    id: row.id ?? usualId(chain, coin, protocol, tokens),
    chain,
    coin,
    protocol: protocol.name,
    address: given,
    tokens,
    heartbeatMs: oracle ? (row.heartbeat ?? null) : null,
    answerDecimals: oracle ? (row.answerDecimals ?? usualAnswerDecimals) : null,
    ...(row.feeBps === undefined ? {} : { feeBps: row.feeBps }),
  };
}

/** `ethereum/usdc-chainlink`, `bsc/usdt-usdc-uniswap-v2`. */
function usualId(chain: string, coin: string, protocol: Protocol, tokens: readonly TokenSpec[]): string {
  const names = protocol.type === 'pool' ? tokens.map(({ symbol }) => symbol) : [coin];
  const kind = protocol.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `${chain}/${[...names, kind].join('-').toLowerCase()}`;
}
