// What every command shares: where it writes, how it finds the configuration and the store, and how it fails.

import { type Command, Option } from 'commander';
import type { Config } from '../config/config.js';
import { describeProblems, warningsOf } from '../config/describe-problems.js';
import { loadConfig } from '../config/load-config.js';
import { PegwatchError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { openReader } from '../store/open-reader.js';
import type { StoreReader } from '../store/store.js';

/** The world of a command; tests hand in their own. */
export interface CliWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Told what a daemon that stops does not wait for any longer. */
  readonly leftBehind?: (names: readonly string[]) => void;
}

/** 0 clean, 1 configuration or programming error (do not restart), 75 temporary (restart). */
export type ExitCode = 0 | 1 | 75;

export interface CliCommand {
  readonly name: string;
  build(world: CliWorld, done: (code: ExitCode) => void): Command;
}

export interface StoreOptions {
  readonly config: string;
  readonly store?: string;
}

export function configOption(): Option {
  return new Option('-c, --config <folder>', 'folder that holds pegwatch.yaml').default('config');
}

export function storeOption(): Option {
  return new Option(
    '-s, --store <folder>',
    'folder of the store; default: the one that the configuration names',
  );
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON for programs').default(false);
}

/** The checked configuration; all problems at once where it has any. */
export function readConfig(folder: string, world: CliWorld): Config {
  return readWarned(folder, world).config;
}

/** The same with what is worth a word though it is sound. */
export function readWarned(
  folder: string,
  world: CliWorld,
): { readonly config: Config; readonly warnings: readonly string[] } {
  const { config, problems, notes } = loadConfig(folder, world.env);
  if (config === null) throw new PegwatchError('config-invalid', describeProblems(problems));
  return { config, warnings: warningsOf(config.spec.channels.length, notes) };
}

/** Opens the store for reading; works while the daemon writes. */
export function openStoreFor(options: StoreOptions, world: CliWorld): StoreReader {
  return openReader(options.store ?? readConfig(options.config, world).store.folder);
}

/** Reads a moment: ISO 8601 or a span back from now such as `90m`, `2h`, `3d`. Milliseconds since 1970. */
export function parseMoment(text: string, nowMs: number): number {
  const span = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text);
  const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const moment = span
    ? nowMs - Number(span[1]) * units[span[2] as keyof typeof units]
    : Date.parse(isoInUtc(text));
  if (Number.isFinite(moment)) return moment;
  throw new PegwatchError('bad-moment', `"${text}" is no moment`, {
    hint: 'write 2024-01-05T00:00:23Z, 2024-01-05, or a span back from now such as 90m, 2h, 3d',
  });
}

/** `2024-01-05 00:00:23` without a zone means UTC, as everything that pegwatch prints. */
function isoInUtc(text: string): string {
  const zoned = /([zZ]|[+-]\d\d:?\d\d)$/.test(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return text;
  const iso = text.replace(' ', 'T');
  return iso.length > 10 && !zoned ? `${iso}Z` : iso;
}

export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('T', ' ').replace('.000Z', '').replace('Z', '');
}

/** Prints a thrown error for a person and says how the process should exit. */
export function reportFailure(thrown: unknown, world: CliWorld): ExitCode {
  if (!(thrown instanceof PegwatchError)) {
    world.err(
      `pegwatch: unexpected error: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
    );
    return 1;
  }
  world.err(thrown.code === 'config-invalid' ? thrown.message : `pegwatch: ${thrown.message}`);
  if (thrown.options.hint !== undefined) world.err(`  ${thrown.options.hint}`);
  return thrown.options.retry === true ? 75 : 1;
}

/** A name to filter by, refused where nothing is called so: it would be answered by silence. */
export function known(what: string, given: string, names: readonly string[]): string {
  if (names.includes(given)) return given;
  throw new PegwatchError('unknown-name', `"${printable(given)}" is no ${what}`, {
    hint: names.length === 0 ? 'There is none yet.' : `There are: ${names.join(', ')}.`,
  });
}

/** Reads a whole number of at least `least`. */
export function parseCount(text: string, least = 1): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= least) return count;
  throw new PegwatchError('bad-number', `"${text}" is no whole number of at least ${least}`);
}
