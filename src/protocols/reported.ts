// What somebody outside of the chains reports about a market: an exchange's bars, a price page, a chart of a pool.
// Nothing is read from a chain; an import writes each report as the answer of one call, in words of 18 decimals, so
// that journal, replay and series treat it as any reading.

import type { Hex, Observation } from '../core/types.js';
import { uintOf } from './abi.js';
import type { Protocol } from './protocol.js';

const one = 10n ** 18n;

/** One word, the price, or two, with the volume behind it. */
export const reportedPrice = reported({
  name: 'reported-price',
  about:
    'A market or reference outside of the chains that reports the price of its first token in its second.',
  tokenCount: [2, 2],
  read(report) {
    const price = uintOf(report, 0);
    if (price === null || price === 0n) return null;
    return { kind: 'price', price, volume: uintOf(report, 1) };
  },
});

/** One word: how small the share of the scarcest coin is. Nothing at all in the pool is no share. */
export const reportedShare = reported({
  name: 'reported-share',
  about: 'A report on the composition of a pool that names the smallest share and not its coin.',
  tokenCount: [2, 8],
  read(report) {
    const share = uintOf(report, 0);
    return share === null || share === 0n || share > one ? null : { kind: 'leastShare', share };
  },
});

interface Report extends Pick<Protocol, 'name' | 'about' | 'tokenCount'> {
  /** Null where the report makes no sense. */
  read(report: Hex): Observation | null;
}

function reported({ read, ...row }: Report): Protocol {
  return {
    ...row,
    type: 'pool',
    events: [],
    calls: () => [],
    identity: () => [],
    decodeCalls(answers) {
      const report = answers.get('report') ?? null;
      if (report === null) return [];
      const observation = read(report);
      return observation === null ? null : [observation];
    },
  };
}
