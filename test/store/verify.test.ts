import { cpSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textKey } from '../../src/store/keys.js';
import { seal } from '../../src/store/seal.js';
import { openTables, type TableName } from '../../src/store/tables.js';
import { verifyStore } from '../../src/store/verify-store.js';
import { committedSteps } from './children/committed-steps.js';
import { makeWholeStore } from './children/whole-store.js';
import { makeFolder, openTestStore } from './world.js';

async function makeStore(): Promise<string> {
  const folder = makeFolder();
  await makeWholeStore(folder);
  return folder;
}

it('finds a whole store whole: every page, commit and row of it', async () => {
  const folder = await makeStore();
  const verified = await verifyStore(folder);
  expect(verified).toMatchObject({ inputs: 157, commits: 31 });
  expect(verified.pages).toBeGreaterThan(50);
  expect(verified.rows).toBeGreaterThan(157);
});

it('finds an empty store whole, and one that is being written as far as it can be judged', async () => {
  const folder = makeFolder();
  const store = await openTestStore(folder);
  await store.close();
  expect(await verifyStore(folder)).toMatchObject({ inputs: 0, commits: 0, rows: 0 });
  const writing = await openTestStore(folder);
  await writing.commit(committedSteps(1, 5));
  expect(await verifyStore(folder)).toMatchObject({ inputs: 5, commits: 1, pages: null, rows: null });
});

it('is content with what the outbox did without an input', async () => {
  const folder = makeFolder();
  const store = await openTestStore(folder);
  await store.commit(committedSteps(1, 30));
  await store.supersede(['a5', 'a10'], 'a15');
  await store.reschedule('a20', 3, 99, 'busy');
  await store.close();
  await verifyStore(folder);
  const again = await openTestStore(folder);
  await again.commit([
    {
      seq: 31,
      input: { kind: 'receipt', atMs: 1, alertId: 'a5', outcome: 'superseded', attempts: 0, by: 'a15' },
      effects: [],
    },
  ]);
  await again.close();
  expect(await verifyStore(folder)).toMatchObject({ inputs: 31 });
});

// Damage with a good checksum, as an error in the program or a hand in the folder would make it.
it.each<[TableName, RegExp]>([
  ['journal', /input \d+ is missing/],
  ['effects', /do not make the hash/],
  ['links', /missing|another history/],
  ['entries', /missing|rows that it should have/],
  ['blocks', /missing/],
  ['incidents', /missing/],
  ['incidentTimes', /missing/],
  ['incidentAlerts', /missing/],
  ['alerts', /missing/],
  ['cursors', /missing/],
  ['signals', /missing/],
  ['retractions', /missing/],
  ['orphans', /missing/],
])('finds any row missing in %s', async (name, words) => {
  const original = await makeStore();
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (where) => {
      const folder = makeFolder();
      cpSync(original, folder, { recursive: true });
      const tables = openTables(folder, false)!;
      const keys = [...tables[name].getKeys({})];
      await tables[name].remove(keys[Math.floor(where * keys.length)]!);
      await tables.root.close();
      await expect(verifyStore(folder)).rejects.toThrow(words);
    }),
    { numRuns: 4 },
  );
});

it('finds a row that says something else although its checksum fits', async () => {
  const folder = await makeStore();
  const tables = openTables(folder, false)!;
  const key = textKey('ethereum');
  await tables.cursors.put(
    key,
    seal(key, Buffer.from('["ethereum",{"block":null,"finalized":null}]')) as Buffer,
  );
  await tables.root.close();
  await expect(verifyStore(folder)).rejects.toThrow(/cursors is not what its input says/);
});

it('says that there is no store where there is none', async () => {
  await expect(verifyStore(join(makeFolder(), 'nowhere'))).rejects.toEqual(
    expect.objectContaining({ code: 'store-missing' }),
  );
});
