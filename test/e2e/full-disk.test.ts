// A disk of its own (a small tmpfs) that really fills up under a running daemon: LMDB would abort at its last byte.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TimelineRow } from '../../src/reports/timeline-row.js';
import { availableBytes } from '../../src/store/free-space.js';
import { edit, writeConfigFolder } from '../helpers/config-folder.js';
import { pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { marketCoins, startMarket } from '../helpers/pretend-market.js';
import { startReceiver, status } from '../helpers/receiver.js';

const mega = 1024 * 1024;
const disk = mountSmallDisk(24);

function mountSmallDisk(megabytes: number): string | null {
  const at = mkdtempSync(join(tmpdir(), 'pegwatch-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', at], { stdio: 'ignore' });
    return at;
  } catch {
    rmSync(at, { recursive: true });
    return null;
  }
}

afterAll(() => {
  if (disk === null) return;
  execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true });
});

test.skipIf(disk === null)(
  'a disk that fills up closes intake and takes the ballast; alerts go on, and with room everything is caught up (needs the right to mount)',
  { timeout: 180_000 },
  async () => {
    const folderOf = disk ?? '';
    const market = await startMarket('ethereum', 1);
    let up = false;
    const receiver = await startReceiver((response) => status(up ? 204 : 503)(response));
    const folder = writeConfigFolder({
      chains: [{ chain: 'ethereum', chainId: 1, ws: market.node.ws }],
      coins: marketCoins([market]),
      webhook: receiver.url,
      groupMs: 500,
      calmMs: 2000,
      ballastBytes: 4 * mega,
    });
    const store = join(folderOf, 'store');
    edit(folder, 'pegwatch.yaml', folder.store, store);
    edit(folder, 'pegwatch.yaml', 'softFreeBytes: 2MB', 'softFreeBytes: 8MiB');
    edit(folder, 'pegwatch.yaml', 'hardFreeBytes: 1MB', 'hardFreeBytes: 6MiB');
    const daemon = startDaemon(folder);
    await daemon.ready();
    expect(existsSync(join(store, 'ballast'))).toBe(true);
    market.trade(0.9);
    market.trade(1);
    await eventually(() => receiver.received.length > 0, 30_000);

    // Somebody else fills the disk, down to less than LMDB may need for a batch.
    const filler = join(folderOf, 'filler');
    writeFileSync(filler, Buffer.alloc(availableBytes(folderOf) - mega));
    await eventually(async () => (await daemon.get('/readyz')).status === 503, 20_000);
    expect(existsSync(join(store, 'ballast'))).toBe(false);
    const stored = async () =>
      JSON.parse((await daemon.get('/status')).body).chains[0].block?.number as number;
    for (let i = 0; i < 5000; i++) market.trade(1, { silent: true });
    const last = market.trade(1);
    up = true;
    const reasons = () =>
      receiver.received.map(({ body }) => (JSON.parse(body) as { reason: string }).reason);
    await eventually(() => reasons().includes('resolved'), 60_000);
    expect(await stored()).toBeLessThan(last.number);
    const { body } = await daemon.get('/metrics');
    expect(body).toContain('pegwatch_store_ballast_bytes 0');

    rmSync(filler);
    await eventually(async () => (await stored()) === last.number, 60_000);
    await daemon.ready();
    expect(existsSync(join(store, 'ballast'))).toBe(true);
    expect(await daemon.stop()).toMatchObject({ code: 0, signal: null });
    const args = ['timeline', '--store', store, '--config', folder.config, '--kind', 'reserves', '--json'];
    const rows = (await pegwatch(args)).out
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TimelineRow]));
    const numbers = rows.filter(({ logIndex }) => logIndex !== null).map(({ blockNumber }) => blockNumber);
    expect(numbers).toEqual(Array.from({ length: last.number }, (_, i) => i + 1));
    expect(await pegwatch(['verify', '--store', store, '--config', folder.config])).toMatchObject({
      code: 0,
    });
    await receiver.close();
    await market.node.close();
  },
);
