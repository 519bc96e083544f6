// How detectors say numbers.

/** `1.23 %`; three significant digits are enough for a person. */
export function percent(value: number): string {
  return `${Number(value.toPrecision(3))} %`;
}

/** `trades 1.2 % below its peg`, from basis points; at its peg within half a basis point. */
export function offPeg(deviationBps: number): string {
  if (!(Math.abs(deviationBps) >= 0.5)) return 'trades at its peg';
  return `trades ${percent(Math.abs(deviationBps) / 100)} ${deviationBps < 0 ? 'below' : 'above'} its peg`;
}

/** `1.5 h`, `12 min`, `40 s`. */
export function duration(seconds: number): string {
  if (seconds >= 5400) return `${Number((seconds / 3600).toPrecision(2))} h`;
  return seconds >= 90 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds)} s`;
}

/** `$1.2M`, `$45k`, `$300`. */
export function dollars(value: number): string {
  if (value >= 1e9) return `$${Number((value / 1e9).toPrecision(3))}B`;
  if (value >= 1e6) return `$${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 1e3 ? `$${Number((value / 1e3).toPrecision(3))}k` : `$${Math.round(value)}`;
}
