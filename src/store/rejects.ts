// What nodes said that made no sense, for a person to look at: the newest of it, in two files beside the data that take
// turns, so that nothing here can grow. They are no part of the journal: whatever becomes of them, nothing is lost.

import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Meter } from '../core/ports.js';
import type { Reject } from '../core/reject.js';

export interface RejectsDeps {
  readonly clock: Clock;
  readonly meter: Meter;
  /** Takes secrets out of what a node said: some repeat the URL that they were asked at. */
  readonly redact: (text: string) => string;
  /** Whether the disk has room for what is no more than useful. */
  hasRoom(): boolean;
}

export interface Rejects {
  keep(reject: Reject): void;
  stop(): void;
}

/** So many of the newest are there, unless they are all very long; twice as many at most. */
export const mostRejects = 1000;
/** Characters of each that are kept. */
export const mostRaw = 4096;
const mostFileBytes = 8 * 1024 * 1024;
/** Kept in one second at most; beyond it they are counted only. */
const mostWaiting = 100;
const writeEveryMs = 1000;
const newer = 'rejects.jsonl';
const older = 'rejects.old.jsonl';

export function createRejects(folder: string, { clock, meter, redact, hasRoom }: RejectsDeps): Rejects {
  const path = join(folder, newer);
  let waiting: string[] = [];
  let lines = countLines(path);
  let cancel: (() => void) | null = null;

  function write(): void {
    cancel = null;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      if (!hasRoom()) throw new Error('no room');
      const full = lines > 0 && (lines + batch.length > mostRejects || sizeOf(path) > mostFileBytes);
      if (full) renameSync(path, join(folder, older));
      appendFileSync(path, batch.join(''));
      lines = (full ? 0 : lines) + batch.length;
    } catch {
      meter.count('pegwatch_rejects_left_out_total', {}, batch.length);
    }
  }

  return {
    keep({ raw, why, ...reject }) {
      if (waiting.length >= mostWaiting) {
        meter.count('pegwatch_rejects_left_out_total');
        return;
      }
      // Redacted before it is cut: half a secret would not be found.
      const cut = redact(raw).slice(0, mostRaw);
      waiting.push(`${JSON.stringify({ ...reject, why: redact(why), raw: cut })}\n`);
      cancel ??= clock.after(writeEveryMs, write);
    },
    stop() {
      cancel?.();
      write();
    },
  };
}

/** The newest `mostRejects`, oldest first; what cannot be read is passed over. */
export function readRejects(folder: string): readonly Reject[] {
  const rejects = [older, newer].flatMap((name) => linesOf(join(folder, name)).flatMap(parse));
  return rejects.slice(-mostRejects);
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

function countLines(path: string): number {
  return linesOf(path).length;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function parse(line: string): Reject[] {
  try {
    const { atMs, chain, endpoint, why, raw } = Object(JSON.parse(line)) as Reject;
    const texts = [chain, why, raw, endpoint ?? ''].every((one) => typeof one === 'string');
    return texts && typeof atMs === 'number' ? [{ atMs, chain, endpoint, why, raw }] : [];
  } catch {
    return [];
  }
}
