// How the sandbox ends early, and what it refuses; `test/e2e/sandbox.test.ts` watches the whole story. `npm test` builds
// first; the daemon is the one in `dist/`.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { isRunning } from './is-running.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
let sandbox: { child: ChildProcess; output(): string; ended: Promise<number | null> } | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pegwatch-sandbox-'));
});

afterEach(async () => {
  if (sandbox !== null && sandbox.child.exitCode === null) {
    sandbox.child.kill('SIGTERM');
    await sandbox.ended;
  }
  sandbox = null;
  rmSync(folder, { recursive: true });
});

function startSandbox(...args: readonly string[]) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/sandbox/main.ts', '--data', folder, ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  sandbox = { child, output: () => text, ended };
  return sandbox;
}

async function pegwatch(...args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ['dist/main.js', ...args, '--config', join(folder, 'config')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

/** Processes that the sandbox started, by the folder or the chains that only they know. */
function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

test.runIf(process.platform === 'linux')(
  'Ctrl-C in the middle ends every process and leaves a store that can be read',
  async () => {
    const { child, ended, output } = startSandbox('--fast');
    await eventually(() => output().includes('ALERT'), 120_000);
    const pids = childrenOf(child.pid as number);
    // Four nodes, the daemon and the guardian at least.
    expect(pids.length).toBeGreaterThanOrEqual(6);
    child.kill('SIGINT');
    expect(await ended, output()).toBe(0);
    await eventually(() => pids.every((pid) => !isRunning(pid)));
    const listed = await pegwatch('incidents', 'list');
    expect(listed.code, listed.text).toBe(0);
    expect(listed.text).toContain('USDX');
  },
  180_000,
);

test('a folder that holds something else is refused and left alone', async () => {
  const precious = join(folder, 'thesis.txt');
  writeFileSync(precious, 'years of work');
  const { ended, output } = startSandbox();
  expect(await ended).toBe(1);
  expect(output()).toContain('holds something that no sandbox made');
  expect(readFileSync(precious, 'utf8')).toBe('years of work');
});

test.each([
  [['--seed', 'x'], 'It must be a whole number.'],
  [['--http-port', '70000'], 'It must be from 1 to 65535.'],
  [['--sed', '1'], "unknown option '--sed'"],
])('%j is refused with a clear word', async (args, words) => {
  const { ended, output } = startSandbox(...args);
  expect(await ended).toBe(1);
  expect(output()).toContain(words);
});
