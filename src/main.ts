#!/usr/bin/env node
// argv -> command, nothing else.

import { runCommandLine } from './cli/program.js';
import { endSoon } from './edge/end-soon.js';

const argv = process.argv.slice(2);
const stop = new AbortController();
/** The orderly stop has a shorter limit of its own. */
const longestStopMs = 9000;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first signal asks, the second insists.
    if (stop.signal.aborted) endSoon(1, true, 0);
    // Whatever it waits for by then, and were it still about to start.
    endSoon(75, true, longestStopMs);
    stop.abort();
  });
}
// A reader that goes away (`pegwatch timeline | head`) is no error; who goes on without a reader is the daemon.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' && argv[0] !== 'run') process.exit(0);
});
// Nor is a word of warning that nobody takes a reason to end.
process.stderr.on('error', () => {});

let left: readonly string[] = [];
const code = await runCommandLine(argv, {
  env: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  signal: stop.signal,
  leftBehind: (names) => {
    left = names;
  },
});
process.exitCode = code;
// A command that has ended waits until its output was read; a daemon, and what was asked to stop, does not.
if (stop.signal.aborted || argv[0] === 'run') endSoon(code, left.length > 0);
