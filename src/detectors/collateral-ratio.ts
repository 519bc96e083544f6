import { maxOver, reachMs } from '../core/window.js';
import type { Detector } from './detector.js';
import { dollars, percent } from './words.js';

/** A vault's collateral is worth too little for what was issued against it, or is losing its worth fast. */
export const collateralRatio: Detector = {
  name: 'collateralRatio',
  judges: 'vault',
  wakes: 'block',
  quantities: {
    ratioPercent: 'worth of the collateral, in per cent of the coins issued against it',
    lostHourPercent: 'how much of that ratio was lost since its highest of the past hour, in per cent of it',
    lostDayPercent: 'the same since its highest of the past day',
    owedUsd: 'the coins issued against it, in pegs',
  },
  measure(vault, look) {
    if (vault.type !== 'vault' || vault.held === null || vault.owed === null || !(vault.owed > 0)) return [];
    const coin = look.spec(vault.source).tokens[0]?.coin ?? null;
    if (coin === null) return [];
    const ratio = vault.held / vault.owed;
    const { hour, day } = vault.ratio;
    const peakHour = maxOver(hour, look.nowMs, reachMs(hour));
    // A bucket keeps its last value only: what fell within a quarter of an hour is in the finer window.
    const peakDay = Math.max(peakHour, maxOver(day, look.nowMs, reachMs(day)));
    const lost = (peak: number): number => (peak > 0 ? Math.max(0, (1 - ratio / peak) * 100) : 0);
    const values = {
      ratioPercent: ratio * 100,
      lostHourPercent: lost(peakHour),
      lostDayPercent: lost(peakDay),
      owedUsd: vault.owed,
    };
    return [{ coin, values }];
  },
  sentence(coin, source, { ratioPercent = Number.NaN, lostDayPercent = Number.NaN, owedUsd = Number.NaN }) {
    return `the collateral of ${source} is worth ${percent(ratioPercent)} of the ${dollars(owedUsd)} of ${coin} issued against it, after losing ${percent(lostDayPercent)} of that ratio within a day`;
  },
};
