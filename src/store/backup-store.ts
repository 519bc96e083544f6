// A copy of a store that is whole in itself, made while the daemon goes on writing. It is looked through before it is
// called a backup.

import { mkdirSync, readdirSync } from 'node:fs';
import { messageOf, PegwatchError } from '../core/errors.js';
import { readIdentity } from './identity.js';
import { noStore } from './no-store.js';
import { keepIdentity } from './open-checked.js';
import { openTables } from './tables.js';
import { type Verified, verifyStore } from './verify-store.js';

/** Resolves with what was found in the copy. `target` must be empty, or not be there yet. */
export async function backupStore(folder: string, target: string): Promise<Verified> {
  const identity = readIdentity(folder);
  if (identity === null) throw noStore(folder);
  makeEmpty(target);
  const tables = openTables(folder, true);
  if (tables === null) throw noStore(folder);
  try {
    await tables.root.backup(target, false);
  } catch (thrown) {
    throw new PegwatchError(
      'backup-failed',
      `The store could not be copied to ${target}: ${messageOf(thrown)}.`,
      {
        hint: 'There must be room for all of it. What is there now is no backup: delete it.',
        retry: true,
      },
    );
  } finally {
    await tables.root.close();
  }
  await identify(target, identity.id);
  return verifyStore(target);
}

/** The copy may be further than the identity file was: it gets one of its own. */
async function identify(target: string, id: string): Promise<void> {
  const tables = openTables(target, true);
  if (tables === null) throw noStore(target);
  try {
    await keepIdentity(target, { tables, id });
  } finally {
    await tables.root.close();
  }
}

function makeEmpty(target: string): void {
  let names: readonly string[];
  try {
    mkdirSync(target, { recursive: true });
    names = readdirSync(target);
  } catch (thrown) {
    throw new PegwatchError('backup-failed', `${target} cannot be made: ${messageOf(thrown)}.`);
  }
  if (names.length === 0) return;
  throw new PegwatchError('backup-failed', `${target} is not empty.`, {
    hint: 'Name a folder that is not there yet: a backup never replaces another.',
  });
}
