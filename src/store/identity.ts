// A small file beside the data that says which store this is and who can read it. LMDB opens an emptied data file
// as an empty database without a word; with the identity beside it the loss is noticed.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PegwatchError } from '../core/errors.js';

export interface Identity {
  readonly id: string;
  readonly version: number;
}

/** Raised when older versions of pegwatch could no longer read what this one writes. */
export const storeVersion = 1;

const fileName = 'identity.json';

/** Null where there is none; refuses one that is damaged or of a newer version. */
export function readIdentity(folder: string): Identity | null {
  const path = join(folder, fileName);
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw new PegwatchError('store-unreadable', `The store's identity file ${path} cannot be read.`, {
      hint: messageOf(thrown),
    });
  }
  const identity = parse(content);
  if (identity === null) {
    throw new PegwatchError('store-damaged', `The store's identity file ${path} is damaged.`, {
      hint: 'Restore it from a backup. If only this file is damaged, delete it: it is made again from the data.',
    });
  }
  if (identity.version > storeVersion) {
    throw new PegwatchError(
      'store-too-new',
      `The store in ${folder} is of version ${identity.version}; this pegwatch knows ${storeVersion}.`,
      { hint: 'Update pegwatch, or give it another folder.' },
    );
  }
  return identity;
}

/** Whole or not at all, and on the disk when it returns. */
export function writeIdentity(folder: string, identity: Identity): void {
  const draft = join(folder, `${fileName}.draft`);
  writeFileSync(draft, `${JSON.stringify(identity, null, 2)}\n`);
  sync(draft);
  renameSync(draft, join(folder, fileName));
  sync(folder);
}

function parse(content: string): Identity | null {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value !== 'object' || value === null || !('id' in value) || !('version' in value)) return null;
    const { id, version } = value;
    return typeof id === 'string' && id !== '' && Number.isSafeInteger(version)
      ? { id, version: Number(version) }
      : null;
  } catch {
    return null;
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
