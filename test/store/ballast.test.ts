import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createBallast } from '../../src/store/ballast.js';
import { createManualClock } from '../helpers/manual-clock.js';
import { makeFolder } from './world.js';

const mega = 1024 * 1024;

/** A disk of which the rest of the world uses as much as the test says. */
function start(options: { ballastBytes?: number; folder?: string } = {}) {
  const { ballastBytes = 3 * mega, folder = makeFolder() } = options;
  const clock = createManualClock();
  const said: string[] = [];
  const say = (_fields: object, message: string) => void said.push(message);
  const log = { debug: say, info: say, warn: say, error: say, child: () => log };
  const gauges = new Map<string, number>();
  const meter = {
    count() {},
    observe() {},
    gauge: (name: string, _: object, value: number) => void gauges.set(name, value),
  };
  const disk = { othersLeave: 100 * mega };
  const size = () => statSync(join(folder, 'ballast'), { throwIfNoEntry: false })?.size ?? 0;
  const ballast = createBallast(
    { folder, ballastBytes, softFreeBytes: 20 * mega, hardFreeBytes: 10 * mega },
    { log, meter, clock, freeBytes: () => disk.othersLeave - size() },
  );
  return { ballast, disk, size, said, clock, folder, held: () => gauges.get('pegwatch_store_ballast_bytes') };
}

it('is made where there is room, really allocated, and stays over a restart', async () => {
  const first = start();
  expect(await first.ballast.room()).toBe('ok');
  expect(first.size()).toBe(3 * mega);
  expect(statSync(join(first.folder, 'ballast')).blocks * 512).toBeGreaterThanOrEqual(3 * mega);
  expect(first.held()).toBe(3 * mega);
  const again = start({ folder: first.folder });
  await again.ballast.room();
  expect(again.said).toEqual([]);
});

it('is given back when the disk is nearly full, and intake stays closed until there is room for it again', async () => {
  const { ballast, disk, size, said, held } = start();
  await ballast.room();
  disk.othersLeave = 12 * mega;
  expect(await ballast.room()).toBe('hard');
  expect([size(), held()]).toEqual([0, 0]);
  expect(said.at(-1)).toContain('given back');
  // More than the limit, but not more than the limit and the ballast.
  expect(await ballast.room()).toBe('hard');
  disk.othersLeave = 13 * mega;
  expect(await ballast.room()).toBe('soft');
  expect(size()).toBe(3 * mega);
  disk.othersLeave = 40 * mega;
  expect(await ballast.room()).toBe('ok');
});

it('of no bytes is none, and removes what an earlier configuration had made', async () => {
  const { ballast, disk, folder } = start({ ballastBytes: 0 });
  writeFileSync(join(folder, 'ballast'), 'left over');
  expect(await ballast.room()).toBe('ok');
  expect(existsSync(join(folder, 'ballast'))).toBe(false);
  disk.othersLeave = 10 * mega - 1;
  expect(await ballast.room()).toBe('hard');
  disk.othersLeave = 10 * mega;
  expect(await ballast.room()).toBe('soft');
});

it('that was left half made is made again', async () => {
  const { ballast, folder, size } = start();
  writeFileSync(join(folder, 'ballast'), 'half');
  await ballast.room();
  expect(size()).toBe(3 * mega);
});

it('that cannot be written costs a warning a minute and nothing else', async () => {
  const { ballast, said, clock, folder } = start({ folder: join(makeFolder(), 'gone') });
  expect(await ballast.room()).toBe('ok');
  expect(await ballast.room()).toBe('ok');
  clock.advance(60_000);
  await ballast.room();
  expect(said.filter((line) => line.includes('could not be made'))).toHaveLength(2);
  expect(existsSync(folder) && readdirSync(folder)).toBe(false);
});
