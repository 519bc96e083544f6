// The hash chain over the journal. Each commit leaves a link: a hash of the link before it and of the inputs and
// effects that it stored. The head of the store and the identity file beside it name the newest link that they know,
// so that a journal that was cut, mixed or put back from an older copy does not pass for whole.
//
// A row of `links`, under the last seq of its commit: u48 last seq of the commit before, 32 bytes hash

import { createHash, type Hash } from 'node:crypto';
import { joinKeys, readSeq, seqBytes, seqKey } from './keys.js';
import type { Row } from './plan-commit.js';
import { readRange } from './read-range.js';
import { damagedRow } from './seal.js';
import { bytesAt, type Head, metaRow, type Tables } from './tables.js';

export interface Link {
  readonly seq: number;
  readonly before: number;
  readonly hash: string;
}

export interface LinksVerified {
  readonly commits: number;
  /** The first seq that was looked at. */
  readonly fromSeq: number;
}

const hashBytes = 32;

/** What the first link of a store hangs on: the chain of another store differs from its beginning. */
export function emptyHead(id: string): Head {
  const chain = createHash('sha256').update(`pegwatch store ${id}`).digest('hex');
  return { seq: 0, chain, blocks: 0, signals: 0, problems: 0 };
}

/** The link of a commit, as a row, from the rows that it stores. */
export function linkOf(before: Head, seq: number, rows: readonly Row[]): { row: Row; chain: string } {
  const hash = begin(before.chain);
  for (const { table, key, value } of rows) {
    if (table === 'journal') add(hash, 'input', readSeq(key), value);
    else if (table === 'effects') add(hash, 'effects', readSeq(key), value);
  }
  const digest = hash.digest();
  const row: Row = { table: 'links', key: seqKey(seq), value: joinKeys(seqKey(before.seq), digest) };
  return { row, chain: digest.toString('hex') };
}

/**
 * Works out the newest links again, until that many bytes were read; throws where one does not fit, or where the head
 * is not the newest of them. Without a limit it goes down to the first.
 */
export function verifyLinks(tables: Tables, id: string, mostBytes = Number.POSITIVE_INFINITY): LinksVerified {
  const head = metaRow(tables, 'head') ?? emptyHead(id);
  let commits = 0;
  let read = 0;
  let next: Link = { seq: head.seq, before: head.seq, hash: head.chain };
  const from = Uint8Array.of(0);
  const to = seqKey(2 ** 48 - 1);
  for (const { key, value } of readRange(tables.links, { from, to, reverse: true })) {
    const link = readLink(key, value);
    if (link.seq !== next.before) throw damagedRow(`the link of commit ${next.before} is missing`);
    if (commits === 0 && link.hash !== head.chain) throw broken(link.seq);
    if (read >= mostBytes) return { commits, fromSeq: link.seq + 1 };
    read += verifyLink(tables, id, link);
    commits++;
    next = link;
  }
  if (next.before !== 0) throw damagedRow(`the journal before input ${next.before + 1} is missing`);
  if (commits === 0 && head.chain !== emptyHead(id).chain) throw broken(0);
  return { commits, fromSeq: 1 };
}

/** The hash of the link under exactly this seq; null where no commit ended there. */
export function chainAt(tables: Tables, id: string, seq: number): string | null {
  if (seq === 0) return emptyHead(id).chain;
  const row = bytesAt(tables.links, seqKey(seq));
  return row === undefined ? null : readLink(seqKey(seq), row).hash;
}

/** Bytes that were read for it. */
function verifyLink(tables: Tables, id: string, link: Link): number {
  const before = chainAt(tables, id, link.before);
  if (before === null) throw damagedRow(`the link of commit ${link.before} is missing`);
  const hash = begin(before);
  let read = 0;
  for (let seq = link.before + 1; seq <= link.seq; seq++) {
    const input = bytesAt(tables.journal, seqKey(seq));
    if (input === undefined) throw damagedRow(`input ${seq} is missing`);
    add(hash, 'input', seq, input);
    const effects = bytesAt(tables.effects, seqKey(seq));
    if (effects !== undefined) add(hash, 'effects', seq, effects);
    read += input.length + (effects?.length ?? 0);
  }
  if (hash.digest('hex') !== link.hash) throw broken(link.seq);
  tables.journal.resetReadTxn();
  return read;
}

function begin(chain: string): Hash {
  return createHash('sha256').update(chain, 'hex');
}

function add(hash: Hash, kind: 'input' | 'effects', seq: number, value: Uint8Array): void {
  hash.update(`${kind} ${seq} ${value.length}\n`).update(value);
}

function readLink(key: Uint8Array, value: Uint8Array): Link {
  if (value.length !== seqBytes + hashBytes) throw damagedRow('a link has another length');
  const hash = Buffer.from(value.subarray(seqBytes)).toString('hex');
  return { seq: readSeq(key), before: readSeq(value), hash };
}

function broken(seq: number) {
  return damagedRow(`the inputs up to ${seq} do not make the hash that was kept of them`);
}
