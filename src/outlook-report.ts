// The outlook of a running (or a recovered) engine, for `/outlook`, the gauges and `pegwatch outlook`.

import type { CoinName } from './core/coin.js';
import type { Meter } from './core/ports.js';
import { createEngine, type Engine } from './engine.js';
import type { OutlookModel } from './outlook/model.js';
import { freshMs, type Outlook, outlook } from './outlook/outlook.js';
import type { StoreReader } from './store/store.js';

export function reportOutlook(engine: Engine, model: OutlookModel | null): Outlook {
  return outlook(model, engine.measured(freshMs), criticalCoins(engine));
}

/** As a stored journal has it at a moment: everything up to there is folded again. */
export function pastOutlook(
  store: Pick<StoreReader, 'journal'>,
  model: OutlookModel | null,
  untilMs: number,
): { readonly nowMs: number; readonly report: Outlook } {
  const engine = createEngine();
  for (const { input } of store.journal(1)) {
    if (input.atMs > untilMs) break;
    engine.step(input);
  }
  return { nowMs: engine.state.nowMs, report: reportOutlook(engine, model) };
}

/** A quiet model shows nothing; a coin that is critical already has no number, and must not keep its last one. */
export function gaugeOutlook(meter: Meter, { coins, quiet }: Outlook): void {
  if (quiet !== null) return;
  for (const { coin, probability } of coins)
    meter.gauge('pegwatch_outlook_probability', { coin }, probability ?? Number.NaN);
}

function criticalCoins(engine: Engine): ReadonlySet<CoinName> {
  const coins = new Set<CoinName>();
  for (const { closedAtMs, severity, coins: own } of engine.state.incidents?.book.values() ?? []) {
    if (closedAtMs === null && severity === 'critical') for (const coin of own) coins.add(coin);
  }
  return coins;
}
