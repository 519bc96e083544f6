// How much room is left for the store. LMDB aborts the process when the disk is full, so the driver asks before each
// batch: `soft` gives an alarm, `hard` takes in nothing more while alerts go on.

import { statfsSync } from 'node:fs';

export type FreeSpace = 'ok' | 'soft' | 'hard';

export interface FreeSpaceLimits {
  readonly softFreeBytes: number;
  readonly hardFreeBytes: number;
}

/** `freeBytes` asks the file system except in tests; a folder that cannot be asked counts as `hard`. */
export function freeSpace(
  folder: string,
  limits: FreeSpaceLimits,
  freeBytes: (folder: string) => number = availableBytes,
): FreeSpace {
  let free: number;
  try {
    free = freeBytes(folder);
  } catch {
    return 'hard';
  }
  // Written so that a number that is none counts as no room.
  if (!(free >= limits.hardFreeBytes)) return 'hard';
  return free >= limits.softFreeBytes ? 'ok' : 'soft';
}

/** What an ordinary user may still write, in bytes. */
export function availableBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
