// How another process asks the daemon for something: `pegwatch` writes one small file into a folder beside the data,
// and the daemon, which alone may write the journal, takes it up as an input. A request that is made while no daemon
// runs waits for the next one. Whole files only (written as a draft, then renamed), oldest first.

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PegwatchError } from '../core/errors.js';
import type { Input } from '../core/io.js';
import type { SilenceMatch } from '../core/routing.js';
import { severities } from '../core/severity.js';

/** What a person may ask for from outside. */
export type Request =
  | { readonly kind: 'resend'; readonly alertId: string }
  | {
      readonly kind: 'approve';
      readonly hookId: string;
      readonly verdict: 'approve' | 'deny';
      readonly by: string;
      readonly reason: string;
    }
  | Omit<Extract<Input, { kind: 'silence' }>, 'atMs'>
  | Omit<Extract<Input, { kind: 'unsilence' }>, 'atMs'>;

type Fields = Partial<Record<string, unknown>>;

/** How each kind is read back; null where a field is missing or makes no sense. */
const readers: { readonly [Kind in Request['kind']]: (fields: Fields) => Request | null } = {
  resend: ({ alertId }) => (typeof alertId === 'string' ? { kind: 'resend', alertId } : null),
  approve: ({ hookId, verdict, by, reason }) =>
    typeof hookId === 'string' &&
    (verdict === 'approve' || verdict === 'deny') &&
    isLine(by) &&
    isLine(reason)
      ? { kind: 'approve', hookId, verdict, by, reason }
      : null,
  silence: ({ silenceId, by, reason, untilMs, match }) =>
    isLine(silenceId) &&
    isLine(by) &&
    isLine(reason) &&
    Number.isSafeInteger(untilMs) &&
    isSilenceMatch(match)
      ? { kind: 'silence', silenceId, by, reason, untilMs: Number(untilMs), match }
      : null,
  unsilence: ({ silenceId, by, reason }) =>
    isLine(silenceId) && isLine(by) && isLine(reason) ? { kind: 'unsilence', silenceId, by, reason } : null,
};

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

/** `known`: those that were read before are passed over, so that they never stand in the way of others. */
export function readRequests(
  storeFolder: string,
  known: ReadonlySet<string> = new Set(),
): readonly FoundRequest[] {
  const folder = join(storeFolder, folderName);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names
    .sort()
    .map((name) => join(folder, name))
    .filter((file) => !known.has(file))
    .slice(0, mostAtOnce)
    .map((file) => ({ file, request: read(file) }));
}

/** Once what was asked for is stored. False where it cannot be removed: a folder, or one that is not ours. */
export function removeRequest({ file }: FoundRequest): boolean {
  try {
    rmSync(file, { force: true });
    return true;
  } catch {
    return false;
  }
}

function read(file: string): Request | null {
  try {
    const found = statSync(file);
    // Reading a pipe would wait for its writer, and the whole daemon with it.
    if (!found.isFile() || found.size > mostBytes) return null;
    const fields = JSON.parse(readFileSync(file, 'utf8')) as Fields;
    const { kind } = fields;
    return typeof kind === 'string' && Object.hasOwn(readers, kind)
      ? readers[kind as Request['kind']](fields)
      : null;
  } catch {
    return null;
  }
}

/** Who and why: they are shown on pages and in terminals for as long as the timeline is kept. */
function isLine(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 200 && !/\p{Cc}/u.test(value);
}

function isSilenceMatch(value: unknown): value is SilenceMatch {
  if (typeof value !== 'object' || value === null) return false;
  const { coins, chains, detectors, channels, incident, maxSeverity, ...more } = value as Fields;
  const lists = [coins, chains, detectors, channels].filter((one) => one !== undefined);
  return (
    Object.keys(more).length === 0 &&
    // Nothing is silenced as a whole.
    (lists.length > 0 || incident !== undefined) &&
    lists.every((one) => Array.isArray(one) && one.length > 0 && one.length <= 100 && one.every(isLine)) &&
    (incident === undefined || isLine(incident)) &&
    severities.some((severity) => severity === maxSeverity)
  );
}
