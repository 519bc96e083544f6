// A reader of the log that stops reading, or goes away.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../helpers/eventually.js';

function startTalker() {
  const script = fileURLToPath(new URL('children/talker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return { child, errors: () => errors };
}

test('nobody reads: the process goes on, can be asked to stop, and says afterwards what was left out', async () => {
  const { child, errors } = startTalker();
  await eventually(() => errors().includes('turn 200\n'));
  const lines: { msg: string; lines?: number }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  await eventually(() => {
    child.kill('SIGUSR2');
    return lines.some(({ msg }) => msg === 'one more');
  });
  const leftOut = lines.find(({ msg }) => msg.includes('left out'))?.lines ?? 0;
  expect(lines.filter(({ msg }) => msg.startsWith('turn')).length + leftOut).toBe(20 * 200);
  expect(leftOut).toBeGreaterThan(0);
  child.kill('SIGTERM');
  await eventually(() => errors().includes('asked to stop'));
});

test('nobody reads to the end: it can be asked to stop all the same', async () => {
  const { child, errors } = startTalker();
  await eventually(() => errors().includes('turn 100\n'));
  child.kill('SIGTERM');
  await eventually(() => child.exitCode === 0);
});

test('the reader goes away: the process goes on', async () => {
  const { child, errors } = startTalker();
  child.stdout.destroy();
  await eventually(() => errors().includes('turn 100\n'));
  child.kill('SIGTERM');
  await eventually(() => child.exitCode === 0);
});
