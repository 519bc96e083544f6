// One writer per folder. LMDB would let two daemons write side by side, and Node has no file locks that the kernel
// releases, so the lock is a file that says who holds it, and the next one looks whether that process still lives.
//
// Locks are numbered: `writer.lock.7` is held by whoever created it, as long as no higher number exists. To take over
// from a dead holder means to create the next number, which the file system grants to exactly one; older files are
// then swept away. A released lock stays as an empty file, so that numbers never start again: a starter
// that looked long ago can then only create a number that is taken, or one that it sees overtaken when it looks again.

import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PegwatchError } from '../core/errors.js';
import { isAlive, type ProcessMark, thisProcess } from './process-mark.js';

export interface Lock {
  /** Idempotent. */
  release(): void;
}

const lockName = /^writer\.lock\.(\d{1,15})$/;
const draftName = /^writer\.lock\.draft-/;
/** Losing a race this often in a row is no race any more. */
const tries = 100;

/** `self` is this process except in tests. */
export function takeLock(folder: string, self: ProcessMark = thisProcess()): Lock {
  for (let i = 0; i < tries; i++) {
    const highest = numbersIn(folder).at(-1) ?? 0;
    const holder = highest === 0 ? null : readHolder(folder, highest);
    if (holder !== null && isAlive(holder)) throw locked(folder, holder);
    const number = highest + 1;
    if (!create(folder, number, self)) continue;
    const numbers = numbersIn(folder);
    if (numbers.at(-1) !== number) {
      remove(folder, number);
      continue;
    }
    for (const old of numbers) if (old < number) remove(folder, old);
    return releaseOnce(folder, number);
  }
  throw new PegwatchError('store-locked', 'Others are starting on this store at the same time.', {
    retry: true,
  });
}

/** Whether a living process writes to the store of this folder. */
export function isLocked(folder: string): boolean {
  const highest = numbersIn(folder).at(-1) ?? 0;
  const holder = highest === 0 ? null : readHolder(folder, highest);
  return holder !== null && isAlive(holder);
}

function releaseOnce(folder: string, number: number): Lock {
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      try {
        // Emptied, not replaced: this must work on a full disk too.
        truncateSync(fileOf(folder, number));
      } catch (thrown) {
        if (codeOf(thrown) !== 'ENOENT') throw thrown;
      }
    },
  };
}

/** Whole content or no file at all; false where the number is taken. */
function create(folder: string, number: number, self: ProcessMark): boolean {
  const draft = writeDraft(folder, self);
  try {
    linkSync(draft, fileOf(folder, number));
    return true;
  } catch (thrown) {
    // Taken; or our draft was swept away by one who just got the lock: look again.
    if (codeOf(thrown) === 'EEXIST' || codeOf(thrown) === 'ENOENT') return false;
    throw thrown;
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeDraft(folder: string, holder: ProcessMark): string {
  const draft = join(folder, `writer.lock.draft-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(holder), { flag: 'wx' });
  return draft;
}

/** Null: released, or swept away in the meantime, or of no form that a living holder writes. */
function readHolder(folder: string, number: number): ProcessMark | null {
  try {
    const value: unknown = JSON.parse(readFileSync(fileOf(folder, number), 'utf8'));
    const isMark =
      typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number';
    return isMark ? (value as ProcessMark) : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError || codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

function numbersIn(folder: string): readonly number[] {
  const numbers: number[] = [];
  for (const name of readdirSync(folder)) {
    const digits = lockName.exec(name)?.[1];
    if (digits !== undefined) numbers.push(Number(digits));
  }
  return numbers.sort((a, b) => a - b);
}

/** Drafts of starters that were killed; only for the holder of the lock, after which a living draft is retried. */
export function sweepDrafts(folder: string): void {
  for (const name of readdirSync(folder))
    if (draftName.test(name)) rmSync(join(folder, name), { force: true });
}

function remove(folder: string, number: number): void {
  rmSync(fileOf(folder, number), { force: true });
}

function fileOf(folder: string, number: number): string {
  return join(folder, `writer.lock.${number}`);
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}

function locked(folder: string, holder: ProcessMark): PegwatchError {
  return new PegwatchError(
    'store-locked',
    `Another pegwatch (process ${holder.pid}) is writing to the store in ${folder}.`,
    { hint: 'Stop it first, or give this one a folder of its own.', fields: { folder, pid: holder.pid } },
  );
}
