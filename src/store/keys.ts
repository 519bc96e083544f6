// Keys as bytes. LMDB compares bytes, so numbers are big endian; every text is led by its length, so that no text,
// however strange, can run into what follows it, and none is longer than a key may be.

import { createHash } from 'node:crypto';

/** Where an effect (n from 1) or the input (n = 0) of a step is found again. */
export interface Pointer {
  readonly seq: number;
  readonly n: number;
}

const longestText = 500;
const utf8 = new TextEncoder();

export const seqBytes = 6;
const pointerBytes = seqBytes + 4;

export function seqKey(seq: number): Uint8Array {
  const key = new Uint8Array(seqBytes);
  writeUint48(key, 0, seq);
  return key;
}

export function readSeq(bytes: Uint8Array, at = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2);
}

export function pointerKey(pointer: Pointer): Uint8Array {
  const key = new Uint8Array(pointerBytes);
  writePointer(key, 0, pointer);
  return key;
}

export function readPointer(bytes: Uint8Array, at = 0): Pointer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { seq: readSeq(bytes, at), n: view.getUint32(at + seqBytes) };
}

/** Any text; beyond 500 bytes its hash stands in for it. */
export function textKey(value: string): Uint8Array {
  let content = utf8.encode(value);
  let length = content.length;
  if (length > longestText) {
    content = createHash('sha256').update(content).digest();
    length = 0xffff;
  }
  const key = new Uint8Array(2 + content.length);
  key[0] = length >> 8;
  key[1] = length;
  key.set(content, 2);
  return key;
}

/** Sorts as the numbers do, negative ones included; what is no number counts as 0. */
export function timeKey(timeMs: number): Uint8Array {
  const key = new Uint8Array(8);
  const view = new DataView(key.buffer);
  view.setFloat64(0, Number.isNaN(timeMs) ? 0 : timeMs + 0);
  if (view.getInt32(0) < 0) for (let i = 0; i < 8; i++) key[i] = ~(key[i] ?? 0);
  else key[0] = (key[0] ?? 0) | 0x80;
  return key;
}

export function readTime(bytes: Uint8Array): number {
  // Not `slice`: a Buffer's slice is a view, and the key itself would change.
  const copy = Uint8Array.from(bytes.subarray(0, 8));
  if ((copy[0] ?? 0) & 0x80) copy[0] = (copy[0] ?? 0) & 0x7f;
  else for (let i = 0; i < 8; i++) copy[i] = ~(copy[i] ?? 0);
  return new DataView(copy.buffer).getFloat64(0);
}

export function joinKeys(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const key = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    key.set(part, at);
    at += part.length;
  }
  return key;
}

/** Greater than every key that begins with `prefix`. */
export function afterPrefix(prefix: Uint8Array): Uint8Array {
  return joinKeys(prefix, new Uint8Array(16).fill(0xff));
}

function writePointer(target: Uint8Array, at: number, pointer: Pointer): void {
  writeUint48(target, at, pointer.seq);
  new DataView(target.buffer).setUint32(at + seqBytes, pointer.n);
}

function writeUint48(target: Uint8Array, at: number, value: number): void {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  view.setUint16(at, Math.floor(value / 0x1_0000_0000));
  view.setUint32(at + 2, value >>> 0);
}
