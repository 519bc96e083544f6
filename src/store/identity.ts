// A small file beside the data that says which store this is, who can read it, and how far it had come when the file
// was written: at the start, with every checkpoint and at the end. LMDB opens an emptied data file as an empty database
// without a word, and an older copy as if nothing had been after it; with the identity beside it the loss is noticed.
// The file may be behind the data, never ahead of them.

import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PegwatchError } from '../core/errors.js';

export interface Identity {
  readonly id: string;
  readonly version: number;
  /** The last input of a commit that was on the disk when this was written. */
  readonly seq: number;
  /** The running hash up to there, see links.ts. */
  readonly chain: string;
}

/** Raised when other versions of pegwatch could no longer read what this one writes, or the other way round. */
export const storeVersion = 2;

const fileName = 'identity.json';

/** Null where there is none; refuses one that is damaged or of another version. */
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
  if (identity.version === storeVersion) return identity;
  const newer = identity.version > storeVersion;
  throw new PegwatchError(
    newer ? 'store-too-new' : 'store-too-old',
    `The store in ${folder} is of version ${identity.version}; this pegwatch knows ${storeVersion}.`,
    {
      hint: newer
        ? 'Update pegwatch, or give it another folder.'
        : 'Read it with the pegwatch that wrote it, and give this one another folder.',
    },
  );
}

/** Whole or not at all, and on the disk when it resolves. */
export async function writeIdentity(folder: string, identity: Identity): Promise<void> {
  const draft = join(folder, `${fileName}.draft`);
  const file = await open(draft, 'w');
  try {
    await file.writeFile(`${JSON.stringify(identity, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(folder, fileName));
  const names = await open(folder, 'r');
  try {
    await names.sync();
  } finally {
    await names.close();
  }
}

function parse(content: string): Identity | null {
  let fields: Partial<Record<keyof Identity, unknown>>;
  try {
    fields = Object(JSON.parse(content));
  } catch {
    return null;
  }
  const { id, version, seq, chain } = fields;
  if (typeof id !== 'string' || id === '' || !isCount(version)) return null;
  // Of another version only the version can be told.
  if (version !== storeVersion) return { id, version, seq: 0, chain: '' };
  return isCount(seq) && typeof chain === 'string' ? { id, version, seq, chain } : null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
