import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { startChainNode } from '../../scripts/sandbox/chain-node.js';
import { type Children, startChildren } from '../../scripts/sandbox/children.js';
import { eventually } from '../helpers/eventually.js';
import { isRunning } from './is-running.js';

let children: Children | null = null;

afterEach(() => {
  children?.killAll();
  children?.close();
  children = null;
});

const idler = ['-e', 'setInterval(() => {}, 1000)'];
const deafIdler = [
  '-e',
  'process.on("SIGTERM", () => {}); console.error("deaf"); setInterval(() => {}, 1000)',
];

test('a child that is asked to stop is gone when stop resolves', async () => {
  children = startChildren();
  const child = await children.start({ name: 'idler', command: process.execPath, args: idler });
  expect(isRunning(child.pid)).toBe(true);
  expect(await child.stop(5_000)).toEqual({ code: null, signal: 'SIGTERM' });
  expect(isRunning(child.pid)).toBe(false);
});

test('a child that does not listen is killed', async () => {
  children = startChildren();
  const child = await children.start({ name: 'deaf', command: process.execPath, args: deafIdler });
  await eventually(() => child.lastWords() === 'deaf');
  expect((await child.stop(50)).signal).toBe('SIGKILL');
});

test('a program that does not exist is an error, not a silence', async () => {
  children = startChildren();
  const started = children.start({ name: 'nothing', command: '/does/not/exist', args: [] });
  await expect(started).rejects.toThrow('ENOENT');
});

test('kill -9 of the parent leaves no orphan', async () => {
  const script = fileURLToPath(new URL('./abandon.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--import', 'tsx', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(chunk.toString());
  expect(isRunning(pid)).toBe(true);
  parent.kill('SIGKILL');
  await eventually(() => !isRunning(pid));
});

test('an anvil that cannot open its port is told with what anvil says', async () => {
  children = startChildren();
  const busy = await startChainNode({ name: 'first', chainId: 1, blockTimeMs: 0 }, children);
  const second = startChainNode({ name: 'second', chainId: 137, blockTimeMs: 0 }, children, () =>
    Promise.resolve(busy.port),
  );
  await expect(second).rejects.toThrow(/The local chain second cannot start: .*(in use|bind)/is);
  await busy.stop();
  expect(isRunning(busy.child.pid)).toBe(false);
});
