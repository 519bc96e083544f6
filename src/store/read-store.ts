// Every question that the store answers, over its tables. The writer and the read-only view share it.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../core/alert.js';
import type { ChainName } from '../core/chain.js';
import type { Incident } from '../core/incident.js';
import type { Effect, Input, Step } from '../core/io.js';
import type { Block } from '../core/reading.js';
import { type AlertRow, readAlertRow } from './alert-row.js';
import { decodeBlockHead, decodeEffects, decodeInput } from './codec.js';
import type { CursorRow } from './cursor-row.js';
import {
  afterPrefix,
  joinKeys,
  type Pointer,
  readPointer,
  readSeq,
  seqBytes,
  seqKey,
  textKey,
  timeKey,
} from './keys.js';
import { readEntries } from './read-entries.js';
import { readLedgers } from './read-ledgers.js';
import { readRange } from './read-range.js';
import { damagedRow } from './seal.js';
import type { Cursor, DeadLetter, Delivered, Delivery, StoreReader } from './store.js';
import { bytesAt, metaRow, type Tables } from './tables.js';

const text = new TextDecoder();
const top = new Uint8Array(32).fill(0xff);
const bottom = new Uint8Array(1);
/** Journal records read before the read transaction is renewed. */
const recordsPerRead = 256;

export type Reading = Omit<StoreReader, 'id' | 'close'>;

/** Looks behind pointers; shared by the timeline. */
export interface Lookup {
  input(seq: number): Input | null;
  effect(at: Pointer): Effect | null;
  /** Killed by a reorg that came after step `seq`. */
  isOrphaned(chain: ChainName, hash: string, seq: number): boolean;
}

export function readStore(tables: Tables, folder: string): Reading {
  /** The effects of one step are asked for one by one; what is stored under a number never changes. */
  let latest: { readonly seq: number; readonly effects: readonly Effect[] } | null = null;
  const lookup: Lookup = {
    input(seq) {
      const bytes = bytesAt(tables.journal, seqKey(seq));
      return bytes === undefined ? null : decodeInput(bytes);
    },
    effect({ seq, n }) {
      const effect = effectsOf(seq)[n - 1];
      // What a row leads to was stored with the row.
      if (effect === undefined) throw damagedRow(`what input ${seq} brought about is missing`);
      return effect;
    },
    isOrphaned(chain, hash, seq) {
      const killed = bytesAt(tables.orphans, joinKeys(textKey(chain), textKey(hash)));
      return killed !== undefined && readSeq(killed) > seq;
    },
  };
  const head = () => metaRow(tables, 'head') ?? { seq: 0, chain: '', blocks: 0, signals: 0, problems: 0 };

  return {
    lastSeq: () => head().seq,
    journal,
    *steps(fromSeq): Generator<Step> {
      for (const { seq, input } of journal(fromSeq)) yield { seq, input, effects: effectsOf(seq) };
    },
    entries: (query) => readEntries(tables, lookup, query),
    cursors: readCursors,
    ledgers: () => readLedgers(tables),
    recentBlocks,
    logsOf(chain, { number, hash }) {
      const at = bytesAt(tables.blocks, blockKey(chain, number));
      const input = at === undefined ? null : lookup.input(readSeq(at));
      if (input?.kind !== 'block' || input.block.hash !== hash) return null;
      if (lookup.isOrphaned(chain, hash, readSeq(at as Uint8Array))) return null;
      // A view of a page that may change: what is kept is a copy.
      return { logs: input.logs.slice(), by: input.via?.endpoint ?? '' };
    },
    *incidents(filter = {}) {
      const { life, limit = Number.POSITIVE_INFINITY } = filter;
      let found = 0;
      if (limit <= 0) return;
      for (const { key } of readRange(tables.incidentTimes, { from: bottom, to: top, reverse: true })) {
        const incident = incidentAt(key.subarray(8));
        if (incident === null || (life !== undefined && !life.includes(incident.life))) continue;
        // An incident whose opening was corrected has a row for each; only the one that holds now counts.
        if (Buffer.compare(timeKey(incident.openedAtMs), key.subarray(0, 8)) !== 0) continue;
        // However long the caller takes over it.
        tables.incidents.resetReadTxn();
        yield incident;
        if (++found >= limit) return;
      }
    },
    incident: (id) => incidentAt(textKey(id)),
    alertsOf,
    pendingDeliveries,
    deadLetters,
    remembered,
    deliveredSince,
    watches: () => metaRow(tables, 'watches') ?? [],
    counts: () => ({
      blocks: head().blocks,
      signals: head().signals,
      incidents: rowCount(tables.incidents.getStats()),
      alerts: rowCount(tables.alerts.getStats()),
      problems: head().problems,
    }),
    sizeBytes: () => statSync(join(folder, 'data.mdb')).size,
  };

  function* journal(fromSeq: number): Generator<{ readonly seq: number; readonly input: Input }> {
    for (let seq = Math.max(1, fromSeq); ; seq++) {
      const input = lookup.input(seq);
      if (input === null) {
        if (seq <= head().seq) throw damagedRow(`input ${seq} is missing`);
        return;
      }
      yield { seq, input };
      if (seq % recordsPerRead === 0) tables.journal.resetReadTxn();
    }
  }

  function effectsOf(seq: number): readonly Effect[] {
    if (latest?.seq === seq) return latest.effects;
    const bytes = bytesAt(tables.effects, seqKey(seq));
    if (bytes === undefined) return [];
    latest = { seq, effects: decodeEffects(bytes) };
    return latest.effects;
  }

  function readCursors(): readonly Cursor[] {
    const cursors: Cursor[] = [];
    for (const { value } of readRange(tables.cursors, { from: bottom, to: top })) {
      const [chain, row] = JSON.parse(text.decode(value)) as [ChainName, CursorRow];
      if (row.block === null) continue;
      const { number, hash } = row.block;
      const stored = blockAt(chain, bytesAt(tables.blocks, blockKey(chain, number)));
      // A reorg may go back to a block before our first one: its time is not known.
      const timeMs = stored?.block.hash === hash ? stored.block.timeMs : 0;
      cursors.push({ chain, number, hash, timeMs, finalized: row.finalized });
    }
    return cursors;
  }

  function recentBlocks(chain: ChainName, count: number): readonly Block[] {
    const row = bytesAt(tables.cursors, textKey(chain));
    if (row === undefined || count <= 0) return [];
    const [, cursor] = JSON.parse(text.decode(row)) as [ChainName, CursorRow];
    if (cursor.block === null) return [];
    const blocks: Block[] = [];
    // Rows above the cursor are left over from a longer branch that died.
    const from = blockKey(chain, 0);
    const to = blockKey(chain, cursor.block.number + 1);
    for (const { value } of readRange(tables.blocks, { from, to, reverse: true })) {
      const stored = blockAt(chain, value);
      if (stored === null || lookup.isOrphaned(chain, stored.block.hash, stored.seq)) continue;
      blocks.push(stored.block);
      if (blocks.length >= count) break;
    }
    return blocks.reverse();
  }

  function blockAt(chain: ChainName, row: Uint8Array | undefined): { seq: number; block: Block } | null {
    if (row === undefined || row.length !== seqBytes) return null;
    const seq = readSeq(row);
    const bytes = bytesAt(tables.journal, seqKey(seq));
    const found = bytes === undefined ? null : decodeBlockHead(bytes);
    return found === null || found.chain !== chain ? null : { seq, block: found.block };
  }

  function incidentAt(key: Uint8Array): Incident | null {
    const pointer = bytesAt(tables.incidents, key);
    const effect = pointer === undefined ? null : lookup.effect(readPointer(pointer));
    return effect?.kind === 'incident' ? effect.incident : null;
  }

  function alertAt(pointer: Pointer): Alert | null {
    const effect = lookup.effect(pointer);
    return effect?.kind === 'alert' ? effect.alert : null;
  }

  function alertsOf(incidentId: string): ReturnType<StoreReader['alertsOf']> {
    return told(incidentId).map(({ alert, row }) => ({ ...alert, delivery: row.delivery }));
  }

  function remembered(incidentId: string, channel: string): string | null {
    const own = told(incidentId).filter(({ alert }) => alert.channel === channel);
    return own.reduce<string | null>((last, { row }) => row.note.remember ?? last, null);
  }

  function told(incidentId: string): { readonly alert: Alert; readonly row: AlertRow }[] {
    const prefix = textKey(incidentId);
    const alerts: { readonly alert: Alert; readonly row: AlertRow }[] = [];
    for (const { key, value } of readRange(tables.incidentAlerts, {
      from: prefix,
      to: afterPrefix(prefix),
    })) {
      const pointer = readPointer(key, prefix.length);
      const alert = alertAt(pointer);
      const bytes = bytesAt(tables.alerts, textKey(text.decode(value)));
      if (alert === null || bytes === undefined) continue;
      const row = readAlertRow(bytes);
      // An alert that was said again under its old id counts once, as it was said last.
      if (row.at.seq === pointer.seq) alerts.push({ alert, row });
    }
    return alerts;
  }

  function deadLetters(): readonly DeadLetter[] {
    const letters: DeadLetter[] = [];
    for (const { value } of readRange(tables.alerts, { from: bottom, to: top })) {
      const { delivery, at, note } = readAlertRow(value);
      const alert = delivery === 'refused' ? alertAt(at) : null;
      if (alert !== null)
        letters.push({ alert, attempts: note.attempts ?? 0, problem: note.problem ?? null });
    }
    return letters.sort((a, b) => a.alert.atMs - b.alert.atMs);
  }

  function deliveredSince(fromMs: number): readonly Delivered[] {
    const delivered: Delivered[] = [];
    for (const entry of readEntries(tables, lookup, { fromMs, kinds: ['receipt'] })) {
      if (entry.kind !== 'receipt' || entry.input.outcome !== 'delivered') continue;
      const row = bytesAt(tables.alerts, textKey(entry.input.alertId));
      const alert = row === undefined ? null : alertAt(readAlertRow(row).at);
      if (alert !== null)
        delivered.push({ incidentId: alert.incidentId, channel: alert.channel, atMs: entry.timeMs });
    }
    return delivered;
  }

  function pendingDeliveries(): readonly Delivery[] {
    const deliveries: Delivery[] = [];
    for (const { attempts, dueAtMs, lastProblem, superseded = 0, ...at } of metaRow(tables, 'outbox') ?? []) {
      const alert = alertAt(at);
      if (alert !== null) deliveries.push({ alert, attempts, dueAtMs, lastProblem, superseded });
    }
    return deliveries;
  }
}

function blockKey(chain: ChainName, number: number): Uint8Array {
  return joinKeys(textKey(chain), seqKey(number));
}

function rowCount(stats: object): number {
  return 'entryCount' in stats && typeof stats.entryCount === 'number' ? stats.entryCount : 0;
}
