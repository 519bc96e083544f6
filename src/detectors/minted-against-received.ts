// An issuer mints and receives next to nothing for it: the way in which USR was drained on 22 March 2026, minutes before
// its price moved. Both are added up over an hour and a day, because they need not come in one transaction.

import { reachMs, sumOver } from '../core/window.js';
import type { HourAndDay } from '../series/series.js';
import type { Detector } from './detector.js';
import { dollars, percent } from './words.js';

export const mintedAgainstReceived: Detector = {
  name: 'mintedAgainstReceived',
  judges: 'issuer',
  wakes: 'block',
  quantities: {
    mintedHourUsd: 'minted within the past hour, in pegs',
    unbackedHourUsd: 'minted less received within the past hour, in pegs; 0 where as much was received',
    coveredHourPercent:
      'received in per cent of minted within the past hour, 100 at most; 100 where nothing was minted',
    unbackedDayUsd: 'minted less received within the past day',
    coveredDayPercent: 'received in per cent of minted within the past day',
  },
  measure(issuer, look) {
    if (issuer.type !== 'issuer') return [];
    const coin = look.spec(issuer.source).tokens[0]?.coin ?? null;
    if (coin === null) return [];
    const over = (key: keyof HourAndDay) => {
      const window = issuer.minted[key];
      const minted = sumOver(window, look.nowMs, reachMs(window));
      const received = sumOver(issuer.received[key], look.nowMs, reachMs(window));
      const covered = minted > 0 ? Math.min(100, (received / minted) * 100) : 100;
      return { minted, unbacked: Math.max(0, minted - received), covered };
    };
    const hour = over('hour');
    const day = over('day');
    const values = {
      mintedHourUsd: hour.minted,
      unbackedHourUsd: hour.unbacked,
      coveredHourPercent: hour.covered,
      unbackedDayUsd: day.unbacked,
      coveredDayPercent: day.covered,
    };
    return [{ coin, values }];
  },
  sentence: (
    coin,
    source,
    { mintedHourUsd = Number.NaN, coveredHourPercent = Number.NaN, unbackedDayUsd = Number.NaN },
  ) =>
    `${source} minted ${dollars(mintedHourUsd)} of ${coin} within an hour and received ${percent(coveredHourPercent)} of it; ` +
    `within a day ${dollars(unbackedDayUsd)} are not covered`,
};
