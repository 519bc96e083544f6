// `config/coins/<coin>.yaml`: one stablecoin over all its deployments, and the sources watched for it.

import { z } from 'zod';
import { address, decimals, flag, plainName, symbol, timeBetween } from './fields.js';

/** A token that has no coin file (WETH in a USDC pool). */
export const inlineToken = z.strictObject({ symbol, address, decimals });

export const deploymentRow = z.strictObject({
  chain: plainName,
  address,
  decimals: decimals.describe('Decimals belong to chain and address: USDC has 6 on Ethereum and 18 on BSC.'),
  kind: z
    .enum(['native', 'bridged', 'canonical-bridged', 'binance-peg', 'oft'])
    .describe('Who issues it there; for readers.'),
});

export const sourceRow = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9-]+\/[a-z0-9][a-z0-9.-]*$/, { error: 'must look like ethereum/usdc-usdt-v3' })
    .optional()
    .describe('Stable and unique. Made of chain, tokens and protocol where left out.'),
  chain: plainName,
  protocol: z.string(),
  address: address
    .optional()
    .describe('May be left out where the source is the coin itself (erc20, tether).'),
  tokens: z
    .array(z.union([symbol, inlineToken]))
    .optional()
    .describe("Coins by symbol or tokens in full, in the contract's own order."),
  heartbeat: timeBetween('1s', '30d')
    .optional()
    .describe('Oracle: longest time between two answers that its operator promises.'),
  answerDecimals: decimals.optional().describe('Oracle: decimals of the answer; 8 where left out.'),
  feeBps: z
    .number()
    .min(0)
    .max(1000)
    .optional()
    .describe('Pool: what a trade costs, in basis points. By so much its price may be off by itself.'),
  why: z.string().optional().describe('Why this source is worth watching, or why it is not enabled.'),
  enabled: flag.default(true),
});

export const coinFile = z.strictObject({
  coin: symbol,
  name: z.string(),
  peg: z.number().positive().default(1).describe('US dollars that one coin is worth while the peg holds.'),
  deployments: z.array(deploymentRow),
  sources: z.array(sourceRow),
});
