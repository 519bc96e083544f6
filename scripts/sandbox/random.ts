/** Numbers in [0, 1), the same for the same seed. Xorshift (Marsaglia, Journal of Statistical Software 8, 2003). */
export function seededRandom(seed: number): () => number {
  // Neighbouring seeds are spread apart; zero would stay zero for ever.
  let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) next();
  return next;
}
