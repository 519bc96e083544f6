// A peg is told in US dollars. Most are near one; a peg of 100 is more often cents, or a mistake, than a coin.

const least = 0.2;
const most = 5;

/** Worth asking whether it is meant: a yen coin is, a slip of the pen is not. */
export function isFarPeg(pegUsd: number): boolean {
  return pegUsd < least || pegUsd > most;
}
