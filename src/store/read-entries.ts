// The timeline: rows in order of time, each opened where it was stored.

import type { ChainName } from '../core/chain.js';
import { type EntryKind, readEntryKey, readEntryRow } from './entry-row.js';
import { type Pointer, readPointer, textKey, timeKey } from './keys.js';
import { readRange } from './read-range.js';
import type { Lookup } from './read-store.js';
import { damagedRow } from './seal.js';
import type { Entry, EntryQuery } from './store.js';
import { bytesAt, type Tables } from './tables.js';

const top = new Uint8Array(9).fill(0xff);
const bottom = new Uint8Array(1);
/** Entries opened before they are handed out. */
const mostAhead = 32;

export function* readEntries(tables: Tables, lookup: Lookup, query: EntryQuery): Generator<Entry> {
  const from = query.fromMs === undefined ? bottom : timeKey(query.fromMs);
  const to = query.toMs === undefined ? top : timeKey(query.toMs);
  let ahead: Entry[] = [];
  /** Few at first: many a caller wants the first one only. */
  let most = 1;
  for (const { key, value } of readRange(tables.entries, { from, to, reverse: query.reverse === true })) {
    const row = readEntryRow(value);
    if (row === null || !wanted(row.kind, row.chain)) continue;
    const entry = openEntry(row.kind, readEntryKey(key));
    if (entry === null || (query.chain !== undefined && !isAbout(entry, query.chain))) continue;
    ahead.push(entry);
    if (ahead.length < most) continue;
    yield* letGo();
    most = Math.min(2 * most, mostAhead);
  }
  yield* letGo();

  /** The caller may take its time with an entry, or never come back: no read transaction waits for it. */
  function* letGo(): Generator<Entry> {
    tables.entries.resetReadTxn();
    const entries = ahead;
    ahead = [];
    yield* entries;
  }

  /** By the row alone; a row without a chain is opened to see. */
  function wanted(kind: EntryKind, chain: string): boolean {
    if (query.kinds !== undefined && !query.kinds.includes(kind)) return false;
    return query.chain === undefined || chain === '' || chain === query.chain;
  }

  function openEntry(kind: EntryKind, at: ReturnType<typeof readEntryKey>): Entry | null {
    const { seq, n, timeMs } = at;
    if (n === 0) {
      const input = lookup.input(seq);
      if (input === null) throw damagedRow(`input ${seq} is missing`);
      if (input.kind !== kind) return null;
      if (input.kind === 'block' || input.kind === 'late') {
        const orphaned = lookup.isOrphaned(input.chain, input.block.hash, seq);
        return { seq, timeMs, kind: input.kind, input, orphaned } as Entry;
      }
      // The compiler cannot see that the kind of an entry and of its input go together.
      return { seq, timeMs, kind: input.kind, input } as Entry;
    }
    const effect = lookup.effect({ seq, n });
    if (effect === null || effect.kind !== kind) return null;
    switch (effect.kind) {
      case 'signal':
        return {
          seq,
          timeMs,
          kind: 'signal',
          signal: effect.signal,
          retracted: isRetracted(effect.signal.id, at),
        };
      case 'signal-retracted':
        return { seq, timeMs, kind: 'signal-retracted', signalId: effect.signalId, why: effect.why };
      case 'incident':
        return { seq, timeMs, kind: 'incident', incident: effect.incident, change: effect.change };
      case 'alert':
        return { seq, timeMs, kind: 'alert', alert: effect.alert };
      case 'hook':
        return { seq, timeMs, kind: 'hook', hook: effect.hook };
      case 'suppressed':
        return { seq, timeMs, kind: 'suppressed', suppressed: effect.suppressed };
      case 'problem':
        return { seq, timeMs, kind: 'problem', problem: effect.problem };
      default:
        return null;
    }
  }

  /** Afterwards, that is: the same chain data raises the same id again when it comes back. */
  function isRetracted(signalId: string, raised: Pointer): boolean {
    const row = bytesAt(tables.retractions, textKey(signalId));
    if (row === undefined) return false;
    const retraction = readPointer(row);
    return retraction.seq > raised.seq || (retraction.seq === raised.seq && retraction.n > raised.n);
  }

  function isAbout(entry: Entry, chain: ChainName): boolean {
    switch (entry.kind) {
      case 'block':
      case 'late':
      case 'checked':
      case 'disagreement':
      case 'hole':
      case 'filled':
      case 'reorg':
      case 'silent':
      case 'heard':
        return entry.input.chain === chain;
      case 'signal':
        return entry.signal.chain === chain;
      case 'signal-retracted': {
        const pointer = bytesAt(tables.signals, textKey(entry.signalId));
        const effect = pointer === undefined ? null : lookup.effect(readPointer(pointer));
        return effect?.kind === 'signal' && effect.signal.chain === chain;
      }
      case 'incident':
        return entry.incident.chains.includes(chain);
      case 'alert':
        return entry.alert.incident.chains.includes(chain);
      case 'problem':
        return entry.problem.chain === chain;
      default:
        return false;
    }
  }
}
