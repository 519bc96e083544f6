// What the outlook looks at: for each coin a handful of numbers, each the worst that the detectors measure of it at any
// of its sources. Causal by construction: nothing goes in but what stands at this moment. On a logarithmic scale, because
// the step from 5 to 50 basis points says more than the one from 505 to 550.

import type { CoinName } from '../core/coin.js';
import type { Measured, Quantities } from '../core/signal.js';

export interface Feature {
  readonly name: string;
  /** By detector: how the number is taken from what it measures. Never negative. */
  readonly from: Readonly<Record<string, (values: Quantities) => number | undefined>>;
  /** Where the logarithm begins to bend: what is small beside it hardly counts. */
  readonly unit: number;
  /** The number in words, for a person who asks why. */
  readonly words: (coin: CoinName, value: number) => string;
}

/** Who shows a number, and which; `null` where it is not a source of the coin. */
export interface Witness {
  readonly source: string | null;
  readonly value: number;
}

/** The features of one coin in their own units, the worst witness first; what nobody measures is left out. */
export type CoinFeatures = Readonly<Record<string, readonly Witness[]>>;

/** A market that nobody trades on sets no price: the same sums as `relevantUsd` of the shipped rules. */
const relevantPoolUsd = 100_000;
const relevantMarketUsd = 1_000_000;

const offAtOracle = ({ absDeviationBps }: Quantities): number | undefined => absDeviationBps;

const offInPool = ({ absDeviationBps, peakDayUsd = 0 }: Quantities): number | undefined =>
  peakDayUsd >= relevantPoolUsd ? absDeviationBps : undefined;

const offAtMarket = ({ absDeviationBps, saysVolume, dayVolumeUsd = 0 }: Quantities): number | undefined =>
  saysVolume === 0 || dayVolumeUsd >= relevantMarketUsd ? absDeviationBps : undefined;

/** The one that is not a coin's own: how far the other coins are off. */
const contagion = 'contagion';
/** A coin that has lost half of its worth is broken: it frightens nobody any more. */
const brokenBps = 5000;

export const features: readonly Feature[] = [
  {
    name: contagion,
    from: {},
    unit: 10,
    words: (_, value) => `another coin is ${bps(value)} off its peg`,
  },
  {
    name: 'deviation',
    from: { marketDeviation: offAtMarket, oracleDeviation: offAtOracle, priceDeviation: offInPool },
    unit: 10,
    words: (coin, value) => `${coin} is ${bps(value)} off its peg`,
  },
  {
    name: 'drain',
    from: { liquidityDrain: ({ drainedPercent }) => drainedPercent },
    unit: 10,
    words: (coin, value) => `a pool of ${coin} lost ${value.toFixed(0)} % of its liquidity within an hour`,
  },
  {
    name: 'drift',
    from: { marketDeviation: ({ driftBps }) => (driftBps === undefined ? undefined : Math.abs(driftBps)) },
    unit: 5,
    words: (coin, value) => `${coin} has drifted by ${bps(value)} within a day`,
  },
  {
    name: 'heldDay',
    from: {
      marketDeviation: ({ heldDayBps }) => (heldDayBps === undefined ? undefined : Math.abs(heldDayBps)),
    },
    unit: 5,
    words: (coin, value) => `${coin} has been at least ${bps(value)} off throughout a day`,
  },
  {
    name: 'imbalance',
    from: {
      poolImbalance: ({ leastSharePercent }) =>
        leastSharePercent === undefined ? undefined : Math.max(0, fairPercent - leastSharePercent),
    },
    unit: 5,
    words: (coin, value) =>
      `a pool of ${coin} holds ${(fairPercent - value).toFixed(0)} % of its scarcest coin`,
  },
  {
    name: 'noise',
    from: { marketDeviation: ({ noiseBps }) => noiseBps },
    unit: 5,
    words: (coin, value) => `${coin} moves by ${bps(value)} in a usual quarter of an hour`,
  },
  {
    name: 'oracle',
    from: { oracleDivergence: ({ absDivergenceBps }) => absDivergenceBps },
    unit: 25,
    words: (coin, value) => `an oracle of ${coin} is ${bps(value)} away from its pools`,
  },
  {
    name: 'redemptions',
    from: {
      supplyShock: ({ netDayPercent }) =>
        netDayPercent === undefined ? undefined : Math.max(0, -netDayPercent),
    },
    unit: 1,
    words: (coin, value) => `${value.toFixed(1)} % of ${coin} was redeemed within a day`,
  },
  {
    name: 'sold',
    from: {
      netFlow: ({ soldDayPercent }) =>
        soldDayPercent === undefined ? undefined : Math.max(0, soldDayPercent),
    },
    unit: 5,
    words: (coin, value) => `${value.toFixed(0)} % of a pool was sold of ${coin} within a day`,
  },
  {
    name: 'volume',
    from: { volumeSurge: ({ timesUsual }) => timesUsual },
    unit: 1,
    words: (coin, value) => `${coin} is traded ${value.toFixed(1)} times as much as usual`,
  },
];

/** A share that nobody would look twice at, in a pool of three or two. */
const fairPercent = 30;

/** The features of every coin of which anything is measured. */
export function featuresOf(measured: readonly Measured[]): ReadonlyMap<CoinName, CoinFeatures> {
  const found = new Map<CoinName, Record<string, readonly Witness[]>>();
  for (const { detector, coin, source, values } of measured) {
    const own = found.get(coin) ?? {};
    for (const { name, from } of features) {
      const value = from[detector]?.(values);
      if (value !== undefined && Number.isFinite(value))
        own[name] = withWitness(own[name] ?? [], source, value);
    }
    found.set(coin, own);
  }
  for (const [coin, own] of found) {
    const others = [...found].flatMap(([other, { deviation }]) => {
      const value = deviation?.[0]?.value;
      return other === coin || value === undefined || value > brokenBps ? [] : [{ source: null, value }];
    });
    if (others.length > 0) own[contagion] = others.sort((a, b) => b.value - a.value).slice(0, 1);
  }
  return found;
}

/** A source that two detectors look at is one witness. */
function withWitness(known: readonly Witness[], source: string, value: number): readonly Witness[] {
  const before = known.find((one) => one.source === source);
  if (before !== undefined && before.value >= value) return known;
  return [...known.filter((one) => one !== before), { source, value }].sort((a, b) => b.value - a.value);
}

/** A feature as the model sees it. */
export function scaled(feature: Feature, value: number): number {
  return Math.log1p(value / feature.unit);
}

function bps(value: number): string {
  return value >= 100 ? `${(value / 100).toFixed(1)} %` : `${value.toFixed(0)} bp`;
}
