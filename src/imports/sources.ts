// What an import watches: each series a source, each place a chain.

import type { ChainSpec } from '../core/chain.js';
import type { CoinSpec } from '../core/coin.js';
import { hashOf } from '../core/hash.js';
import type { Hex } from '../core/hex.js';
import type { SourceSpec, TokenSpec } from '../core/source.js';
import type { Mapping, SeriesRow } from './mapping.js';

const protocols = {
  issuance: 'reported-issuance',
  oracle: 'chainlink',
  'pool-state': 'uniswap-v3',
  price: 'reported-price',
  reserves: 'curve-stable-swap',
  share: 'reported-share',
  supply: 'erc20',
} as const satisfies Partial<Record<SeriesRow['kind'], string>>;

/** The dollars of the large stablecoins have six decimals; whoever differs says so in the mapping. */
const usualDecimals = 6;
const answerDecimals = 8;

export interface Watched {
  readonly chains: readonly ChainSpec[];
  readonly coins: readonly CoinSpec[];
  readonly sources: readonly SourceSpec[];
}

export function sourceOf(series: SeriesRow): SourceSpec {
  const tokens = series.tokens.map(
    (token): TokenSpec =>
      typeof token === 'string'
        ? { symbol: token, address: nowhere(token), decimals: usualDecimals, coin: token }
        : { ...token, address: token.address.toLowerCase() as Hex },
  );
  return {
    id: series.id,
    chain: placeOf(series),
    coin: tokens.find(({ coin }) => coin !== null)?.coin ?? '',
    protocol: protocolOf(series),
    address: series.kind === 'logs' ? (series.address.toLowerCase() as Hex) : nowhere(series.id),
    tokens,
    heartbeatMs: series.kind === 'oracle' ? (series.heartbeat ?? null) : null,
    answerDecimals: series.kind === 'oracle' ? answerDecimals : null,
  };
}

function protocolOf(series: SeriesRow): string {
  if (series.kind === 'logs') return series.protocol;
  return series.kind === 'backing' ? `reported-${series.of}` : protocols[series.kind];
}

export function watchedBy(mappings: readonly Mapping[]): Watched {
  const sources = mappings.flatMap(({ series }) => series.map(sourceOf));
  const pegs: Readonly<Record<string, number>> = Object.assign({}, ...mappings.map((one) => one.pegs));
  const names = sources.flatMap(({ tokens }) => tokens.flatMap(({ coin }) => (coin === null ? [] : [coin])));
  const resolution = new Map<string, number>();
  for (const one of mappings.flatMap(({ series }) => series)) {
    const place = placeOf(one);
    resolution.set(place, Math.min(resolution.get(place) ?? Number.POSITIVE_INFINITY, one.resolution));
  }
  return {
    // A place has no id among networks: 0 is none.
    chains: [...resolution].map(([chain, blockTimeMs]) => ({ chain, chainId: 0, blockTimeMs })),
    coins: [...new Set(names)].sort().map((coin) => ({ coin, pegUsd: pegs[coin] ?? 1 })),
    sources: sources.sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

export function placeOf({ id }: SeriesRow): string {
  return id.slice(0, id.indexOf('/'));
}

/** An address for what has none, made of its name. */
function nowhere(name: string): Hex {
  return `0x${hashOf(name).padStart(40, '0')}`;
}
