import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openReader } from '../../src/store/open-reader.js';
import { makeBlock, makeSteps, tick } from './make-steps.js';
import { makeFolder, openTestStore } from './world.js';

/** A closed store with some data, to be harmed. */
async function makeStore(): Promise<{ folder: string; data: string; identity: string; id: string }> {
  const folder = makeFolder();
  const store = await openTestStore(folder);
  await store.commit(
    makeSteps(1, ...Array.from({ length: 200 }, (_, i) => makeBlock({ number: i + 1, logs: 60 }))),
  );
  await store.close();
  return { folder, data: join(folder, 'data.mdb'), identity: join(folder, 'identity.json'), id: store.id };
}

async function expectRefused(folder: string, code: string): Promise<void> {
  const refused = expect.objectContaining({ code, message: expect.stringContaining(folder) });
  await expect(openTestStore(folder)).rejects.toEqual(refused);
  expect(() => openReader(folder)).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^store-/) }),
  );
}

describe('a store that was harmed is refused', () => {
  it('where its data file was emptied', async () => {
    const { folder, data } = await makeStore();
    truncateSync(data, 0);
    await expectRefused(folder, 'store-emptied');
  });

  it('where its data file is missing', async () => {
    const { folder, data } = await makeStore();
    rmSync(data);
    await expectRefused(folder, 'store-emptied');
  });

  it('where its data file was cut short', async () => {
    const { folder, data } = await makeStore();
    truncateSync(data, 200_000);
    await expectRefused(folder, 'store-damaged');
    truncateSync(data, 100);
    await expectRefused(folder, 'store-damaged');
  });

  it('where both meta pages are overwritten', async () => {
    const { folder, data } = await makeStore();
    const bytes = readFileSync(data);
    writeFileSync(data, bytes.fill(0xff, 0, 8192));
    await expectRefused(folder, 'store-damaged');
  });

  it('where its data are those of another store', async () => {
    const [one, other] = [await makeStore(), await makeStore()];
    cpSync(other.data, one.data);
    await expectRefused(one.folder, 'store-emptied');
  });

  it('where its identity file is damaged, or of another version', async () => {
    const { folder, identity, id } = await makeStore();
    const odd = [
      '',
      '{',
      'null',
      '[]',
      '{"id":""}',
      '{"id":"x","version":"1"}',
      '{"id":"x","version":2}',
      '{"id":"x","version":2,"seq":-1,"chain":""}',
    ];
    for (const content of odd) {
      writeFileSync(identity, content);
      await expectRefused(folder, 'store-damaged');
    }
    writeFileSync(identity, JSON.stringify({ id, version: 3 }));
    await expectRefused(folder, 'store-too-new');
    writeFileSync(identity, JSON.stringify({ id, version: 1 }));
    await expectRefused(folder, 'store-too-old');
  });
});

describe('the identity', () => {
  it('is made again from the data where only its file was lost', async () => {
    const { folder, identity, id } = await makeStore();
    const before = readFileSync(identity, 'utf8');
    rmSync(identity);
    expect((await openTestStore(folder)).id).toBe(id);
    expect(readFileSync(identity, 'utf8')).toBe(before);
  });

  it('knows how far the data had come at the last checkpoint and at the end', async () => {
    const folder = makeFolder();
    const known = () => JSON.parse(readFileSync(join(folder, 'identity.json'), 'utf8')).seq;
    const store = await openTestStore(folder);
    await store.commit(makeSteps(1, tick(1), tick(2)));
    expect(known()).toBe(0);
    await store.saveCheckpoint(2, new Uint8Array(1));
    expect(known()).toBe(2);
    await store.commit(makeSteps(3, tick(3)));
    expect(known()).toBe(2);
    await store.close();
    expect(known()).toBe(3);
  });

  it('never refuses a store that grew and shrank in many small commits', async () => {
    const folder = makeFolder();
    let seq = 0;
    for (let round = 0; round < 15; round++) {
      const store = await openTestStore(folder);
      for (let i = 0; i < 10; i++) {
        await store.saveCheckpoint(seq, new Uint8Array(((i * 37) % 11) * 30_000));
        await store.commit(
          makeSteps(++seq, i % 2 === 0 ? tick(seq) : makeBlock({ number: seq, logs: i * 20 })),
        );
      }
      await store.close();
    }
    expect((await openTestStore(folder)).lastSeq()).toBe(seq);
  });
});
