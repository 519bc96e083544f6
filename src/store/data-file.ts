// A look at LMDB's data file before LMDB maps it: an emptied file would open as an empty database, and one that was
// cut short would kill the process (SIGBUS) at the first page that is not there. Found here, it is a sentence.
//
// The first two pages are meta pages, written in turn: even transactions in the first, odd ones in the second. Little
// endian, offsets as lmdb-js 3.5 writes them (LMDB's `MDB_page` and `MDB_meta`, data version 2):
//   18 u16 flags (8), 24 u32 magic, 28 u32 version, 40 u64 map size, 48 u32 page size, 48 and 96 the trees of free
//   pages and of tables (see lmdb-page.ts), 144 u64 last page in use, 152 u64 transaction

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { PegwatchError } from '../core/errors.js';
import { numberAt, readTree, type Tree } from './lmdb-page.js';

/** What the newest meta page says. */
export interface Meta {
  readonly pageBytes: number;
  readonly lastPage: number;
  readonly transaction: number;
  readonly free: Tree;
  readonly tables: Tree;
}

const magic = 0xbeefc0de;
const dataVersion = 2;
const metaBytes = 168;
const metaFlag = 8;
const largestPageBytes = 65536;
/** More than any disk: LMDB would ask for that much room and be refused. */
const largestMap = 2 ** 45;
/** LMDB may leave a few pages at the end unwritten that were taken and given back within one transaction. */
const unwrittenPages = 64;

/** Throws a `PegwatchError` unless the file looks like one that LMDB can map; gives its newest meta page. */
export function checkDataFile(folder: string): Meta {
  const path = dataFileOf(folder);
  const file = open(path);
  try {
    const { size } = fstatSync(file);
    if (size === 0) throw emptied(`${path} is empty`);
    const first = readMeta(file, 0);
    const second = first === null ? null : readMeta(file, first.pageBytes);
    if (first === null || second === null || !inTurn(first, second))
      throw damaged(`${path} has no two meta pages that make sense`);
    const newest = first.transaction >= second.transaction ? first : second;
    const needed = (newest.lastPage + 1 - unwrittenPages) * newest.pageBytes;
    if (size < needed) {
      throw damaged(`${path} was cut short: it has ${size} bytes and needs about ${needed}`);
    }
    return newest;
  } finally {
    closeSync(file);
  }
}

export function dataFileOf(folder: string): string {
  return join(folder, 'data.mdb');
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    throw emptied(`${path} is missing or cannot be read`);
  }
}

function readMeta(file: number, at: number): Meta | null {
  const bytes = Buffer.alloc(metaBytes);
  if (readSync(file, bytes, 0, metaBytes, at) < metaBytes) return null;
  if (bytes.readUInt16LE(18) !== metaFlag) return null;
  if (bytes.readUInt32LE(24) !== magic || bytes.readUInt32LE(28) !== dataVersion) return null;
  const pageBytes = bytes.readUInt32LE(48);
  if (pageBytes < 512 || pageBytes > largestPageBytes || (pageBytes & (pageBytes - 1)) !== 0) return null;
  const mapBytes = numberAt(bytes, 40);
  if (mapBytes > largestMap) return null;
  const lastPage = numberAt(bytes, 144);
  if (lastPage < 1) return null;
  return {
    pageBytes,
    lastPage,
    transaction: numberAt(bytes, 152),
    free: readTree(bytes, 48),
    tables: readTree(bytes, 96),
  };
}

/** Only a file in which nothing was written yet has two metas of one transaction. */
function inTurn(even: Meta, odd: Meta): boolean {
  if (even.transaction === 0 && odd.transaction === 0) return true;
  const inPlace = even.transaction % 2 === 0 && odd.transaction % 2 === 1;
  return inPlace && Math.abs(even.transaction - odd.transaction) === 1;
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
