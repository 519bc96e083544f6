// What each coin of an import is worth while its peg holds: what the mapping says, else what the configuration says,
// else one US dollar, which is said aloud: a euro coin that is judged by a dollar's peg is a false critical for ever.

import type { CoinName, CoinSpec } from '../core/coin.js';
import { isFarPeg } from '../core/far-peg.js';
import type { Import } from './read-import.js';

/** The measure itself. */
const dollar: CoinName = 'USD';

export function settlePegs(
  { watched, pegs }: Pick<Import, 'watched' | 'pegs'>,
  configured: readonly CoinSpec[],
): { readonly coins: readonly CoinSpec[]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const coins = watched.coins.map(({ coin, ...rest }): CoinSpec => {
    const said = pegs[coin];
    if (said !== undefined) {
      if (isFarPeg(said))
        notes.push(`pegs.${coin} says that one ${coin} is worth ${said} USD: is that meant?`);
      return { ...rest, coin, pegUsd: said };
    }
    const known = configured.find((one) => one.coin === coin);
    if (known === undefined && coin !== dollar)
      notes.push(
        `${coin} is in no configuration: its peg is taken to be 1 USD; say pegs.${coin} in the mapping where it is not`,
      );
    return { ...rest, coin, pegUsd: known?.pegUsd ?? 1 };
  });
  return { coins, notes };
}
