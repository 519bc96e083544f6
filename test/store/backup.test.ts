import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupStore } from '../../src/store/backup-store.js';
import { openReader } from '../../src/store/open-reader.js';
import { committedSteps } from './children/committed-steps.js';
import { makeFolder, openTestStore, startChild } from './world.js';

it('made while another process writes, each is whole and holds what was acknowledged before', async () => {
  const folder = makeFolder();
  const child = startChild('committer', folder);
  let before = 0;
  for (const round of [1, 2, 3]) {
    await child.line(new RegExp(`^ack ${before + 200}$`));
    const acknowledged = Number(child.lines().at(-1)?.slice(4));
    const target = join(makeFolder(), 'copy');
    const verified = await backupStore(folder, target);
    expect(verified.inputs, `round ${round}`).toBeGreaterThanOrEqual(acknowledged);
    expect(verified.pages).toBeGreaterThan(0);
    const reader = openReader(target);
    const from = Math.max(1, verified.inputs - 200);
    expect([...reader.steps(from)]).toStrictEqual(committedSteps(from, verified.inputs - from + 1));
    await reader.close();
    // Some commit after the copy: the next is another.
    before = 5 * Math.ceil(verified.inputs / 5);
  }
}, 60_000);

it('goes on as a store when it is put back', async () => {
  const folder = makeFolder();
  const store = await openTestStore(folder);
  await store.commit(committedSteps(1, 20));
  await store.saveCheckpoint(20, Uint8Array.of(7));
  const target = join(makeFolder(), 'copy');
  await backupStore(folder, target);
  await store.commit(committedSteps(21, 5));
  await store.close();
  const restored = makeFolder();
  cpSync(target, restored, { recursive: true });
  const again = await openTestStore(restored);
  expect([again.id, again.lastSeq(), again.checkpoint()?.seq]).toEqual([store.id, 20, 20]);
  await again.commit(committedSteps(21, 5));
  expect(again.lastSeq()).toBe(25);
});

it('is refused where the folder is not empty, where there is no store, and where it cannot be written', async () => {
  const folder = makeFolder();
  await (await openTestStore(folder)).close();
  const full = makeFolder();
  writeFileSync(join(full, 'something'), '');
  await expect(backupStore(folder, full)).rejects.toThrow(/is not empty/);
  await expect(backupStore(folder, join(full, 'something'))).rejects.toThrow(/cannot be made/);
  const nothing = join(makeFolder(), 'nothing');
  mkdirSync(nothing);
  await expect(backupStore(nothing, join(nothing, 'copy'))).rejects.toThrow(/There is no pegwatch store/);
});
