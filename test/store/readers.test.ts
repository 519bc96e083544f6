import { expect, it } from 'vitest';
import type { Store } from '../../src/store/store.js';
import { committedSteps } from './children/committed-steps.js';
import { makeFolder, openTestStore, startChild } from './world.js';

/** Writes, over and over, what makes the row before it free: with nobody in the way the file hardly grows. */
async function churn(store: Store): Promise<number> {
  for (let i = 0; i < 250; i++) await store.saveCheckpoint(store.lastSeq(), new Uint8Array(100_000).fill(i));
  return store.sizeBytes();
}

async function makeStore(folder = makeFolder()): Promise<Store> {
  const store = await openTestStore(folder);
  await store.commit(committedSteps(1, 1000));
  return store;
}

it('a reader in another process that takes its time over every row does not make the file grow', async () => {
  const alone = await churn(await makeStore());
  const folder = makeFolder();
  const store = await makeStore(folder);
  const child = startChild('slow-reader', folder);
  await child.line(/^row 3$/);
  const before = child.lines().length;
  expect(await churn(store)).toBeLessThan(alone * 1.5);
  // It was reading all the while, and is not through.
  expect(child.lines().length).toBeGreaterThan(before);
  expect(child.lines().length).toBeLessThan(1000);
}, 60_000);

it('a reader that holds on to a state is seen with its process, and forgotten when it died', async () => {
  const folder = makeFolder();
  const store = await makeStore(folder);
  expect(store.readers().behind).toBe(0);
  const child = startChild('slow-reader', folder, 'hold');
  await child.line(/^holding$/);
  await churn(store);
  expect(store.readers()).toMatchObject({ pid: child.process.pid });
  expect(store.readers().behind).toBeGreaterThanOrEqual(250);
  await child.kill();
  expect(store.readers()).toMatchObject({ behind: 0, pid: null });
}, 60_000);
