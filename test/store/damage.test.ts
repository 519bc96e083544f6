// What disks and people do to a store that rests: each harm ends in a sentence or costs nothing. The stores are opened
// in a process of their own, because LMDB dies of what it should not have been given.
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openReader } from '../../src/store/open-reader.js';
import { committedSteps } from './children/committed-steps.js';
import { everythingIn, makeWholeStore } from './children/whole-store.js';
import { makeSteps, tick } from './make-steps.js';
import { makeFolder, openTestStore, startChild } from './world.js';

const pageBytes = 4096;
/** Flips in each of the two long tests; 700 of each were tried when this was written. */
const flips = Number(process.env.PEGWATCH_FLIPS ?? 60);

async function makeOriginal(): Promise<{ folder: string; bytes: number; expected: string }> {
  const folder = join(makeFolder(), 'store');
  mkdirSync(folder);
  await makeWholeStore(folder);
  const store = await openTestStore(folder);
  const asWriter = everythingIn(store);
  await store.close();
  const reader = openReader(folder);
  const asReader = everythingIn({ ...reader, checkpoint: () => null });
  await reader.close();
  return { folder, bytes: statSync(join(folder, 'data.mdb')).size, expected: `${asWriter},${asReader}` };
}

/** What came of each harm, in order; fails where the process died of one. */
async function suffer(
  { folder, expected }: { folder: string; expected: string },
  harms: readonly string[],
  file = 'data.mdb',
): Promise<string[]> {
  const child = startChild('opener', folder, makeFolder(), file, expected);
  child.process.stdin?.end(`${harms.join('\n')}\n`);
  await child.line(/^done$/);
  expect(child.errors()).toBe('');
  const said = child.lines().filter((line) => !line.startsWith('trying') && line !== 'done');
  expect(said.filter((line) => !/ (intact|refused store-[a-z]+)$/.test(line))).toEqual([]);
  expect(said).toHaveLength(harms.length);
  return said;
}

describe('a store of which a single bit was flipped', () => {
  it('in its two meta pages, is refused or has lost nothing', async () => {
    const original = await makeOriginal();
    const offsets = [0, pageBytes].flatMap((page) => Array.from({ length: 42 }, (_, i) => page + 4 * i));
    const said = await suffer(
      original,
      offsets.map((at) => `flip ${at} 1`),
    );
    const refused = said.filter((line) => line.includes('refused')).map((line) => Number(line.split(' ')[1]));
    // Magic, version, page size, the roots and counts of the newest trees, transaction.
    for (const field of [24, 28, 48, 52, 100, 136, 152]) {
      expect(
        refused.some((at) => at % pageBytes === field),
        `a flip at ${field}`,
      ).toBe(true);
    }
  }, 120_000);

  it('anywhere else, is refused or has lost nothing', async () => {
    const original = await makeOriginal();
    // A prime stride meets headers, keys, small and large values of every page.
    const harms = Array.from({ length: flips }, (_, i) => {
      const at = 2 * pageBytes + ((i * 104_729) % (original.bytes - 2 * pageBytes));
      return `flip ${at} ${i % 8}`;
    });
    const said = await suffer(original, harms);
    expect(said.filter((line) => line.endsWith('refused store-damaged')).length).toBeGreaterThan(flips / 10);
  }, 120_000);

  it('in the header of any page, is refused or has lost nothing', async () => {
    const original = await makeOriginal();
    const harms: string[] = [];
    for (let page = 2; page < original.bytes / pageBytes; page++) {
      for (const field of [0, 9, 18, 20, 22, 25]) harms.push(`flip ${page * pageBytes + field} ${page % 8}`);
    }
    const drawn = harms.filter((_, i) => i % Math.ceil(harms.length / flips) === 0);
    const said = await suffer(original, drawn);
    expect(said.filter((line) => line.includes('refused')).length).toBeGreaterThan(drawn.length / 10);
  }, 120_000);

  it("in LMDB's lock file, is refused or has lost nothing", async () => {
    const original = await makeOriginal();
    const { size } = statSync(join(original.folder, 'lock.mdb'));
    const harms = Array.from({ length: 20 }, (_, i) => `flip ${(i * 397) % size} ${i % 8}`);
    const said = await suffer(original, harms, 'lock.mdb');
    expect(said.filter((line) => line.endsWith('intact')).length).toBeGreaterThan(10);
  }, 120_000);
});

describe('a store that was cut short', () => {
  it('at any length is refused or has lost nothing', async () => {
    const original = await makeOriginal();
    const lengths = Array.from({ length: 60 }, (_, i) => Math.floor((original.bytes * i) / 60));
    const said = await suffer(
      original,
      [...lengths, 1, 100, 4096, 8192, original.bytes - 1].map((n) => `cut ${n}`),
    );
    expect(said[0]).toBe('cut 0 refused store-emptied');
    expect(said.slice(1, 30).every((line) => line.endsWith('refused store-damaged'))).toBe(true);
  }, 120_000);
});

describe('an older copy that was put back', () => {
  const stale = (folder: string) =>
    expect.objectContaining({ code: 'store-stale', message: expect.stringContaining(folder) });

  it('is refused with both numbers and the way back, for writers and readers', async () => {
    const folder = makeFolder();
    const store = await openTestStore(folder);
    await store.commit(committedSteps(1, 5));
    await store.close();
    const older = makeFolder();
    cpSync(join(folder, 'data.mdb'), join(older, 'data.mdb'));
    const next = await openTestStore(folder);
    await next.commit(committedSteps(6, 5));
    await next.close();
    cpSync(join(older, 'data.mdb'), join(folder, 'data.mdb'));
    await expect(openTestStore(folder)).rejects.toEqual(stale(folder));
    await expect(openTestStore(folder)).rejects.toThrow(/end with input 5, .* knows of 10/);
    expect(() => openReader(folder)).toThrow(stale(folder));
    // The way back that the hint names.
    rmSync(join(folder, 'identity.json'));
    expect((await openTestStore(folder)).lastSeq()).toBe(5);
  });

  it('is refused where it has gone its own way since', async () => {
    const [folder, copy] = [makeFolder(), makeFolder()];
    const store = await openTestStore(folder);
    await store.commit(committedSteps(1, 5));
    await store.close();
    cpSync(folder, copy, { recursive: true });
    const one = await openTestStore(folder);
    await one.commit(makeSteps(6, tick(6)));
    await one.close();
    const other = await openTestStore(copy);
    await other.commit(makeSteps(6, tick(7), tick(8)));
    await other.close();
    cpSync(join(copy, 'data.mdb'), join(folder, 'data.mdb'));
    await expect(openTestStore(folder)).rejects.toEqual(stale(folder));
    await expect(openTestStore(folder)).rejects.toThrow(/another history/);
  });

  it('is not suspected after a kill, which leaves the identity behind the data', async () => {
    const folder = makeFolder();
    const child = startChild('committer', folder);
    await child.line(/^ack 50$/);
    await child.kill();
    expect(JSON.parse(readFileSync(join(folder, 'identity.json'), 'utf8')).seq).toBe(0);
    expect((await openTestStore(folder)).lastSeq()).toBeGreaterThanOrEqual(50);
  }, 30_000);
});

it('a store without its identity file whose data are damaged is refused, not started over', async () => {
  const folder = makeFolder();
  await makeWholeStore(folder);
  rmSync(join(folder, 'identity.json'));
  const bytes = readFileSync(join(folder, 'data.mdb'));
  writeFileSync(join(folder, 'data.mdb'), bytes.subarray(0, bytes.length / 2));
  await expect(openTestStore(folder)).rejects.toEqual(expect.objectContaining({ code: 'store-damaged' }));
});

it('a store in which the name of a table was changed is refused, not taken for one without that table', async () => {
  const original = await makeOriginal();
  const bytes = readFileSync(join(original.folder, 'data.mdb'));
  const harms: string[] = [];
  for (const name of ['cursors\0', 'journal\0', 'alerts\0', 'meta\0']) {
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1))
      harms.push(`flip ${at + 1} 0`);
  }
  const said = await suffer(original, harms);
  // Old states of the tree of tables lie about too, in pages that are free.
  expect(said.filter((line) => line.endsWith('refused store-damaged')).length).toBeGreaterThanOrEqual(4);
}, 60_000);
