// What it means to turn a rule down or up as a whole: every number that says how far something must be off is
// multiplied by one factor, so that the ladder from low to critical keeps its proportions. How much money must stand
// behind it (Usd, Supply) and how long it must last (Ms) stay: they say whether to believe, not how bad it is.

import type { RuleSpec } from '../core/spec.js';

type Direction = 'multiply' | 'divide' | 'keep';

/** Names that do not mean what their ending says; the rest follows the endings below. */
const exceptions: Readonly<Record<string, Readonly<Record<string, Direction>>>> = {
  // Less behind a coin than it owes is no matter of taste.
  collateralRatio: { ruinPercent: 'keep', shortPercent: 'keep', thinPercent: 'keep' },
  // A share of what a pool holds: more than all of it cannot leave.
  liquidityDrain: { drainedPercentHalf: 'keep', drainedPercentLeast: 'keep' },
  mintedAgainstReceived: {
    ...{ coveredPercent: 'keep', halfPercent: 'keep' },
    ...{ muchUsd: 'multiply', noticeUsd: 'multiply', ruinUsd: 'multiply' },
  },
  oneSidedExit: { lostLeastPercent: 'keep', lostMuchPercent: 'keep' },
  oracleStale: { late: 'multiply', missed: 'multiply' },
  // A share that is too small: stricter is smaller.
  poolImbalance: { criticalPercent: 'divide', highPercent: 'divide', lowPercent: 'divide' },
};

/** The rule with its distances times `factor`: above 1 it speaks less. */
export function scaleRule(rule: RuleSpec, factor: number): RuleSpec {
  const numbers = Object.entries(rule.numbers).map(([name, value]) => {
    const direction = directionOf(rule.detector, name);
    if (direction === 'keep') return [name, value] as const;
    return [name, direction === 'multiply' ? value * factor : value / factor] as const;
  });
  return { ...rule, numbers: Object.fromEntries(numbers) };
}

/** The numbers that `scaleRule` changes. */
export function scaledNumbers(rule: RuleSpec): readonly string[] {
  return Object.keys(rule.numbers).filter((name) => directionOf(rule.detector, name) !== 'keep');
}

function directionOf(detector: string, name: string): Direction {
  const exception = exceptions[detector]?.[name];
  if (exception !== undefined) return exception;
  return /(Bps|Percent)([A-Z][a-z]+)?$/.test(name) ? 'multiply' : 'keep';
}
