// How long it took one coin's trouble to reach another, by one plain definition of an onset on one kind of series.

export interface PricedSeries {
  readonly coin: string;
  /** By the moment at which each price could be known, ascending; zero and missing prices are left out. */
  readonly prices: readonly (readonly [ms: number, price: number])[];
}

export interface KnownTrouble {
  readonly id: string;
  readonly coin: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LagSample {
  readonly incident: string;
  readonly from: string;
  readonly to: string;
  readonly fromOnset: string;
  /** Null: it did not follow within the incident's window. */
  readonly toOnset: string | null;
  readonly lagMs: number | null;
}

/** A coin has come off its peg with the first price this far below it. */
export const onsetBps = 50;

/** One sample for each incident and edge of its coin for which both series have prices in the window. */
export function learnLags(
  series: readonly PricedSeries[],
  troubles: readonly KnownTrouble[],
  edges: readonly { readonly from: string; readonly to: string }[],
): readonly LagSample[] {
  const samples: LagSample[] = [];
  for (const { id, coin, fromMs, toMs } of troubles) {
    const fromOnset = onsetOf(series, coin, fromMs, toMs);
    if (fromOnset === null) continue;
    for (const to of new Set(edges.filter(({ from }) => from === coin).map((edge) => edge.to))) {
      if (!series.some((one) => one.coin === to)) continue;
      const toOnset = onsetOf(series, to, fromOnset, toMs);
      samples.push({
        incident: id,
        from: coin,
        to,
        fromOnset: new Date(fromOnset).toISOString(),
        toOnset: toOnset === null ? null : new Date(toOnset).toISOString(),
        lagMs: toOnset === null ? null : toOnset - fromOnset,
      });
    }
  }
  return samples;
}

function onsetOf(series: readonly PricedSeries[], coin: string, fromMs: number, toMs: number): number | null {
  const prices = series.find((one) => one.coin === coin)?.prices ?? [];
  const first = prices.find(([ms, price]) => ms >= fromMs && ms < toMs && price <= 1 - onsetBps / 10_000);
  return first?.[0] ?? null;
}

/** The median of the lags of each pair that followed at least once, rounded down on even counts. */
export function lagsOf(samples: readonly LagSample[]): readonly {
  readonly from: string;
  readonly to: string;
  readonly when: string;
  readonly lagMs: number;
}[] {
  const pairs = new Map<string, (LagSample & { readonly lagMs: number })[]>();
  for (const sample of samples) {
    if (sample.lagMs === null) continue;
    const key = `${sample.from}>${sample.to}`;
    pairs.set(key, [...(pairs.get(key) ?? []), { ...sample, lagMs: sample.lagMs }]);
  }
  return [...pairs.values()].flatMap((of) => {
    const median = of.toSorted((a, b) => a.lagMs - b.lagMs)[(of.length - 1) >> 1];
    if (median === undefined) return [];
    const when = new Date(median.fromOnset).toLocaleString('en-GB', {
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    });
    return [{ from: median.from, to: median.to, when, lagMs: median.lagMs }];
  });
}
