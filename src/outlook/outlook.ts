// The chance that a coin turns critical within the next day: a weighted sum of its features, and the reasons that weigh
// most. It is a view of what the engine measures at this moment. It raises no signal and tells no channel.

import type { CoinName } from '../core/coin.js';
import type { Measured } from '../core/signal.js';
import { type CoinFeatures, type Feature, features, featuresOf, scaled, type Witness } from './features.js';
import type { OutlookModel } from './model.js';

/** A source that has said nothing for a day says nothing. */
export const freshMs = 86_400_000;

export interface OutlookReason {
  readonly feature: string;
  readonly source: string | null;
  readonly sentence: string;
  /** By how much it multiplies the odds, against a coin on a usual day. */
  readonly oddsTimes: number;
}

export interface CoinOutlook {
  readonly coin: CoinName;
  /** Null where the model is quiet, where nothing is known of the coin, and where it is critical already. */
  readonly probability: number | null;
  readonly critical: boolean;
  /** The strongest first, at most three; only what raises the chance. */
  readonly reasons: readonly OutlookReason[];
}

export interface Outlook {
  readonly horizonHours: number;
  /** Why there are no numbers; null where there are. */
  readonly quiet: string | null;
  /** How often it happens on any day, by the data that the model was trained on. */
  readonly baseRate: number | null;
  readonly coins: readonly CoinOutlook[];
}

/** `critical`: coins of which a critical incident stands. Alphabetical by coin. */
export function outlook(
  model: OutlookModel | null,
  measured: readonly Measured[],
  critical: ReadonlySet<CoinName>,
): Outlook {
  if (model === null) return { horizonHours: 24, quiet: 'there is no model', baseRate: null, coins: [] };
  const { horizonHours, baseRate, quiet, why } = model;
  const coins = [...featuresOf(measured)]
    .filter(([, found]) => model.features.some(({ name }) => found[name] !== undefined))
    .map(([coin, found]): CoinOutlook => {
      const silent = quiet || critical.has(coin);
      return {
        coin,
        probability: silent ? null : chanceOf(model, found),
        critical: critical.has(coin),
        reasons: silent ? [] : reasonsOf(model, coin, found),
      };
    })
    .sort((a, b) => (a.coin < b.coin ? -1 : 1));
  return { horizonHours, quiet: quiet ? why : null, baseRate, coins };
}

/** What is not known counts as usual: it moves the chance neither way. */
export function chanceOf(model: OutlookModel, found: CoinFeatures): number {
  const sum = model.features.reduce(
    (all, { name }) => all + weightOf(model, name, found[name]?.[0]),
    model.intercept,
  );
  return 1 / (1 + Math.exp(-sum));
}

function reasonsOf(model: OutlookModel, coin: CoinName, found: CoinFeatures): readonly OutlookReason[] {
  return features
    .flatMap((feature) =>
      (found[feature.name] ?? []).map((witness) => reasonOf(model, coin, feature, witness)),
    )
    .filter(({ oddsTimes }) => oddsTimes > 1.05)
    .sort((a, b) => b.oddsTimes - a.oddsTimes)
    .slice(0, 3);
}

function reasonOf(model: OutlookModel, coin: CoinName, feature: Feature, witness: Witness): OutlookReason {
  const { source, value } = witness;
  return {
    feature: feature.name,
    source,
    sentence: `${feature.words(coin, value)}${source === null ? '' : ` (${source})`}`,
    oddsTimes: Math.exp(weightOf(model, feature.name, witness)),
  };
}

function weightOf(model: OutlookModel, name: string, witness: Witness | undefined): number {
  const weighed = model.features.find((one) => one.name === name);
  const feature = features.find((one) => one.name === name);
  if (weighed === undefined || feature === undefined || witness === undefined) return 0;
  return (weighed.weight * (scaled(feature, witness.value) - weighed.mean)) / weighed.spread;
}
