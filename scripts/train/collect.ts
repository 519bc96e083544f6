// What the model is trained on: the open data folded through the engine, and once an hour the features of each
// coin as they stood. The label is looked up afterwards: does the coin turn critical within the next day?

import { inputsOf } from '../../src/cli/backtest.js';
import type { CoinName } from '../../src/core/coin.js';
import type { Spec } from '../../src/core/spec.js';
import { createEngine } from '../../src/engine.js';
import type { Import } from '../../src/imports/read-import.js';
import { type CoinFeatures, featuresOf } from '../../src/outlook/features.js';
import { freshMs } from '../../src/outlook/outlook.js';

export interface Sample {
  readonly atMs: number;
  readonly coin: CoinName;
  /** What stood then: the worst of each feature, in its own unit. */
  readonly values: Readonly<Record<string, number>>;
  /** 1: the coin turned critical within the horizon. */
  readonly label: 0 | 1;
}

export const hourMs = 3_600_000;
export const horizonMs = 24 * hourMs;

export interface Collected {
  readonly samples: readonly Sample[];
  /** When a coin turned critical, after a day without. */
  readonly onsets: readonly { readonly coin: CoinName; readonly atMs: number }[];
}

export function collect(data: Import, rules: Spec): Collected {
  const engine = createEngine();
  const raw: Omit<Sample, 'label'>[] = [];
  /** While a coin stands critical, as spans by coin. */
  const critical = new Map<CoinName, { fromMs: number; toMs: number }[]>();
  const standing = new Map<string, CoinName>();
  let sampledMs = 0;
  for (const input of inputsOf(data, rules)) {
    for (const effect of engine.step(input)) {
      if (effect.kind !== 'signal') continue;
      const { subject, coin, severity } = effect.signal;
      if (severity === 'critical') standing.set(subject, coin);
      else standing.delete(subject);
    }
    for (const coin of new Set(standing.values())) {
      const spans = critical.get(coin) ?? [];
      const last = spans.at(-1);
      if (last !== undefined && input.atMs - last.toMs < horizonMs) last.toMs = input.atMs;
      else spans.push({ fromMs: input.atMs, toMs: input.atMs });
      critical.set(coin, spans);
    }
    if (input.kind !== 'tick' || input.atMs < sampledMs + hourMs) continue;
    sampledMs = input.atMs;
    for (const [coin, found] of featuresOf(engine.measured(freshMs))) {
      const values = worstOf(found);
      if (values.deviation !== undefined) raw.push({ atMs: input.atMs, coin, values });
    }
  }
  const samples = raw.flatMap((one): Sample[] => {
    const spans = critical.get(one.coin) ?? [];
    // While it stands critical, and for a day after, nothing is left to foretell.
    if (spans.some(({ fromMs, toMs }) => one.atMs >= fromMs && one.atMs <= toMs + horizonMs)) return [];
    const label = spans.some(({ fromMs }) => fromMs > one.atMs && fromMs <= one.atMs + horizonMs) ? 1 : 0;
    return [{ ...one, label }];
  });
  const onsets = [...critical].flatMap(([coin, spans]) =>
    spans.map(({ fromMs }) => ({ coin, atMs: fromMs })),
  );
  return { samples, onsets: onsets.sort((a, b) => a.atMs - b.atMs) };
}

function worstOf(found: CoinFeatures): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, [worst]]) => (worst === undefined ? [] : [[name, worst.value]])),
  );
}
