// Supply of a token that mints from and burns to the zero address, as ERC-20 suggests.
// Tether on Ethereum does neither: see `tether.ts`. `totalSupply()` reconciles what no event tells.

import type { Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import type { SourceSpec } from '../core/source.js';
import { decimalsChecks, zeroTopic } from './abi.js';
import type { Protocol } from './protocol.js';
import { decodeTotalSupply, totalSupplyCall } from './total-supply.js';

const transfer = {
  signature: 'event Transfer(address indexed from, address indexed to, uint256 value)',
  topic0: '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef' as Hex,
};

export const erc20: Protocol = {
  name: 'erc20',
  type: 'token',
  about: 'A token whose supply changes by transfers from and to the zero address.',
  events: [
    { ...transfer, topics: [zeroTopic], decode: (log) => decodeTransfer(log, 1) },
    { ...transfer, topics: [null, zeroTopic], decode: (log) => decodeTransfer(log, -1) },
  ],
  tokenCount: [1, 1],
  calls: totalSupplyCall,
  decodeCalls: decodeTotalSupply,
  identity: (source: SourceSpec) => decimalsChecks(source.tokens),
};

/**
 * A transfer with one end at zero, as its topics say. `sign` 1: it comes from zero; -1: it goes there.
 * Four topics are an ERC-721 transfer under the same topic0: malformed. From zero to zero nothing changes.
 */
function decodeTransfer(log: LogCursor, sign: 1 | -1): Observation | null {
  if (!log.shape(2, 1)) return null;
  const other = log.uintTopic(sign === 1 ? 1 : 0, 160);
  const value = log.uint(0);
  if (other === 0n) return null;
  return { kind: 'supply', delta: sign === 1 ? value : -value };
}
