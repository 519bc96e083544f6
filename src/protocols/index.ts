// All protocols, in alphabetical order. One more protocol is one more file and one more line here.

import { PegwatchError } from '../core/errors.js';
import { chainlink } from './chainlink.js';
import { curveStableSwap } from './curve-stable-swap.js';
import { curveStableSwapNg } from './curve-stable-swap-ng.js';
import { erc20 } from './erc20.js';
import { issuedErc20 } from './issued-erc20.js';
import type { Protocol } from './protocol.js';
import {
  reportedCollateral,
  reportedEscrow,
  reportedIssuance,
  reportedPrice,
  reportedShare,
} from './reported.js';
import { tether } from './tether.js';
import { uniswapV2 } from './uniswap-v2.js';
import { uniswapV3 } from './uniswap-v3.js';

export const protocols: readonly Protocol[] = [
  chainlink,
  curveStableSwap,
  curveStableSwapNg,
  erc20,
  issuedErc20,
  reportedCollateral,
  reportedEscrow,
  reportedIssuance,
  reportedPrice,
  reportedShare,
  tether,
  uniswapV2,
  uniswapV3,
];

const byName: ReadonlyMap<string, Protocol> = new Map(protocols.map((protocol) => [protocol.name, protocol]));

/** The protocol of that name. The configuration was checked for names, so an unknown one is thrown. */
export function protocolOf(name: string): Protocol {
  const protocol = byName.get(name);
  if (protocol !== undefined) return protocol;
  throw new PegwatchError('protocol-unknown', `There is no protocol named ${name}.`, {
    hint: `Known protocols: ${[...byName.keys()].join(', ')}.`,
  });
}
