// The ordinary daemon as a child process: started by the command that a person would type, watched from outside.

import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PegwatchError } from '../../src/core/errors.js';
import type { Child, Children, Exit } from './children.js';
import type { DataFolder } from './data-folder.js';

export interface DaemonOptions {
  /** The project's folder, which holds `dist/`. */
  readonly root: string;
  readonly folder: DataFolder;
  readonly httpPort: number;
  readonly readyWithinMs: number;
  /** Ends the waiting; the daemon is stopped then. */
  readonly signal: AbortSignal;
}

export interface Daemon {
  readonly child: Child;
  /** Rejects when the daemon ends before `stop` was called; never resolves. */
  readonly failed: Promise<never>;
  stop(): Promise<Exit>;
}

export async function startDaemon(options: DaemonOptions, children: Children): Promise<Daemon> {
  const { root, folder, httpPort } = options;
  const program = join(root, 'dist', 'main.js');
  if (!existsSync(program)) {
    throw new PegwatchError('not-built', 'The daemon is not built: dist/main.js is missing.', {
      hint: 'Run `npm start`, or `npm run build` first.',
    });
  }
  const output = openSync(folder.daemonLog, 'a');
  const args = [program, 'run', '--config', folder.config];
  const child = await children.start({
    name: 'pegwatch',
    command: process.execPath,
    args,
    cwd: root,
    output,
  });
  closeSync(output);

  let stopping = false;
  const failed = child.exited.then(({ code, signal }): Promise<never> => {
    if (stopping) return new Promise(() => {});
    throw new PegwatchError(
      'daemon-ended',
      `The daemon ended by itself (${signal ?? `exit code ${code}`}).`,
      {
        hint: `Its last words, from ${folder.daemonLog}:\n${lastLines(folder.daemonLog, 8)}`,
      },
    );
  });
  failed.catch(() => {});
  const stop = (): Promise<Exit> => {
    stopping = true;
    return child.stop(20_000);
  };
  try {
    await Promise.race([failed, waitUntilReady(httpPort, options)]);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { child, failed, stop };
}

/** `/readyz` says that every chain is caught up. */
async function waitUntilReady(port: number, { folder, readyWithinMs, signal }: DaemonOptions): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  let last = 'it does not answer';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
      if (response.ok) return;
      last = (await response.text()).slice(0, 500);
    } catch {
      // Not listening yet.
    }
    await delay(100, undefined, { signal });
  }
  throw new PegwatchError(
    'daemon-not-ready',
    `The daemon is not ready after ${readyWithinMs / 1000} s: ${last}`,
    {
      hint: `Its log is ${folder.daemonLog}.`,
    },
  );
}

function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-count).join('\n');
  } catch {
    return '(no log)';
  }
}
