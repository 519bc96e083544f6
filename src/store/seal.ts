// Each row carries a checksum of its key and its value. LMDB has none of its own: a damaged page would be read as if
// it were data, and a damaged key is a row that nobody finds. A CRC finds every damage that chance makes of one spot;
// it is no protection against a person who may write to the folder.

import { crc32 } from 'node:zlib';
import { PegwatchError } from '../core/errors.js';

export const sealBytes = 4;

/** The value as it is stored: followed by its checksum, big endian. */
export function seal(key: Uint8Array, value: Uint8Array): Uint8Array {
  const sealed = Buffer.allocUnsafe(value.length + sealBytes);
  sealed.set(value);
  writeSum(sealed, value.length, checksum(key, value));
  return sealed;
}

/** The value without its checksum, as a view; throws where they do not belong together. */
export function unseal(key: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (!isSealed(key, sealed)) throw damagedRow();
  // Never a Buffer, whose slices are views where others are copies.
  return new Uint8Array(sealed.buffer, sealed.byteOffset, sealed.length - sealBytes);
}

export function isSealed(key: Uint8Array, sealed: Uint8Array): boolean {
  const end = sealed.length - sealBytes;
  return end >= 0 && checksum(key, sealed.subarray(0, end)) === readSum(sealed, end);
}

export function damagedRow(what = 'a row does not fit its checksum'): PegwatchError {
  return new PegwatchError('store-damaged', `The store is damaged: ${what}.`, {
    hint: 'Stop pegwatch and restore the folder from a backup. `pegwatch verify` says what is damaged.',
  });
}

/** The same error, naming the folder: deep in a table nobody knows it. */
export function withFolder(folder: string, error: PegwatchError): PegwatchError {
  if (error.code !== 'store-damaged' || error.message.includes(folder)) return error;
  const message = error.message.replace('The store is', `The store in ${folder} is`);
  return new PegwatchError(error.code, message, error.options);
}

function checksum(key: Uint8Array, value: Uint8Array): number {
  return crc32(key, crc32(value));
}

function writeSum(bytes: Uint8Array, at: number, sum: number): void {
  bytes[at] = sum >>> 24;
  bytes[at + 1] = sum >>> 16;
  bytes[at + 2] = sum >>> 8;
  bytes[at + 3] = sum;
}

function readSum(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
