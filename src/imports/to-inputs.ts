// Readings of all series, merged by the moment at which each could be known, as the inputs of a journal. All that a
// place says at one moment is one block; ticks pass in between, because staleness and easing have no event.

import type { ChainName } from '../core/chain.js';
import { hashOf } from '../core/hash.js';
import type { Hex } from '../core/hex.js';
import type { Input } from '../core/io.js';
import { noLogs, packLogs } from '../core/packed-logs.js';
import type { Block } from '../core/reading.js';
import type { Reading } from './readings.js';

export interface TickOptions {
  /** Engine time between two ticks while nothing else happens. */
  readonly tickMs: number;
}

/** Deliberately one pass: the order of time, then of places, is the total order of a back-test. */
export function* toInputs(readings: readonly Reading[], { tickMs }: TickOptions): Iterable<Input> {
  const ordered = readings.toSorted(
    (a, b) => a.knownMs - b.knownMs || (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : 0),
  );
  const places = new Map<ChainName, { readonly hash: string; parent: Block | null; open: boolean }>();
  let tickedMs = ordered[0]?.knownMs ?? 0;
  let i = 0;
  while (i < ordered.length) {
    const first = ordered[i] as Reading;
    const { chain, knownMs } = first;
    let end = i + 1;
    while (end < ordered.length && ordered[end]?.chain === chain && ordered[end]?.knownMs === knownMs) end++;
    for (; tickedMs + tickMs <= knownMs; tickedMs += tickMs) {
      yield* finalized(tickedMs + tickMs);
      yield { kind: 'tick', atMs: tickedMs + tickMs };
    }
    const place = places.get(chain) ?? { hash: hashOf(chain), parent: null, open: false };
    places.set(chain, place);
    for (const [number, group] of byBlock(ordered.slice(i, end), knownMs)) {
      const block = blockOf(place.hash, number, knownMs, place.parent);
      const logs = group.flatMap((one) => one.logs);
      yield {
        kind: 'block',
        atMs: knownMs,
        chain,
        block,
        logs: logs.length === 0 ? noLogs : packLogs(logs, () => {}),
        calls: group.length === 1 ? (group[0] ?? first).calls : group.flatMap((one) => one.calls),
      };
      place.parent = block;
      place.open = true;
    }
    i = end;
  }

  /** An import is never reorganised: whatever came before a tick is final. */
  function* finalized(atMs: number): Iterable<Input> {
    for (const [chain, place] of places) {
      if (!place.open || place.parent === null) continue;
      place.open = false;
      yield { kind: 'finalized', atMs, chain, number: place.parent.number };
    }
  }
}

/** Raw logs keep the numbers of their blocks; a report's number is the second at which it could be known. */
function byBlock(
  readings: readonly Reading[],
  knownMs: number,
): Iterable<readonly [number, readonly Reading[]]> {
  if (readings.every(({ blockNumber }) => blockNumber === null))
    return [[Math.floor(knownMs / 1000), readings]];
  const groups = new Map<number, Reading[]>();
  for (const reading of readings) {
    const number = reading.blockNumber ?? Math.floor(knownMs / 1000);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [reading]);
    else group.push(reading);
  }
  return groups;
}

/** No block stands behind a report: its hash is made of place and moment, so that ids are the same in every run. */
function blockOf(place: string, number: number, timeMs: number, parent: Block | null): Block {
  return {
    number,
    hash: `0x${place}${number.toString(16).padStart(48, '0')}` as Hex,
    parentHash: parent?.hash ?? `0x${'0'.repeat(64)}`,
    timeMs,
  };
}
