// The row of an alert: how its delivery stands, where its intent was stored, and what is to be kept of its end.

import { joinKeys, type Pointer, pointerKey, readPointer } from './keys.js';

/** Append only. */
const deliveries = ['pending', 'delivered', 'refused', 'superseded'] as const;

export type DeliveryState = (typeof deliveries)[number];

/** What came back with the receipt. */
export interface AlertNote {
  /** What the channel wants to be told again with the next alert of the incident: a message's id. */
  readonly remember?: string;
  /** Why it was given up. */
  readonly problem?: string;
  readonly attempts?: number;
}

export interface AlertRow {
  readonly delivery: DeliveryState;
  readonly at: Pointer;
  readonly note: AlertNote;
}

const utf8 = new TextEncoder();
const text = new TextDecoder();
const noteAt = 11;

export function encodeAlertRow({ delivery, at, note }: AlertRow): Uint8Array {
  const plain = Object.keys(note).length === 0;
  const tail = plain ? new Uint8Array() : utf8.encode(JSON.stringify(note));
  return joinKeys(Uint8Array.of(deliveries.indexOf(delivery)), pointerKey(at), tail);
}

export function readAlertRow(row: Uint8Array): AlertRow {
  const note = row.length > noteAt ? (JSON.parse(text.decode(row.subarray(noteAt))) as AlertNote) : {};
  return { delivery: deliveries[row[0] ?? 0] ?? 'pending', at: readPointer(row, 1), note };
}
