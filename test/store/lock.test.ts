import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sweepDrafts, takeLock } from '../../src/store/lock.js';
import { thisProcess } from '../../src/store/process-mark.js';
import { makeSteps, tick } from './make-steps.js';
import { makeFolder, openTestStore, startChild } from './world.js';

const locked = (pid: number) =>
  expect.objectContaining({ code: 'store-locked', message: expect.stringContaining(`${pid}`) });
const lockFiles = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('writer.lock'));

describe('takeLock', () => {
  it('refuses a second holder, names the first, and lets go when released', () => {
    const folder = makeFolder();
    const lock = takeLock(folder);
    expect(() => takeLock(folder)).toThrow(locked(process.pid));
    lock.release();
    const next = takeLock(folder);
    // A second release must not take the lock from its new holder.
    lock.release();
    expect(() => takeLock(folder)).toThrow(locked(process.pid));
    next.release();
  });

  it.each([
    ['a process that ended', { pid: 2 ** 22 + 1 }],
    ['an earlier process with the same id', { startedAt: '1' }],
    ['an earlier boot', { boot: 'another' }],
    ['another container', { namespace: 'pid:[1]' }],
  ])('takes over at once from %s', (_, difference) => {
    const folder = makeFolder();
    takeLock(folder, { ...thisProcess(), ...difference });
    takeLock(folder);
    expect(() => takeLock(folder)).toThrow(locked(process.pid));
  });

  it.each(['', '{"pi', 'null', '[]', '{"pid":"7"}'])('takes over a lock file that says %j', (content) => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'writer.lock.3'), content);
    takeLock(folder);
    expect(lockFiles(folder)).toStrictEqual(['writer.lock.4']);
  });

  it('leaves one file behind, however often it changes hands', () => {
    const folder = makeFolder();
    for (let i = 0; i < 20; i++) takeLock(folder).release();
    expect(lockFiles(folder)).toStrictEqual(['writer.lock.20']);
    writeFileSync(join(folder, 'writer.lock.draft-1'), 'of a starter that was killed');
    sweepDrafts(folder);
    expect(lockFiles(folder)).toStrictEqual(['writer.lock.20']);
  });

  it('is never held by two of several processes that fight for it', async () => {
    const folder = makeFolder();
    const children = [1, 2, 3].map(() => startChild('hammer', folder));
    const lines = await Promise.all(children.map((child) => child.line(/^done 150/)));
    expect(lines).toHaveLength(3);
    expect(children.map((child) => child.errors())).toStrictEqual(['', '', '']);
  }, 60_000);
});

describe('openStore', () => {
  it('is refused while another process writes, and takes over at once when that one was killed', async () => {
    const folder = makeFolder();
    const first = startChild('holder', folder);
    await first.line(/^open 0$/);
    await expect(openTestStore(folder)).rejects.toEqual(locked(first.process.pid ?? 0));
    await first.kill();
    const store = await openTestStore(folder);
    await store.commit(makeSteps(1, tick(1)));
    await store.close();
    await startChild('holder', folder).line(/^open 1$/);
  }, 30_000);

  it('lets exactly one of several starters take over a stale lock', async () => {
    const folder = makeFolder();
    const killed = startChild('holder', folder);
    await killed.line(/^open/);
    await killed.kill();
    const starters = [1, 2, 3, 4].map(() => startChild('holder', folder));
    const said = await Promise.all(starters.map((starter) => starter.line(/./)));
    expect(said.sort()).toStrictEqual(['open 0', 'store-locked', 'store-locked', 'store-locked']);
  }, 60_000);

  it('releases the lock where the store cannot be opened', async () => {
    const folder = makeFolder();
    await (await openTestStore(folder)).close();
    const identity = join(folder, 'identity.json');
    const good = readFileSync(identity);
    writeFileSync(identity, '{');
    await expect(openTestStore(folder)).rejects.toEqual(expect.objectContaining({ code: 'store-damaged' }));
    writeFileSync(identity, good);
    await openTestStore(folder);
  });
});
