// A token of the ERC-20 kind whose issuer can do more than mint and burn: pause, freeze, upgrade, hand over.
// What it says of its supply is what `erc20.ts` says.

import { erc20 } from './erc20.js';
import { issuerEvents } from './issuer-events.js';
import type { Protocol } from './protocol.js';

export const issuedErc20: Protocol = {
  ...erc20,
  name: 'issued-erc20',
  about:
    'A token whose supply changes by transfers from and to the zero address, with what its issuer does to it: USDC, PYUSD, USDT0 and any other that pauses, freezes or is upgraded.',
  events: [...erc20.events, ...issuerEvents],
};
