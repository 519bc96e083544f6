// An escrow holds less than was issued against it elsewhere: whoever comes last gets nothing. A transfer on its way
// makes the escrow hold more, never less (it is locked before it is issued, and burned before it is released), so a
// deficit that lasts is none of the weather; one of a moment may be two readings of different moments.

import { maxOver, reachMs } from '../core/window.js';
import type { Detector } from './detector.js';
import { dollars, percent } from './words.js';

export const escrowDeficit: Detector = {
  name: 'escrowDeficit',
  judges: 'escrow',
  wakes: 'block',
  quantities: {
    deficitPercent: 'what is missing, in per cent of what is owed; 0 for none',
    leastDeficitHourPercent: 'the least of that over the past hour',
    deficitUsd: 'what is missing, in pegs',
    owedUsd: 'what is owed, in pegs',
  },
  measure(escrow, look) {
    if (escrow.type !== 'escrow' || escrow.held === null || escrow.owed === null || !(escrow.owed > 0))
      return [];
    const coin = look.spec(escrow.source).tokens[0]?.coin ?? null;
    if (coin === null) return [];
    const { hour } = escrow.ratio;
    const missing = (ratio: number): number => Math.max(0, (1 - ratio) * 100);
    const values = {
      deficitPercent: missing(escrow.held / escrow.owed),
      leastDeficitHourPercent: missing(maxOver(hour, look.nowMs, reachMs(hour))),
      deficitUsd: Math.max(0, escrow.owed - escrow.held),
      owedUsd: escrow.owed,
    };
    return [{ coin, values }];
  },
  sentence: (coin, source, { deficitPercent = Number.NaN, deficitUsd = Number.NaN }) =>
    `the escrow ${source} lacks ${dollars(deficitUsd)}, ${percent(deficitPercent)} of the ${coin} issued against it`,
};
