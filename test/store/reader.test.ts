import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openReader } from '../../src/store/open-reader.js';
import { committedSteps } from './children/committed-steps.js';
import { makeSteps, tick } from './make-steps.js';
import { makeFolder, openTestStore, startChild } from './world.js';

describe('openReader', () => {
  it('sees whole commits, in order, from another process while the daemon writes', async () => {
    const folder = makeFolder();
    const store = await openTestStore(folder);
    await store.commit(committedSteps(1, 5));
    const child = startChild('reader', folder, '4000');
    const read = child.line(/^read/);
    let done = false;
    const finished = read.finally(() => {
      done = true;
    });
    // Goes on until the reader is content: the file grows under it, beyond the map it began with.
    for (let seq = 6; !done && seq < 200_000; seq += 50) await store.commit(committedSteps(seq, 50));
    expect(await finished).toMatch(/^read \d+ in \d+ looks, true$/);
  }, 120_000);

  it('sees in the same process what was just committed, and survives the writer', async () => {
    const folder = makeFolder();
    const store = await openTestStore(folder);
    const reader = openReader(folder);
    expect(reader.id).toBe(store.id);
    await store.commit(makeSteps(1, tick(1)));
    expect(reader.lastSeq()).toBe(1);
    await store.close();
    expect(reader.lastSeq()).toBe(1);
    await reader.close();
  });

  it('says clearly that a folder holds no store', () => {
    const folder = makeFolder();
    const missing = expect.objectContaining({ code: 'store-missing' });
    expect(() => openReader(folder)).toThrow(missing);
    expect(() => openReader(join(folder, 'nowhere'))).toThrow(missing);
    writeFileSync(join(folder, 'data.mdb'), 'something else');
    expect(() => openReader(folder)).toThrow(missing);
  });
});
