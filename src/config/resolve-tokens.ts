// The tokens of a source row: symbols are looked up among the coins deployed on its chain.

import type { TokenSpec } from '../core/source.js';
import { suggest } from '../core/suggest.js';
import type { Protocol } from '../protocols/protocol.js';
import type { Chains } from './load-chains.js';
import { type Coins, lowerCase, plain, type WrittenSource } from './load-coins.js';

/** Null where a token is not known well enough to go on; faults are reported. */
export function resolveTokens(
  written: WrittenSource,
  coins: Coins,
  chains: Chains,
  protocol: Protocol | undefined,
): readonly TokenSpec[] | null {
  const { file, index, coin, row } = written;
  const path = ['sources', index, 'tokens'];
  // A list with a fault of form is sound for nobody; whether it is there at all, the tree says.
  const own = protocol !== undefined && protocol.type !== 'pool';
  const list = row.tokens ?? (own && !hasTokens(written) ? [coin] : undefined);
  if (list === undefined) {
    if (protocol !== undefined && !hasTokens(written)) file.report(path, 'is missing: a pool holds tokens');
    return null;
  }

  if (protocol !== undefined) {
    const [least, most] = protocol.tokenCount;
    if (list.length < least || list.length > most) {
      const wanted = least === most ? `${least}` : `${least} to ${most}`;
      file.report(path, `has ${list.length} where ${protocol.name} needs ${wanted}`);
      return null;
    }
    if (!list.includes(coin) && !coins.unsure.has(plain(coin))) {
      file.report(path, `does not name ${coin}`, 'A source stands in the file of a coin that it is about.');
    }
  }
  const tokens = list.map((token, i) =>
    typeof token === 'string' ? resolveCoin(token, i) : resolveInline(token, i),
  );
  return tokens.every((token) => token !== null) ? tokens : null;

  function resolveCoin(symbol: string, i: number): TokenSpec | null {
    if (row.chain === undefined || !chains.standing.has(row.chain)) return null;
    const there = coins.deployments.get(row.chain);
    const found = there?.get(symbol);
    if (found === undefined) {
      // Without tokens of its own the row leans on the coin of its file, and that is where the fault is told.
      const where = row.tokens === undefined ? ['sources', index] : [...path, i];
      const others = othersNaming(symbol);
      if (!coins.unsure.has(plain(symbol)) && others !== null) {
        const more = others === 0 ? '' : ` (named by ${others} more)`;
        file.report(where, `${symbol} has no deployment on ${row.chain}${more}`, hintFor(symbol));
      }
      return null;
    }
    if (found.address === null || found.decimals === null) return null;
    return { symbol, address: found.address, decimals: found.decimals, coin: symbol };
  }

  /** A coin that is nowhere (renamed, or its file is gone) is told at the first row that names it: null at the rest. */
  function othersNaming(symbol: string): number | null {
    if (row.tokens === undefined || [...coins.deployments.values()].some((there) => there.has(symbol)))
      return 0;
    const naming = coins.written.filter((one) => one.row.tokens?.includes(symbol));
    return naming[0] === written ? naming.length - 1 : null;
  }

  function hintFor(symbol: string): string | undefined {
    const chain = row.chain ?? '';
    const elsewhere = [...coins.deployments].filter(([, there]) => there.has(symbol)).map(([name]) => name);
    if (elsewhere.length > 0) return `It is deployed on ${elsewhere.join(', ')}.`;
    const meant = suggest(symbol, [...(coins.deployments.get(chain)?.keys() ?? [])]);
    if (meant !== null) return `Did you mean ${meant}?`;
    return `A token without a coin file is written { symbol: ${symbol}, address: "0x…", decimals: 18 }.`;
  }

  function resolveInline(
    token: { symbol: string; address: string; decimals: number },
    i: number,
  ): TokenSpec | null {
    const address = lowerCase(token.address);
    if (address === null) return null;
    const known = [...(coins.deployments.get(row.chain ?? '') ?? [])].find(
      ([, each]) => each.address === address,
    );
    if (known !== undefined) {
      file.report([...path, i], `is the coin ${known[0]}, which is known here`, `Write ${known[0]}.`);
      return null;
    }
    return { symbol: token.symbol, address, decimals: token.decimals, coin: null };
  }
}

function hasTokens({ file, index }: WrittenSource): boolean {
  const sources = (file.tree as { readonly sources?: readonly unknown[] }).sources;
  const row = sources?.[index];
  return typeof row === 'object' && row !== null && Object.hasOwn(row, 'tokens');
}
