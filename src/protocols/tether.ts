// Tether's own contract on Ethereum: it issues and redeems without a transfer from or to zero, and wipes frozen
// balances with an event of its own. No argument is indexed.

import type { Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import { decimalsChecks } from './abi.js';
import { tetherIssuerEvents } from './issuer-events.js';
import type { Protocol } from './protocol.js';
import { decodeTotalSupply, totalSupplyCall } from './total-supply.js';

export const tether: Protocol = {
  name: 'tether',
  type: 'token',
  about:
    'The Tether contract on Ethereum, which tells its supply by Issue, Redeem and DestroyedBlackFunds, with what its issuer does to it.',
  events: [
    {
      signature: 'event Issue(uint256 amount)',
      topic0: '0xcb8241adb0c3fdb35b70c24ce35c5eb0c17af7431c99f827d44a445ca624176a',
      decode: (log) => decodeAmount(log, 1),
    },
    {
      signature: 'event Redeem(uint256 amount)',
      topic0: '0x702d5967f45f6513a38ffc42d6ba9bf230bd40e8f53b16363c7eb4fd2deb9a44',
      decode: (log) => decodeAmount(log, -1),
    },
    {
      signature: 'event DestroyedBlackFunds(address _blackListedUser, uint256 _balance)',
      topic0: '0x61e6e66b0d6339b2980aecc6ccc0039736791f0ccde9ed512e789a7fbdd698c6',
      decode: decodeDestroyed,
    },
    ...tetherIssuerEvents,
  ],
  tokenCount: [1, 1],
  calls: totalSupplyCall,
  decodeCalls: decodeTotalSupply,
  identity: (source) => decimalsChecks(source.tokens),
};

function decodeAmount(log: LogCursor, sign: 1 | -1): Observation | null {
  if (!log.shape(0, 1)) return null;
  const amount = log.uint(0);
  return { kind: 'supply', delta: sign === 1 ? amount : -amount };
}

function decodeDestroyed(log: LogCursor): Observation | null {
  if (!log.shape(0, 2)) return null;
  log.address(0);
  return { kind: 'supply', delta: -log.uint(1) };
}
