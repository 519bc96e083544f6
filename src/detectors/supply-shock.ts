import { sumOver, type Window } from '../core/window.js';
import type { Detector } from './detector.js';
import { percent } from './words.js';

/** A token's supply changes fast: a redemption rush, or a mint out of nothing. */
export const supplyShock: Detector = {
  name: 'supplyShock',
  judges: 'token',
  wakes: 'block',
  quantities: {
    mintedHourPercent:
      'minted in the past hour, in per cent of the supply (of then or now, whichever is larger)',
    burnedHourPercent: 'burned in the past hour, likewise',
    netHourPercent: 'minted less burned in the past hour, likewise; negative: redemptions prevail',
    mintedDayPercent: 'minted in the past day, likewise',
    burnedDayPercent: 'burned in the past day, likewise',
    netDayPercent: 'minted less burned in the past day, likewise',
    supply: 'tokens in being now, on this chain',
    baseSupply: 'the supply a day ago or now, whichever is larger: what the percentages of the day are of',
  },
  measure(token, look) {
    if (token.type !== 'token' || token.totalSupply === null) return [];
    const coin = look.spec(token.source).tokens[0]?.coin ?? null;
    if (coin === null) return [];
    const supply = token.totalSupply;
    const hour = flows(token.minted.hour, token.burned.hour, supply, look.nowMs);
    const day = flows(token.minted.day, token.burned.day, supply, look.nowMs);
    const values = {
      mintedHourPercent: hour.minted,
      burnedHourPercent: hour.burned,
      netHourPercent: hour.net,
      mintedDayPercent: day.minted,
      burnedDayPercent: day.burned,
      netDayPercent: day.net,
      supply,
      baseSupply: day.base,
    };
    return [{ coin, values }];
  },
  sentence(coin, source, { netHourPercent = Number.NaN, netDayPercent = Number.NaN }) {
    return `the supply of ${coin} at ${source} ${moved(netHourPercent)} in an hour and ${moved(netDayPercent)} in a day`;
  },
};

interface Flows {
  readonly minted: number;
  readonly burned: number;
  readonly net: number;
  readonly base: number;
}

/**
 * Flows in per cent of the supply. Of the supply at the start and now, the larger one is what they are measured by:
 * neither a mint into almost nothing nor a burn of almost everything then goes beyond all bounds.
 */
function flows(mintedWindow: Window, burnedWindow: Window, supply: number, nowMs: number): Flows {
  const horizonMs = mintedWindow.bucketMs * mintedWindow.values.length;
  const minted = sumOver(mintedWindow, nowMs, horizonMs);
  const burned = sumOver(burnedWindow, nowMs, horizonMs);
  const base = Math.max(supply, supply - minted + burned);
  if (!(base > 0)) return { minted: 0, burned: 0, net: 0, base: 0 };
  const share = (amount: number): number => (amount / base) * 100;
  return { minted: share(minted), burned: share(burned), net: share(minted - burned), base };
}

function moved(netPercent: number): string {
  if (netPercent === 0) return 'stood still';
  return `${netPercent < 0 ? 'fell' : 'rose'} by ${percent(Math.abs(netPercent))}`;
}
