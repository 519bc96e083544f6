// Looks at the whole of a store: its files, every page, every link of the hash chain, every row that follows from the
// journal. What is wrong is thrown, as at a start; a start looks at the newest part only where a store is large.

import { PegwatchError } from '../core/errors.js';
import { checkPages } from './check-pages.js';
import { checkDataFile } from './data-file.js';
import { readIdentity } from './identity.js';
import { verifyLinks } from './links.js';
import { isLocked } from './lock.js';
import { noStore } from './no-store.js';
import { checkIdentity } from './open-checked.js';
import { readStore } from './read-store.js';
import { withFolder } from './seal.js';
import { metaRow, openTables } from './tables.js';
import { verifyRows } from './verify-rows.js';

export interface Verified {
  readonly id: string;
  readonly inputs: number;
  readonly commits: number;
  /** Pages and rows that follow from the journal; null while a daemon writes, when only the journal can be judged. */
  readonly pages: number | null;
  readonly rows: number | null;
}

export async function verifyStore(folder: string): Promise<Verified> {
  try {
    return await verify(folder);
  } catch (thrown) {
    throw thrown instanceof PegwatchError ? withFolder(folder, thrown) : thrown;
  }
}

async function verify(folder: string): Promise<Verified> {
  const identity = readIdentity(folder);
  if (identity === null) throw noStore(folder);
  const resting = !isLocked(folder);
  if (!resting) checkDataFile(folder);
  const pages = resting ? checkPages(folder).pages : null;
  const tables = openTables(folder, true);
  if (tables === null) throw noStore(folder);
  try {
    const { id } = identity;
    checkIdentity(folder, tables, metaRow(tables, 'id') ?? null, identity);
    const { commits } = verifyLinks(tables, id);
    const reader = readStore(tables, folder);
    const rows = resting ? verifyRows(tables, { ...reader, id }) : null;
    return { id, inputs: reader.lastSeq(), commits, pages, rows };
  } finally {
    await tables.root.close();
  }
}
