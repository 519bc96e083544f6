// The coverage ledger of one chain: which blocks were read, from whom and how, which are missing, and since when each
// source is watched. A pure fold over inputs: store and engine carry the same one, and a replay rebuilds it.
//
// Blocks come in order and without a hole, but those without logs may be left out far behind the head: a block covers
// all blocks since the one before it. What is to be passed over is said by a `hole` first.

import type { ChainName } from '../core/chain.js';
import { hashOf } from '../core/hash.js';
import type { Input } from '../core/io.js';
import type { SourceSpec } from '../core/source.js';
import { closeWithin, grown, type Hole, isPassedOver, openHoles, rewindHoles, takenOver } from './holes.js';
import { confirm, cover, cut, gapsIn, type Ranges, rewindTo } from './ranges.js';

/** The first block from which a source is covered; null until there is one. */
export interface SourceSince {
  readonly since: number | null;
  /** Names its configuration: a source that is another thing now begins anew. */
  readonly print: string;
}

/** Plain data. */
export interface Ledger {
  readonly chain: ChainName;
  readonly ranges: Ranges;
  /** In order of their opening. */
  readonly holes: readonly Hole[];
  readonly sources: Readonly<Record<string, SourceSince>>;
  /** The first block that was neither read nor passed over; null until there is a block. */
  readonly next: number | null;
  /** Time of the newest block read. */
  readonly readTimeMs: number | null;
  /** Final up to here. */
  readonly verifiedTo: number | null;
}

export type Ledgers = ReadonlyMap<ChainName, Ledger>;

type About<Kind extends Input['kind']> = Extract<Input, { kind: Kind }>;

/** The ledgers after an input; the same map where it says nothing about coverage. */
export function moveLedgers(ledgers: Ledgers, input: Input): Ledgers {
  if (input.kind === 'start') {
    const next = new Map(ledgers);
    for (const { chain } of input.spec.chains) {
      const own = input.spec.sources.filter((source) => source.chain === chain);
      next.set(chain, withSources(ledgers.get(chain) ?? createLedger(chain), own));
    }
    return next;
  }
  if (!('chain' in input)) return ledgers;
  const before = ledgers.get(input.chain) ?? createLedger(input.chain);
  const after = moveLedger(before, input);
  return after === before ? ledgers : new Map(ledgers).set(input.chain, after);
}

export function createLedger(chain: ChainName): Ledger {
  return { chain, ranges: [], holes: [], sources: {}, next: null, readTimeMs: null, verifiedTo: null };
}

export function moveLedger(ledger: Ledger, input: Extract<Input, { chain: ChainName }>): Ledger {
  switch (input.kind) {
    case 'block':
      return read(ledger, input);
    case 'reorg':
      return {
        ...ledger,
        ranges: rewindTo(ledger.ranges, input.keep),
        holes: rewindHoles(ledger.holes, input.keep.number, input.atMs),
        next: ledger.next === null ? null : input.keep.number + 1,
      };
    case 'finalized':
      return finalized(ledger, input);
    case 'hole':
      return holed(ledger, input);
    case 'filled':
      return filled(ledger, input);
    default:
      // A late block is told of by the `filled` that follows it; silence is a hole once a head shows how long it is.
      return ledger;
  }
}

/** The newest block that was read; null before the first. */
export function coveredTo({ ranges }: Ledger): number | null {
  return ranges.at(-1)?.to ?? null;
}

/** Blocks that are due and not covered. */
export function missingBlocks({ holes, next }: Ledger): number {
  return openHoles(holes).reduce((sum, hole) => {
    const from = isPassedOver(hole) ? hole.from : Math.max(hole.from, next ?? hole.from);
    return sum + Math.max(0, hole.to - from + 1);
  }, 0);
}

function read(ledger: Ledger, { block, via }: About<'block'>): Ledger {
  const { number, hash, timeMs } = block;
  const from = Math.min(ledger.next ?? number, number);
  const ranges = cover(ledger.ranges, {
    from,
    to: number,
    lastHash: hash,
    endpoints: via === undefined ? [] : [via.endpoint],
    how: via?.how ?? 'fetched',
  });
  const sources = begun(ledger.sources, from);
  return { ...ledger, ranges, sources, next: Math.max(number + 1, ledger.next ?? 0), readTimeMs: timeMs };
}

/** Sources that wait for their first block, and those whose first one died, begin here. */
function begun(sources: Ledger['sources'], from: number): Ledger['sources'] {
  const entries = Object.entries(sources);
  if (entries.every(([, { since }]) => since !== null && since <= from)) return sources;
  return Object.fromEntries(
    entries.map(([id, one]) => [id, one.since === null || one.since > from ? { ...one, since: from } : one]),
  );
}

function finalized(ledger: Ledger, { number, via }: About<'finalized'>): Ledger {
  const known = ledger.verifiedTo ?? -1;
  if (number <= known) return ledger;
  // What became final before without a second look stays what it is.
  const ranges = via === undefined ? ledger.ranges : confirm(ledger.ranges, known, number, via.endpoint);
  return { ...ledger, ranges, verifiedTo: number };
}

function holed(ledger: Ledger, { from, to, sources, why, atMs }: About<'hole'>): Ledger {
  if (to < from) return ledger;
  const hole: Hole = {
    from,
    to,
    sources,
    why,
    sinceMs: Math.min(ledger.readTimeMs ?? atMs, atMs),
    openedAtMs: atMs,
    closedAtMs: null,
  };
  // What is read late stays to be read; what only some sources lack is covered for the others.
  if (!isPassedOver(hole) || sources !== null) return { ...ledger, holes: grown(ledger.holes, hole) };
  const holes = takenOver(ledger.holes, hole);
  return { ...ledger, holes, ranges: cut(ledger.ranges, from, to), next: Math.max(to + 1, ledger.next ?? 0) };
}

function filled(ledger: Ledger, { from, to, hash, endpoint, atMs }: About<'filled'>): Ledger {
  const holes = closeWithin(ledger.holes, from, to, atMs);
  let { ranges } = ledger;
  const last = Math.min(to, (ledger.next ?? 0) - 1);
  for (const gap of gapsIn(ranges, from, last)) {
    const lastHash = gap.to === to ? hash : null;
    ranges = cover(ranges, { ...gap, lastHash, endpoints: [endpoint], how: 'fetched' });
  }
  return { ...ledger, holes, ranges };
}

function withSources(ledger: Ledger, specs: readonly SourceSpec[]): Ledger {
  const sources = Object.fromEntries(
    specs.map((spec): [string, SourceSince] => {
      const print = hashOf(JSON.stringify(spec));
      const known = ledger.sources[spec.id];
      return [spec.id, known?.print === print ? known : { since: null, print }];
    }),
  );
  return { ...ledger, sources };
}
