// A small world for engine tests: two chains with the same coins, a V2 pool, an oracle and a token each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Hex } from '../../src/core/hex.js';
import type { SourceSpec, TokenSpec } from '../../src/core/source.js';
import type { RuleSpec, Spec } from '../../src/core/spec.js';
import { repository } from './config-folder.js';
import { incidentSpec } from './make.js';

export const usdx: TokenSpec = { symbol: 'USDX', address: `0x${'11'.repeat(20)}`, decimals: 6, coin: 'USDX' };
export const usdc: TokenSpec = { symbol: 'USDC', address: `0x${'22'.repeat(20)}`, decimals: 6, coin: 'USDC' };
export const poolAddress: Hex = `0x${'33'.repeat(20)}`;
export const proxyAddress: Hex = `0x${'44'.repeat(20)}`;
export const aggregatorAddress: Hex = `0x${'55'.repeat(20)}`;

function sourcesOf(chain: string): SourceSpec[] {
  const base = { chain, coin: 'USDX', heartbeatMs: null, answerDecimals: null };
  return [
    { ...base, id: `${chain}/pool`, protocol: 'uniswap-v2', address: poolAddress, tokens: [usdx, usdc] },
    {
      ...base,
      id: `${chain}/oracle`,
      protocol: 'chainlink',
      address: proxyAddress,
      tokens: [usdx],
      heartbeatMs: 60_000,
      answerDecimals: 8,
    },
    { ...base, id: `${chain}/supply`, protocol: 'erc20', address: usdx.address, tokens: [usdx] },
  ];
}

/** The shipped rules, read without the loader so that a fault in one cannot hide a fault in the other. */
interface ShippedRule extends Pick<RuleSpec, 'impact' | 'severity'> {
  readonly numbers: Record<string, { readonly value: number }>;
  readonly holdMs: { readonly value: string };
}

function shippedRules(): RuleSpec[] {
  const file = parse(readFileSync(join(repository, 'config/thresholds.yaml'), 'utf8'));
  const ms = { s: 1000, m: 60_000, h: 3_600_000 };
  return Object.entries<ShippedRule>(file.rules).map(([detector, rule]) => ({
    detector,
    numbers: Object.fromEntries(Object.entries(rule.numbers).map(([name, { value }]) => [name, value])),
    impact: rule.impact,
    severity: rule.severity,
    holdMs: Number.parseInt(rule.holdMs.value, 10) * ms[rule.holdMs.value.at(-1) as keyof typeof ms],
  }));
}

export function makeSpec(chains: readonly string[] = ['ethereum', 'bsc']): Spec {
  return {
    version: 1,
    chains: chains.map((chain, i) => ({ chain, chainId: i + 1, blockTimeMs: 1000 })),
    coins: [
      { coin: 'USDX', pegUsd: 1 },
      { coin: 'USDC', pegUsd: 1 },
    ],
    sources: chains.flatMap(sourcesOf),
    rules: shippedRules(),
    incidents: incidentSpec,
    channels: [{ name: 'desk', kind: 'webhook', minSeverity: 'low', groupMs: 60_000, repeatMs: null }],
  };
}
