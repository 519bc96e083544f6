// A quantile out of a histogram in Prometheus' text, over all its labels, as Prometheus itself reckons it: linear
// inside the bucket. NaN where nothing was observed; the last bound where it lies beyond.

export function histogramQuantile(text: string, name: string, q: number): number {
  const counts = new Map<number, number>();
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name}_bucket{`)) continue;
    const bound = /le="([^"]+)"/.exec(line)?.[1];
    const count = Number(line.slice(line.lastIndexOf(' ') + 1));
    const le = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    counts.set(le, (counts.get(le) ?? 0) + count);
  }
  const buckets = [...counts].sort(([a], [b]) => a - b);
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total === 0) return Number.NaN;
  let below = { bound: 0, count: 0 };
  for (const [bound, count] of buckets) {
    if (count >= q * total) {
      if (!Number.isFinite(bound)) return below.bound;
      return below.bound + ((bound - below.bound) * (q * total - below.count)) / (count - below.count);
    }
    below = { bound, count };
  }
  return below.bound;
}
