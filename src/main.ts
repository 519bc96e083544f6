#!/usr/bin/env node
// argv -> command, nothing else.

import { runCommandLine } from './cli/program.js';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first signal asks, the second insists.
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  });
}
// A reader that goes away (`pegwatch timeline | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  signal: stop.signal,
});
