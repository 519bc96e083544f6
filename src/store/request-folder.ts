// How another process asks the daemon for something: `pegwatch` writes one small file into a folder beside the data,
// and the daemon, which alone may write the journal, takes it up as an input. A request that is made while no daemon
// runs waits for the next one. Whole files only (written as a draft, then renamed), oldest first.

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PegwatchError } from '../core/errors.js';

/** What a person may ask for from outside. */
export interface Request {
  readonly kind: 'resend';
  readonly alertId: string;
}

export interface FoundRequest {
  readonly file: string;
  /** Null where the file makes no sense. */
  readonly request: Request | null;
}

const folderName = 'requests';
const mostBytes = 65_536;
/** Taken in one look; the rest waits for the next. */
const mostAtOnce = 100;

export function writeRequest(storeFolder: string, request: Request, nowMs: number): void {
  const folder = join(storeFolder, folderName);
  const name = `${String(nowMs).padStart(15, '0')}-${randomUUID()}.json`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.draft`), JSON.stringify(request));
    renameSync(join(folder, `${name}.draft`), join(folder, name));
  } catch {
    throw new PegwatchError('request-unwritable', `The request could not be written below ${storeFolder}.`, {
      hint: 'It must be allowed to write where the daemon keeps its store.',
    });
  }
}

export function readRequests(storeFolder: string): readonly FoundRequest[] {
  const folder = join(storeFolder, folderName);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names
    .sort()
    .slice(0, mostAtOnce)
    .map((name) => ({ file: join(folder, name), request: read(join(folder, name)) }));
}

/** Once what was asked for is stored. */
export function removeRequest({ file }: FoundRequest): void {
  rmSync(file, { force: true });
}

function read(file: string): Request | null {
  try {
    if (statSync(file).size > mostBytes) return null;
    const { kind, alertId } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<string, unknown>>;
    return kind === 'resend' && typeof alertId === 'string' ? { kind, alertId } : null;
  } catch {
    return null;
  }
}
