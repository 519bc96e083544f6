// A store in a folder of its own, and processes that use it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { quietDeps } from './children/quiet-deps.js';

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch.store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Closed when the test ends, unless the test does. */
export async function openTestStore(folder = makeFolder()): Promise<Store> {
  const store = await openStore({ folder }, quietDeps);
  onTestFinished(() => store.close());
  return store;
}

export interface Child {
  readonly process: ChildProcess;
  /** Complete lines so far. */
  lines(): readonly string[];
  /** Resolves with the first line that matches; rejects where the child ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** What it wrote to standard error. */
  errors(): string;
}

/** Runs a script of `children/` in a process of its own; it is killed at the latest when the test ends. */
export function startChild(script: string, ...args: readonly string[]): Child {
  return startCommand(process.execPath, childArgs(script, args));
}

/** The same where no file may grow beyond so many blocks of 512 bytes: what a full disk looks like to LMDB. */
export function startCramped(blocks: number, script: string, ...args: readonly string[]): Child {
  const limited = `ulimit -f ${blocks} && exec "$@"`;
  return startCommand('sh', ['-c', limited, 'sh', process.execPath, ...childArgs(script, args)]);
}

function childArgs(script: string, args: readonly string[]): string[] {
  return ['--import', 'tsx', fileURLToPath(new URL(`children/${script}.ts`, import.meta.url)), ...args];
}

function startCommand(command: string, args: readonly string[]): Child {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  const watchers = new Set<() => void>();
  const wake = () => {
    for (const watcher of [...watchers]) watcher();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  let ended = false;
  const end = new Promise<void>((resolve) => {
    child.once('close', () => {
      ended = true;
      resolve();
      wake();
    });
  });
  const lines = () => output.split('\n').slice(0, -1);
  const kill = async () => {
    child.kill('SIGKILL');
    await end;
  };
  onTestFinished(kill);
  return {
    process: child,
    lines,
    kill,
    errors: () => errors,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines().find((line) => pattern.test(line));
          if (found === undefined && !ended) return;
          watchers.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`ended without ${pattern}: ${output}${errors}`));
        };
        watchers.add(look);
        look();
      }),
  };
}
