// A read-only view of a store, for other processes than the daemon: it may write while this one reads.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PegwatchError } from '../core/errors.js';
import { checkDataFile } from './data-file.js';
import { readIdentity } from './identity.js';
import { readStore } from './read-store.js';
import type { StoreReader } from './store.js';
import { metaRow, openTables } from './tables.js';

export function openReader(folder: string): StoreReader {
  const identity = readIdentity(folder);
  if (identity === null) throw noStore(folder);
  checkDataFile(folder);
  // LMDB's lock file is where readers and the writer meet; without it a reader could not be seen by the writer.
  const tables = existsSync(join(folder, 'lock.mdb')) ? openTables(folder, true) : null;
  if (tables === null || metaRow(tables, 'id') !== identity.id) {
    void tables?.root.close();
    throw noStore(folder);
  }
  return { id: identity.id, ...readStore(tables, folder), close: () => tables.root.close() };
}

function noStore(folder: string): PegwatchError {
  return new PegwatchError('store-missing', `There is no pegwatch store in ${folder}.`, {
    hint: 'Name the folder that stands under `store.folder` in pegwatch.yaml; `pegwatch run` makes it.',
  });
}
