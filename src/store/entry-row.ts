// A row of the timeline: a few bytes that say where in time, what kind, and of which chain, so that a query passes
// over what it does not want without opening it.

import type { Input } from '../core/io.js';
import { emitterBytes, type PackedLogs } from '../core/log-layout.js';
import { joinKeys, type Pointer, pointerKey, readPointer, readTime, timeKey } from './keys.js';
import type { Entry } from './store.js';

export type EntryKind = Entry['kind'];

/** The code of a kind is its place here: append only. */
const kinds = [
  'block',
  'reorg',
  'silent',
  'heard',
  'start',
  'receipt',
  'signal',
  'signal-retracted',
  'incident',
  'alert',
  'problem',
  'resend',
  'hole',
  'filled',
  'late',
  'approve',
  'checked',
  'hook',
  'silence',
  'unsilence',
  'suppressed',
  'disagreement',
] as const satisfies readonly EntryKind[];

const utf8 = new TextEncoder();
const text = new TextDecoder();

export function entryKey(timeMs: number, at: Pointer): Uint8Array {
  return joinKeys(timeKey(timeMs), pointerKey(at));
}

export function readEntryKey(key: Uint8Array): Pointer & { readonly timeMs: number } {
  return { ...readPointer(key, 8), timeMs: readTime(key) };
}

/** `chain` is empty for what is about no chain, or about several. */
export function encodeEntryRow(kind: EntryKind, chain: string): Uint8Array {
  return joinKeys(Uint8Array.of(kinds.indexOf(kind)), utf8.encode(chain));
}

/** Null for a kind that a newer pegwatch wrote. */
export function readEntryRow(row: Uint8Array): { readonly kind: EntryKind; readonly chain: string } | null {
  const kind = kinds[row[0] ?? 255];
  return kind === undefined ? null : { kind, chain: text.decode(row.subarray(1)) };
}

/** Whether an input is a line of the timeline: an empty block is not, nor is time that passes. */
export function isListed(input: Input): input is Extract<Input, { kind: EntryKind }> {
  switch (input.kind) {
    case 'block':
      return input.calls.length > 0 || hasLogs(input.logs);
    case 'tick':
    case 'finalized':
      return false;
    default:
      return true;
  }
}

/** More bytes than the emitters and the two counts take: there is at least one log. */
function hasLogs(logs: PackedLogs): boolean {
  const emitters = ((logs[0] ?? 0) << 8) | (logs[1] ?? 0);
  return logs.length > 2 + emitters * emitterBytes + 4;
}
