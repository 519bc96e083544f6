// A look at LMDB's data file before LMDB maps it: an emptied file would open as an empty database, and one that was
// cut short would kill the process (SIGBUS) at the first page that is not there. Found here, it is a sentence.
//
// The first two pages are meta pages, written in turn; little endian, offsets as lmdb-js 3.5 writes them
// (LMDB's `MDB_page` and `MDB_meta`, data version 2):
//   24 u32 magic, 28 u32 version, 48 u32 page size, 144 u64 last page in use, 152 u64 transaction

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { PegwatchError } from '../core/errors.js';

interface Meta {
  readonly pageBytes: number;
  readonly lastPage: number;
  readonly transaction: number;
}

const magic = 0xbeefc0de;
const metaBytes = 160;
const largestPageBytes = 65536;
/** LMDB may leave a few pages at the end unwritten that were taken and given back within one transaction. */
const unwrittenPages = 64;

/** Throws a `PegwatchError` unless the file looks like one that LMDB can map. */
export function checkDataFile(folder: string): void {
  const path = join(folder, 'data.mdb');
  const file = open(path);
  try {
    const { size } = fstatSync(file);
    if (size === 0) throw emptied(`${path} is empty`);
    const first = readMeta(file, 0);
    const second = first === null ? findSecond(file) : readMeta(file, first.pageBytes);
    const newest = newerOf(first, second);
    if (newest === null) throw damaged(`${path} has no meta page that makes sense`);
    const needed = (newest.lastPage + 1 - unwrittenPages) * newest.pageBytes;
    if (size < needed) {
      throw damaged(`${path} was cut short: it has ${size} bytes and needs about ${needed}`);
    }
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    throw emptied(`${path} is missing or cannot be read`);
  }
}

/** The page size stands in the meta page itself; without the first one it has to be tried. */
function findSecond(file: number): Meta | null {
  for (let at = 512; at <= largestPageBytes; at *= 2) {
    const meta = readMeta(file, at);
    if (meta?.pageBytes === at) return meta;
  }
  return null;
}

function readMeta(file: number, at: number): Meta | null {
  const bytes = Buffer.alloc(metaBytes);
  if (readSync(file, bytes, 0, metaBytes, at) < metaBytes) return null;
  if (bytes.readUInt32LE(24) !== magic) return null;
  const pageBytes = bytes.readUInt32LE(48);
  if (pageBytes < 512 || pageBytes > largestPageBytes || (pageBytes & (pageBytes - 1)) !== 0) return null;
  return {
    pageBytes,
    lastPage: Number(bytes.readBigUInt64LE(144)),
    transaction: Number(bytes.readBigUInt64LE(152)),
  };
}

function newerOf(a: Meta | null, b: Meta | null): Meta | null {
  if (a === null || b === null) return a ?? b;
  return a.transaction >= b.transaction ? a : b;
}

function emptied(what: string): PegwatchError {
  return new PegwatchError(
    'store-emptied',
    `The store lost its data: ${what}, while its identity file is there.`,
    {
      hint: 'Restore the folder from a backup. To start over, delete the whole folder.',
    },
  );
}

function damaged(what: string): PegwatchError {
  return new PegwatchError('store-damaged', `The store is damaged: ${what}.`, {
    hint: 'Restore the folder from a backup.',
  });
}
