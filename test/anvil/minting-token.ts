// The smallest token that a real node can run and the daemon will watch: it emits a mint of the number that it is
// called with, and answers every other call (decimals, total supply) with six.

import type { Hex } from '../../src/core/hex.js';
import type { Anvil } from '../helpers/anvil.js';

export const mintingToken: Hex = '0x5555555555555555555555555555555555555555';

const transfer = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
const code = [
  // Call data of 32 bytes: go to 0x11. Else return 6.
  '36602014601157',
  '600660005260206000f3',
  // Log Transfer(0, this, the word).
  '5b600035600052',
  `3060007f${transfer}`,
  '60206000a300',
].join('');

export async function deployMintingToken(node: Anvil): Promise<void> {
  await node.rpc('anvil_setCode', [mintingToken, `0x${code}`]);
}

/** Stands in the next block. */
export async function mintLater(node: Anvil, amount: number): Promise<void> {
  const [from] = (await node.rpc('eth_accounts')) as Hex[];
  const data = `0x${amount.toString(16).padStart(64, '0')}`;
  await node.rpc('eth_sendTransaction', [{ from, to: mintingToken, data, gas: '0x186a0' }]);
}
