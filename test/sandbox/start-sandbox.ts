// The sandbox as `npm start` runs it, in a folder of its own. `npm test` builds first; its daemon is the one in `dist/`.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { repository } from '../helpers/config-folder.js';

export interface Sandbox {
  /** Everything that it said so far. */
  output(): string;
  /** The code with which it ended. */
  readonly ended: Promise<number | null>;
  /** The processes that it started, and those that they did. */
  family(): readonly number[];
  kill(signal: NodeJS.Signals): void;
}

/** Gone with the test. */
export function sandboxFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-sandbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function startSandbox(folder: string, ...args: readonly string[]): Sandbox {
  const words = ['--import', 'tsx', 'scripts/sandbox/main.ts', '--data', folder, ...args];
  const child = spawn(process.execPath, words, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  // It ends its own children when it is asked to, and when it is killed.
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    output: () => said,
    ended,
    family: () => descendantsOf(child.pid ?? 0),
    kill: (signal) => void child.kill(signal),
  };
}

function descendantsOf(root: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const found: number[] = [];
  const wanted = [root];
  for (let parent = wanted.pop(); parent !== undefined; parent = wanted.pop()) {
    for (const [pid, ppid, command] of rows) {
      // `ps` itself is ours.
      if (Number(ppid) !== parent || command === 'ps') continue;
      found.push(Number(pid));
      wanted.push(Number(pid));
    }
  }
  return found;
}
