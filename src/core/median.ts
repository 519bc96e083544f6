/** The middle value, the mean of both middle ones for an even number of them; NaN for none. */
export function median(values: readonly number[]): number {
  // Numbers in a typed array are sorted as numbers without asking anybody.
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
