import { describe, expect, it } from 'vitest';
import { openReader } from '../../src/store/open-reader.js';
import { committedSteps } from './children/committed-steps.js';
import { makeFolder, openTestStore, startChild, startCramped } from './world.js';

const kills = 20;

describe('kill -9', () => {
  it(`of a committing daemon, ${kills} times, loses nothing that was acknowledged and tears nothing`, async () => {
    const folder = makeFolder();
    let before = 0;
    for (let i = 0; i < kills; i++) {
      const child = startChild('committer', folder);
      // Each time a little later, so that the kill meets every phase of a commit.
      await child.line(new RegExp(`^ack ${before + 5 * (1 + 3 * (i % 7))}$`));
      await child.kill();
      const lines = child.lines();
      const acknowledged = Number(lines.findLast((line) => line.startsWith('ack'))?.slice(4));
      expect(Number(lines[0]?.slice(5))).toBe(before);

      const reader = openReader(folder);
      const last = reader.lastSeq();
      expect(last).toBeGreaterThanOrEqual(acknowledged);
      // Whole commits of five steps only.
      expect(last % 5).toBe(0);
      const steps = [...reader.steps(before + 1)];
      expect(steps).toStrictEqual(committedSteps(before + 1, last - before));
      expect(reader.cursors().map((cursor) => cursor.number)).toStrictEqual([last]);
      expect(reader.pendingDeliveries()).toHaveLength(last / 5);
      expect(reader.counts().blocks).toBe(last);
      expect(reader.incident(`i${last % 3}`)?.updatedAtMs).toBe(last);
      expect([...reader.entries({ kinds: ['alert'] })]).toHaveLength(last / 5);
      await reader.close();
      before = last;
    }
    expect(before).toBeGreaterThan(kills * 5);
  }, 180_000);
});

describe('a commit that LMDB cannot write', () => {
  it('is refused, as are all after it; what was acknowledged is there and the store goes on with more room', async () => {
    const folder = makeFolder();
    const child = startCramped(4000, 'committer', folder);
    expect(await child.line(/^failed/)).toBe('failed store-failed store-failed');
    const acknowledged = Number(
      child
        .lines()
        .findLast((line) => line.startsWith('ack'))
        ?.slice(4),
    );
    // It says so before it has let go of the folder.
    await child.kill();
    const store = await openTestStore(folder);
    expect(store.lastSeq()).toBe(acknowledged);
    expect([...store.steps(1)]).toStrictEqual(committedSteps(1, acknowledged));
    await store.commit(committedSteps(acknowledged + 1, 5));
    expect(store.lastSeq()).toBe(acknowledged + 5);
  }, 60_000);
});
