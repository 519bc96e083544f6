// What somebody outside of the chains reports: an exchange's bars, a price page, a chart of a pool, what stands behind a
// coin. Of the latter the daemon takes no readings yet: an escrow and what was issued against it stand on two chains,
// and no two kinds of vault tell their collateral alike.
// Nothing is read from a chain; an import writes each report as the answer of one call, in words of 18 decimals, so
// that journal, replay and series treat it as any reading.

import type { Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import type { SourceType } from '../core/source.js';
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

/** Two words: what is held, and what is owed. Where nothing is owed, nothing can be short. */
const readBacking: Report['read'] = (report) => {
  const held = uintOf(report, 0);
  const owed = uintOf(report, 1);
  return held === null || owed === null ? null : { kind: 'backing', held, owed };
};

export const reportedCollateral = reported({
  name: 'reported-collateral',
  type: 'vault',
  about:
    'A report on a collateral vault: what its collateral is worth, and the coins that were issued against it.',
  tokenCount: [1, 1],
  read: readBacking,
});

export const reportedEscrow = reported({
  name: 'reported-escrow',
  type: 'escrow',
  about:
    'A report on the escrow of a bridge: what it holds, and the coins that were issued elsewhere against it.',
  tokenCount: [1, 1],
  read: readBacking,
});

/** Two words: minted and received since the report before. */
export const reportedIssuance = reported({
  name: 'reported-issuance',
  type: 'issuer',
  about:
    'A report on an issuer: the coins minted since the report before, and the worth of what was received for them.',
  tokenCount: [1, 1],
  read(report) {
    const minted = uintOf(report, 0);
    const received = uintOf(report, 1);
    return minted === null || received === null ? null : { kind: 'issuance', minted, received };
  },
});

interface Report extends Pick<Protocol, 'name' | 'about' | 'tokenCount'> {
  /** A pool where left out. */
  readonly type?: SourceType;
  /** Null where the report makes no sense. */
  read(report: Hex): Observation | null;
}

function reported({ read, ...row }: Report): Protocol {
  return {
    type: 'pool',
    ...row,
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
