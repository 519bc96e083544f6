// Reads LMDB's data file page by page, without LMDB: every page that can be reached from the newest meta page must be
// where it is said to be, hold what fits into it, in order, and every row must fit its checksum. LMDB itself checks
// nothing and dies (SIGBUS, SIGSEGV, abort) of a page that makes no sense. Only for a file that nobody writes to.

import { closeSync, openSync } from 'node:fs';
import type { PegwatchError } from '../core/errors.js';
import { checkDataFile, dataFileOf, type Meta } from './data-file.js';
import {
  branchPage,
  type LeafNode,
  leafPage,
  numberAt,
  readBranch,
  readLeaf,
  type Tree,
} from './lmdb-page.js';
import { type PageReader, pageReader } from './page-reader.js';
import { damagedRow, isSealed } from './seal.js';
import { tableNames } from './tables.js';

export interface PagesChecked {
  readonly pages: number;
  /** False where the limit came first: the rest was not looked at. */
  readonly whole: boolean;
}

/** What the rows of a tree are: lists of free pages, trees, sealed values, or such behind a version. */
type Kind = 'free' | 'tables' | 'sealed' | 'versioned';

interface Place {
  readonly page: number;
  readonly depth: number;
  /** Keys on it are not below `low` and, where there is one, below `high`. */
  readonly low: Buffer;
  readonly high: Buffer | null;
}

const known: ReadonlySet<string> = new Set(['meta', ...Object.values(tableNames)]);
const lowest = Buffer.alloc(0);
/** lmdb-js writes the version of a row before its value. */
const versionBytes = 8;
/** LMDB's MDB_INTEGERKEY, and lmdb-js's mark of a table whose rows have versions. */
const flagsOf: Readonly<Record<Kind, number>> = { free: 8, tables: 0, sealed: 0, versioned: 0x100 };

/** Throws where something is wrong. Reads at most about so many bytes, the small tables first. */
export function checkPages(folder: string, mostBytes = Number.POSITIVE_INFINITY): PagesChecked {
  const meta = checkDataFile(folder);
  const file = openSync(dataFileOf(folder), 'r');
  try {
    return checkTrees(meta, pageReader(file, meta), mostBytes);
  } finally {
    closeSync(file);
  }
}

function checkTrees(meta: Meta, reader: PageReader, mostBytes: number): PagesChecked {
  let whole = true;
  const free: Buffer[] = [];
  const trees: { readonly name: string; readonly tree: Tree }[] = [];
  const leftOver = (): boolean => reader.pages * meta.pageBytes < mostBytes;
  checkTree('free', meta.free, reader, (node) => {
    free.push(reader.valueOf(node));
    return true;
  });
  checkTree('tables', meta.tables, reader, ({ key, tree }) => {
    if (tree !== null) trees.push({ name: key.toString('latin1').replaceAll('\0', ''), tree });
    return tree !== null;
  });
  // A name that was changed is a table that would be made anew, empty.
  for (const { name } of trees) if (!known.has(name)) throw damaged('it has a table that no store has');
  trees.sort((a, b) => pagesOf(a.tree) - pagesOf(b.tree));
  for (const { name, tree } of trees) {
    const head = name === 'meta' ? versionBytes : 0;
    const isWhole = (node: LeafNode): boolean =>
      node.tree === null && isSealed(node.key, reader.valueOf(node).subarray(head));
    whole = checkTree(name === 'meta' ? 'versioned' : 'sealed', tree, reader, isWhole, leftOver) && whole;
  }
  // A page that is free and in use at once would be written over.
  for (const list of free) checkFreePages(list, reader);
  return { pages: reader.pages, whole };
}

/** The last pages first: they are the newest of a journal. False where `goOn` said no before the end. */
function checkTree(
  kind: Kind,
  tree: Tree,
  reader: PageReader,
  isWhole: (node: LeafNode) => boolean,
  goOn: () => boolean = () => true,
): boolean {
  if (tree.flags !== flagsOf[kind]) throw damaged('a tree is of no kind that is used');
  if ((tree.root === null) !== (tree.depth === 0)) throw damaged('a tree has no root');
  const found = { branchPages: 0, leafPages: 0, entries: 0 };
  const overflowBefore = reader.overflowPages;
  const stack: Place[] = tree.root === null ? [] : [{ page: tree.root, depth: 1, low: lowest, high: null }];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    if (!goOn()) return false;
    if (place.depth === tree.depth) {
      found.leafPages++;
      found.entries += checkLeaf(kind, place, reader, isWhole);
    } else {
      found.branchPages++;
      for (const child of childrenOf(kind, place, reader)) stack.push(child);
    }
  }
  const same =
    found.branchPages === tree.branchPages &&
    found.leafPages === tree.leafPages &&
    found.entries === tree.entries &&
    reader.overflowPages - overflowBefore === tree.overflowPages;
  if (!same) throw damaged('a tree has not the pages and rows that it says it has');
  return true;
}

function checkLeaf(
  kind: Kind,
  place: Place,
  reader: PageReader,
  isWhole: (node: LeafNode) => boolean,
): number {
  const { page } = place;
  const nodes = readLeaf(reader.read(page, leafPage), (what) => damaged(`page ${page}: ${what}`));
  checkOrder(kind, nodes, place);
  for (const node of nodes) {
    if (!isWhole(node)) throw damaged(`page ${page}: a row does not fit its checksum`);
  }
  return nodes.length;
}

function childrenOf(kind: Kind, place: Place, reader: PageReader): readonly Place[] {
  const { page, depth, low, high } = place;
  const nodes = readBranch(reader.read(page, branchPage), (what) => damaged(`page ${page}: ${what}`));
  checkOrder(kind, nodes.slice(1), place);
  return nodes.map(({ key, child }, i) => ({
    page: child,
    depth: depth + 1,
    low: i === 0 ? low : key,
    high: nodes[i + 1]?.key ?? high,
  }));
}

/** Rising, from `low` on and below `high`: else a search would miss what is there. */
function checkOrder(
  kind: Kind,
  nodes: readonly { readonly key: Buffer }[],
  { page, low, high }: Place,
): void {
  const compare = kind === 'free' ? compareNumbers : Buffer.compare;
  let before: Buffer | null = null;
  for (const { key } of nodes) {
    const rises = before === null ? low === lowest || compare(low, key) <= 0 : compare(before, key) < 0;
    if (!rises) throw damaged(`page ${page}: its keys are not in order`);
    before = key;
  }
  if (before !== null && high !== null && compare(before, high) >= 0)
    throw damaged(`page ${page}: its keys belong elsewhere`);
}

/** How many words follow, then these: a page, nothing (0), or minus the length of a run and its first page. */
function checkFreePages(list: Buffer, reader: PageReader): void {
  const count = numberAt(list, 0);
  if (8 * (count + 1) > list.length) throw damaged('a list of free pages is cut short');
  for (let i = 1; i <= count; i++) {
    const word = Number(list.readBigInt64LE(8 * i));
    if (word === 0) continue;
    const run = word < 0 ? -word : 1;
    if (word < 0 && ++i > count) throw damaged('a list of free pages is cut short');
    const first = word < 0 ? Number(list.readBigInt64LE(8 * i)) : word;
    reader.take(first, run);
  }
}

function compareNumbers(a: Buffer, b: Buffer): number {
  return a.length < 8 || b.length < 8 ? 0 : numberAt(a, 0) - numberAt(b, 0);
}

function pagesOf(tree: Tree): number {
  return tree.branchPages + tree.leafPages + tree.overflowPages;
}

function damaged(what: string): PegwatchError {
  return damagedRow(`its data file cannot be trusted (${what})`);
}
