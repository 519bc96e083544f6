// A file of nothing beside the data, really allocated. When the disk is nearly full, other programs may go on writing
// while ours still has alerts and receipts to keep, and LMDB ends the process at the last byte: then the file is
// deleted, and its room is ours. Intake stays closed until there is room for it again.

import { randomBytes } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import type { Clock, Log, Meter } from '../core/ports.js';
import { availableBytes, type FreeSpace, type FreeSpaceLimits, freeSpace } from './free-space.js';

export interface BallastOptions extends FreeSpaceLimits {
  readonly folder: string;
  /** 0: none. */
  readonly ballastBytes: number;
}

export interface BallastDeps {
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  /** Asks the file system except in tests. */
  readonly freeBytes?: (folder: string) => number;
}

export interface Ballast {
  /** How the disk is; makes the file where there is room for it, and gives it back where there is none left. */
  room(): Promise<FreeSpace>;
}

const fileName = 'ballast';
const chunkBytes = 1024 * 1024;
/** After it could not be written: a quota may allow less than the disk has. */
const tryAgainMs = 60_000;

export function createBallast(options: BallastOptions, deps: BallastDeps): Ballast {
  const { folder, ballastBytes, softFreeBytes, hardFreeBytes } = options;
  const { log, meter, clock, freeBytes = availableBytes } = deps;
  const path = join(folder, fileName);
  const look = (limits: FreeSpaceLimits): FreeSpace => freeSpace(folder, limits, freeBytes);
  const limits = { softFreeBytes, hardFreeBytes };
  const withBallast = { softFreeBytes, hardFreeBytes: hardFreeBytes + ballastBytes };
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  async function room(): Promise<FreeSpace> {
    const held = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const found = await roomWith(held);
    meter.gauge('pegwatch_store_ballast_bytes', {}, statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    return found;
  }

  async function roomWith(held: number): Promise<FreeSpace> {
    if (held === ballastBytes) {
      const found = look(limits);
      if (found !== 'hard' || held === 0) return found;
      rmSync(path, { force: true });
      log.warn(
        { bytes: held },
        'the disk is nearly full: the ballast was given back, so that alerts can go on',
      );
      return 'hard';
    }
    // Of another size: the rest of a broken attempt, or the configuration has changed.
    if (held > 0) rmSync(path, { force: true });
    // Gone means that it was needed: nothing is taken in before it is there again.
    if (ballastBytes > 0 && look(withBallast) === 'hard') return 'hard';
    if (ballastBytes > 0 && clock.now() >= notBeforeMs) await make();
    return look(limits);
  }

  async function make(): Promise<void> {
    try {
      await fill(path, ballastBytes);
      log.info({ bytes: ballastBytes }, 'the ballast was made: room for alerts when the disk is full');
    } catch (thrown) {
      rmSync(path, { force: true });
      notBeforeMs = clock.now() + tryAgainMs;
      log.warn({ why: messageOf(thrown) }, 'the ballast could not be made: trying again in a minute');
    }
  }

  return { room };
}

/** Written with noise: holes and what compresses well would take no room. */
async function fill(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let left = bytes; left > 0; left -= chunkBytes)
      await file.write(randomBytes(Math.min(left, chunkBytes)));
    await file.sync();
  } finally {
    await file.close();
  }
}
