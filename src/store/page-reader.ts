// Pages of LMDB's data file, each handed out once: a page that two places lead to belongs to neither.

import { readSync } from 'node:fs';
import type { PegwatchError } from '../core/errors.js';
import type { Meta } from './data-file.js';
import { type LeafNode, numberAt, overflowPage, pageHeaderBytes } from './lmdb-page.js';
import { damagedRow } from './seal.js';

export interface PageReader {
  /** Pages that were read, or whose bytes were. */
  readonly pages: number;
  readonly overflowPages: number;
  /** Throws where the page is not of this kind, is out of range or in use elsewhere. */
  read(page: number, kind: number): Buffer;
  /** The value of a node, from its overflow pages where it lies there. */
  valueOf(node: LeafNode): Buffer;
  /** Notes pages as used without reading them. */
  take(first: number, count: number): void;
}

const firstPage = 2;

export function pageReader(file: number, meta: Meta): PageReader {
  const { pageBytes, lastPage, transaction } = meta;
  const used = new Uint8Array((lastPage >> 3) + 1);
  let pages = 0;
  let overflowPages = 0;
  return {
    get pages() {
      return pages;
    },
    get overflowPages() {
      return overflowPages;
    },
    read(page, kind) {
      take(page, 1);
      pages++;
      const bytes = bytesOf(page, pageBytes);
      checkHeader(page, bytes, kind);
      return bytes;
    },
    valueOf(node) {
      if (node.overflow === null) return node.value;
      const { page, pages: count, bytes } = node.overflow;
      if (count < 1 || pageHeaderBytes + bytes > count * pageBytes)
        throw damaged(page, 'a value does not fit into its pages');
      take(page, count);
      pages += count;
      overflowPages += count;
      const found = bytesOf(page, pageHeaderBytes + bytes);
      checkHeader(page, found, overflowPage);
      if (found.readUInt32LE(20) !== count) throw damaged(page, 'a value has another number of pages');
      return found.subarray(pageHeaderBytes);
    },
    take,
  };

  function take(first: number, count: number): void {
    if (!(first >= firstPage && count >= 1 && first + count - 1 <= lastPage))
      throw damaged(first, 'it lies outside of the file');
    for (let page = first; page < first + count; page++) {
      const bit = 1 << (page & 7);
      const byte = used[page >> 3] ?? 0;
      if ((byte & bit) !== 0) throw damaged(page, 'it is used twice');
      used[page >> 3] = byte | bit;
    }
  }

  function bytesOf(page: number, count: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(count);
    if (readSync(file, bytes, 0, count, page * pageBytes) < count) throw damaged(page, 'it is cut short');
    return bytes;
  }

  /** What is newer than the newest transaction would look to LMDB like a page of its own that it may write to. */
  function checkHeader(page: number, bytes: Buffer, kind: number): void {
    if (numberAt(bytes, 0) !== page) throw damaged(page, 'it says that it is another one');
    if (numberAt(bytes, 8) > transaction) throw damaged(page, 'it is newer than the newest transaction');
    if (bytes.readUInt16LE(18) !== kind) throw damaged(page, 'it is of another kind');
  }
}

function damaged(page: number, what: string): PegwatchError {
  return damagedRow(`its data file cannot be trusted (page ${page}: ${what})`);
}
