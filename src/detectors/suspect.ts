// Two coins differ in a pool: which of them is off its peg? A pool alone cannot say; what else is known can.
//
// 1. A coin whose own oracle shows it off its peg, on the side in question and by at least half of the gap, is
//    convicted. If that is so for exactly one of the two, it is the suspect.
// 2. A coin that elsewhere on the chain trades against a third coin at less than half of the gap is acquitted, unless
//    convicted. If that is so for exactly one of the two, the other is the suspect: also when it trades above its peg,
//    as DAI did at 1.129 in March 2020.
// 3. Otherwise the one that trades below the other: coins lose their pegs downwards far more often.
//
// Rule 1 is there because rule 2 has a blind side: in March 2023 DAI, backed by USDC, fell along with it, so USDC
// looked sound against DAI and USDT would have been accused of trading 10 % too high.

/** What is known of a coin besides the pool in question. All deviations are ratios: -0.01 is 1 % below. */
export interface Testimony {
  /** Deviation against a third coin, one for each other pool. */
  readonly elsewhere: readonly number[];
  /** The oracle's answer against the peg; null where there is none. */
  readonly oracle: number | null;
}

/**
 * An oracle answers anew when the price has moved by its threshold, 25 bp for the usual stablecoin feeds: a smaller
 * distance from the peg is no evidence.
 */
export const oracleDeadBand = 0.0025;

/** `gap`: how much dearer the one is than the other, 0.01 for 1 %. */
export function suspect(gap: number, below: Testimony, above: Testimony): 'below' | 'above' {
  const belowConvicted = isConvicted(below.oracle, -gap);
  const aboveConvicted = isConvicted(above.oracle, gap);
  if (belowConvicted !== aboveConvicted) return belowConvicted ? 'below' : 'above';
  const belowAcquitted = !belowConvicted && isAcquitted(below.elsewhere, gap);
  const aboveAcquitted = !aboveConvicted && isAcquitted(above.elsewhere, gap);
  return belowAcquitted && !aboveAcquitted ? 'above' : 'below';
}

/** True where the oracle itself shows at least half of the deviation, on the same side. */
export function isConvicted(oracle: number | null, deviation: number): boolean {
  return oracle !== null && Math.abs(oracle) >= oracleDeadBand && oracle / deviation >= 0.5;
}

function isAcquitted(elsewhere: readonly number[], gap: number): boolean {
  return elsewhere.some((deviation) => Math.abs(deviation) < gap / 2);
}
