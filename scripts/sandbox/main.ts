// `npm start`: the sandbox. Reads the command line, and turns Ctrl-C into an orderly end.

import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { PegwatchError } from '../../src/core/errors.js';
import type { Children } from './children.js';
import { createNarrator } from './narrator.js';
import { runSandbox } from './run-sandbox.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Flags {
  readonly data: string;
  readonly seed: number;
  readonly fast: boolean;
  readonly keepRunning: boolean;
  readonly httpPort?: number;
}

const flags = new Command('npm start --')
  .description(
    'Starts four local chains, stages a stablecoin that loses its peg, and lets the ordinary pegwatch daemon watch.\n' +
      'Needs no network and no keys, takes about two and a half minutes, and leaves a store to look at.',
  )
  .option('--data <folder>', 'where the store, the configuration and the logs go', 'data/sandbox')
  .option(
    '--seed <number>',
    'turns prices and times a little; the same seed tells the same story',
    integer,
    1,
  )
  .option('--fast', 'tell the story in half a minute', false)
  .option('--keep-running', 'after the story go on in calm until Ctrl-C', false)
  .option('--http-port <port>', "the daemon's port for status and metrics (default: any free one)", port)
  .addHelpText('after', '\nExample:\n  npm start -- --fast --data /tmp/sandbox')
  .parse()
  .opts<Flags>();

const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR;
const narrator = createNarrator((line) => process.stdout.write(`${line}\n`), coloured);
const stopping = new AbortController();
let children: Children | null = null;
let askedAtMs = 0;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // One Ctrl-C may arrive twice, from the terminal and from npm: only a later one is meant as "at once".
    if (stopping.signal.aborted && Date.now() - askedAtMs > 1_000) {
      children?.killAll();
      process.exit(1);
    }
    if (stopping.signal.aborted) return;
    askedAtMs = Date.now();
    narrator.note('stopping (Ctrl-C again: at once)');
    stopping.abort();
  });
}
// npm passes no signal on to what its shell started: where that shell is gone, nobody watches any more.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stopping.abort();
  }, 500).unref();
}
// Whatever ends this process, its children do not stay behind.
process.on('exit', () => children?.killAll());
// A reader that went away (`npm start | head`) is no reason to leave things running.
process.stdout.on('error', () => stopping.abort());

try {
  await runSandbox(
    { root, ...flags, httpPort: flags.httpPort ?? null },
    {
      narrator,
      signal: stopping.signal,
      onChildren: (started) => {
        children = started;
      },
    },
  );
} catch (thrown) {
  if (thrown instanceof PegwatchError) narrator.failure(thrown.message, thrown.options.hint);
  else narrator.failure(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  process.exitCode = 1;
}

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

function port(text: string): number {
  const value = integer(text);
  if (value < 1 || value > 65_535) throw new InvalidArgumentError('It must be from 1 to 65535.');
  return value;
}
