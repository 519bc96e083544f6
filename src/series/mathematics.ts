/** Which formulas a pool follows. */
export type Mathematics = 'constant-product' | 'concentrated' | 'stable-swap';

/**
 * Which mathematics the pools of a protocol follow. It is not guessed from what is known of a pool: a StableSwap pool
 * whose `A()` could not be read would look like a constant product that is far off its peg. Not listed: no price.
 */
export const mathematics: Readonly<Record<string, Mathematics>> = {
  'curve-stable-swap': 'stable-swap',
  'curve-stable-swap-ng': 'stable-swap',
  'uniswap-v2': 'constant-product',
  'uniswap-v3': 'concentrated',
};
