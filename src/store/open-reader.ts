// A read-only view of a store, for other processes than the daemon: it may write while this one reads.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PegwatchError } from '../core/errors.js';
import { checkPages } from './check-pages.js';
import { readIdentity } from './identity.js';
import { isLocked } from './lock.js';
import { noStore } from './no-store.js';
import { checkIdentity, startBytes } from './open-checked.js';
import { readStore } from './read-store.js';
import { withFolder } from './seal.js';
import type { StoreReader } from './store.js';
import { metaRow, openTables, type Tables } from './tables.js';

export function openReader(folder: string): StoreReader {
  const identity = readIdentity(folder);
  if (identity === null) throw noStore(folder);
  let tables: Tables | null = null;
  try {
    // Pages that somebody writes to right now cannot be looked at from outside; the writer has done so at its start.
    if (!isLocked(folder)) checkPages(folder, startBytes);
    // LMDB's lock file is where readers and the writer meet; without it a reader could not be seen by the writer.
    tables = existsSync(join(folder, 'lock.mdb')) ? openTables(folder, true) : null;
    if (tables === null) throw noStore(folder);
    checkIdentity(folder, tables, metaRow(tables, 'id') ?? null, identity);
    const { root } = tables;
    return { id: identity.id, ...readStore(tables, folder), close: () => root.close() };
  } catch (thrown) {
    void tables?.root.close();
    throw thrown instanceof PegwatchError ? withFolder(folder, thrown) : thrown;
  }
}
