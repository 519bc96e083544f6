// Opens the environment for writing once it is certain that it is whole: its pages, its identity, the end of its
// journal. What is wrong is a sentence with a way back, before LMDB or the engine can stumble over it.

import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { PegwatchError } from '../core/errors.js';
import type { Log } from '../core/ports.js';
import { checkPages, type PagesChecked } from './check-pages.js';
import { dataFileOf } from './data-file.js';
import { type Identity, readIdentity, storeVersion, writeIdentity } from './identity.js';
import { chainAt, emptyHead, verifyLinks } from './links.js';
import { damagedRow } from './seal.js';
import { metaKey, metaRow, openTables, putMeta, type Tables } from './tables.js';

/** Pages looked at before a start, and inputs and effects worked out again: under a second of work for each. */
export const startBytes = 128 * 1024 * 1024;

export interface Opened {
  readonly tables: Tables;
  readonly id: string;
}

/** Only while the folder is locked. */
export async function openChecked(folder: string, log: Log): Promise<Opened> {
  const identity = readIdentity(folder);
  const pages = identity !== null || hasData(folder) ? checkPages(folder, startBytes) : null;
  const tables = openTables(folder, false);
  if (tables === null) throw new PegwatchError('store-failed', `The store in ${folder} cannot be opened.`);
  try {
    const id = metaRow(tables, 'id') ?? null;
    checkIdentity(folder, tables, id, identity);
    const opened = { tables, id: id ?? (await create(tables)) };
    const { commits, fromSeq } = verifyLinks(tables, opened.id, startBytes);
    checkHeadVersion(tables);
    await keepIdentity(folder, opened);
    if (pages !== null) tell(log, folder, pages, { commits, fromSeq });
    return opened;
  } catch (thrown) {
    await tables.root.close();
    throw thrown;
  }
}

/** Throws where data and identity file do not belong together. */
export function checkIdentity(
  folder: string,
  tables: Tables,
  id: string | null,
  identity: Identity | null,
): void {
  if (identity === null) return;
  // What this process has read last may be older than the file.
  tables.root.resetReadTxn();
  if (id !== identity.id) {
    throw new PegwatchError(
      'store-emptied',
      `The data in ${folder} is not the data its identity file is about.`,
      {
        hint: 'Restore the folder from a backup. To start over, delete the whole folder.',
      },
    );
  }
  const seq = metaRow(tables, 'head')?.seq ?? 0;
  if (seq >= identity.seq && chainAt(tables, id, identity.seq) === identity.chain) return;
  const what =
    seq < identity.seq
      ? `end with input ${seq}, but its identity file knows of ${identity.seq}: an older copy was put in their place`
      : `are another history than the one that its identity file knows up to input ${identity.seq}`;
  throw new PegwatchError('store-stale', `The data in ${folder} ${what}.`, {
    hint:
      'Put the newer data back. To go on with these, delete identity.json: blocks since then are read again, ' +
      'and alerts since then may be told again.',
  });
}

/** What the identity file may say now: everything that is on the disk. */
export async function keepIdentity(folder: string, { tables, id }: Opened): Promise<void> {
  tables.root.resetReadTxn();
  const { seq, chain } = metaRow(tables, 'head') ?? emptyHead(id);
  await writeIdentity(folder, { id, version: storeVersion, seq, chain });
}

/** LMDB keeps it beside the row and outside of its checksum; each commit demands to find it. */
function checkHeadVersion(tables: Tables): void {
  const version = tables.meta.getEntry(metaKey('head'))?.version;
  if (version !== (metaRow(tables, 'head')?.seq ?? 0) + 1)
    throw damagedRow('the head of its journal has another version');
}

async function create(tables: Tables): Promise<string> {
  const id = randomUUID();
  await tables.root.transaction(() => {
    putMeta(tables, 'id', id, 0);
    putMeta(tables, 'head', emptyHead(id), 1);
  });
  return id;
}

function hasData(folder: string): boolean {
  return (statSync(dataFileOf(folder), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function tell(log: Log, folder: string, pages: PagesChecked, links: object): void {
  log.info({ folder, ...pages, ...links }, 'the store was looked through');
}
