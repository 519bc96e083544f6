// A page of LMDB's data file, as lmdb-js 3.5 writes it (LMDB's data version 2, little endian). Read here without LMDB,
// which trusts every offset in it and dies of a wrong one.
//
//   page: 0 u64 its number, 8 u64 transaction, 18 u16 flags, 20 u16 lower, 22 u16 upper, from 24 one u16 for each
//     node, where it begins (counted from 24); an overflow page has 20 u32 the number of pages instead
//   node: 0 u16 and 2 u16 size of the value (low, high), 4 u16 flags, 6 u16 size of the key, the key, the value;
//     in a branch the first three u16 are the number of the child
//   value of an overflowing node: u64 first page, u64 transaction, u64 pages
//   tree, as the value of a node and twice in a meta page: 4 u16 flags, 6 u16 depth, 8 u64 branch pages,
//     16 u64 leaf pages, 24 u64 overflow pages, 32 u64 entries, 40 u64 root (all ones: none)

export const pageHeaderBytes = 24;
const nodeHeaderBytes = 8;
const treeBytes = 48;
const overflowBytes = 24;

export const branchPage = 1;
export const leafPage = 2;
export const overflowPage = 4;

/** Makes an error of what is wrong with a page. */
export type Fault = (what: string) => Error;

export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** Null where the tree is empty. */
  readonly root: number | null;
}

export interface LeafNode {
  readonly key: Buffer;
  /** What stands in the page itself. */
  readonly value: Buffer;
  /** Where the value lies that did not fit into the page. */
  readonly overflow: { readonly page: number; readonly pages: number; readonly bytes: number } | null;
  /** The tree that the node holds instead of a value. */
  readonly tree: Tree | null;
}

export interface BranchNode {
  readonly key: Buffer;
  readonly child: number;
}

/** Where the nodes of a branch or leaf begin, in order of their keys. */
function nodesOf(page: Buffer, fault: Fault): readonly number[] {
  const room = page.length - pageHeaderBytes;
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  if (lower % 2 !== 0 || lower > upper || upper > room) throw fault('its bounds make no sense');
  const starts: number[] = [];
  for (let at = pageHeaderBytes; at < pageHeaderBytes + lower; at += 2) {
    const start = page.readUInt16LE(at);
    if (start < upper || start + nodeHeaderBytes > room) throw fault('a node lies outside of it');
    starts.push(start + pageHeaderBytes);
  }
  return starts;
}

export function readBranch(page: Buffer, fault: Fault): readonly BranchNode[] {
  const starts = nodesOf(page, fault);
  if (starts.length < 1) throw fault('a branch leads nowhere');
  return starts.map((at, i) => {
    const child =
      page.readUInt16LE(at) +
      page.readUInt16LE(at + 2) * 0x1_0000 +
      page.readUInt16LE(at + 4) * 0x1_0000_0000;
    // The first key stands for everything before the second; what is written there has no meaning.
    return { key: i === 0 ? Buffer.alloc(0) : keyOf(page, at, fault), child };
  });
}

export function readLeaf(page: Buffer, fault: Fault): readonly LeafNode[] {
  return nodesOf(page, fault).map((at) => {
    const key = keyOf(page, at, fault);
    const bytes = page.readUInt16LE(at) + page.readUInt16LE(at + 2) * 0x1_0000;
    const flags = page.readUInt16LE(at + 4);
    const from = at + nodeHeaderBytes + key.length;
    const inline = flags === 1 ? overflowBytes : bytes;
    if (from + inline > page.length) throw fault('a value reaches out of it');
    if (flags > 2 || (flags === 2 && bytes !== treeBytes)) throw fault('a node is of no kind that is used');
    const value = page.subarray(from, from + inline);
    const overflow = flags === 1 ? { page: numberAt(value, 0), pages: numberAt(value, 16), bytes } : null;
    return { key, value, overflow, tree: flags === 2 ? readTree(value, 0) : null };
  });
}

export function readTree(bytes: Buffer, at: number): Tree {
  const root = bytes.readBigUInt64LE(at + 40);
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branchPages: numberAt(bytes, at + 8),
    leafPages: numberAt(bytes, at + 16),
    overflowPages: numberAt(bytes, at + 24),
    entries: numberAt(bytes, at + 32),
    root: root === 0xffff_ffff_ffff_ffffn ? null : Number(root),
  };
}

/** Exact for all that can be true; beyond 2^53 it is wrong enough to be refused. */
export function numberAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;
}

function keyOf(page: Buffer, at: number, fault: Fault): Buffer {
  const size = page.readUInt16LE(at + 6);
  const from = at + nodeHeaderBytes;
  if (from + size > page.length) throw fault('a key reaches out of it');
  return page.subarray(from, from + size);
}
