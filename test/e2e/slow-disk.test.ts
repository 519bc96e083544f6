// A disk whose flushes take for ever, or fail: a small library in front of the C library does that to the daemon while
// a file is there. It is compiled by the test.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeConfigFolder } from '../helpers/config-folder.js';
import { pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { marketCoins, startMarket } from '../helpers/pretend-market.js';
import { startReceiver, status } from '../helpers/receiver.js';

const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
int fdatasync(int fd) {
  const char *slow = getenv("SLOW_DISK"), *bad = getenv("BAD_DISK");
  while (slow && access(slow, F_OK) == 0) usleep(50000);
  if (bad && access(bad, F_OK) == 0) { errno = EIO; return -1; }
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
`;

const folder = mkdtempSync(join(tmpdir(), 'pegwatch-slow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const library = compile();
const files = { slow: join(folder, 'slow'), bad: join(folder, 'bad') };
const env = { LD_PRELOAD: library ?? '', SLOW_DISK: files.slow, BAD_DISK: files.bad };

function compile(): string | null {
  const path = join(folder, 'disk.so');
  try {
    writeFileSync(join(folder, 'disk.c'), source);
    execFileSync('cc', ['-shared', '-fPIC', '-o', path, join(folder, 'disk.c'), '-ldl'], { stdio: 'ignore' });
    return path;
  } catch {
    return null;
  }
}

test.skipIf(library === null)(
  'a disk at a halt: decided alerts are sent, intake waits, readiness says why, and nothing is lost (needs a C compiler)',
  { timeout: 120_000 },
  async () => {
    const market = await startMarket('ethereum', 1);
    let up = false;
    const receiver = await startReceiver((response) => status(up ? 204 : 503)(response));
    const config = writeConfigFolder({
      chains: [{ chain: 'ethereum', chainId: 1, ws: market.node.ws }],
      coins: marketCoins([market]),
      webhook: receiver.url,
      groupMs: 200,
    });
    const daemon = startDaemon(config, env);
    await daemon.ready();
    market.trade(0.9);
    await eventually(() => receiver.received.length > 0, 20_000);

    writeFileSync(files.slow, '');
    const during = market.trade(0.89);
    up = true;
    const before = receiver.received.length;
    await eventually(() => receiver.received.length > before, 30_000);
    await eventually(async () => {
      const { status: code, body } = await daemon.get('/readyz');
      return code === 503 && body.includes('busy with one commit');
    }, 30_000);
    await eventually(
      () => daemon.log.some(({ level, msg }) => level === 'error' && msg.includes('at a halt')),
      20_000,
    );
    const { body } = await daemon.get('/metrics');
    expect(Number(/^pegwatch_store_commit_running_seconds (\S+)$/m.exec(body)?.[1])).toBeGreaterThan(5);
    const stored = async () =>
      JSON.parse((await daemon.get('/status')).body).chains[0].block?.number as number;
    expect(await stored()).toBeLessThan(during.number);

    rmSync(files.slow);
    const last = market.trade(0.88);
    await eventually(async () => (await stored()) === last.number, 30_000);
    await daemon.ready();
    expect(await daemon.stop()).toMatchObject({ code: 0 });
    expect(await pegwatch(['replay', '--config', config.config])).toMatchObject({ code: 0 });
    await receiver.close();
    await market.node.close();
  },
);

test.skipIf(library === null)(
  'asked to stop while the disk is at a halt, it is gone within ten seconds, and the next start goes on (needs a C compiler)',
  { timeout: 120_000 },
  async () => {
    const market = await startMarket('ethereum', 1);
    const config = writeConfigFolder({
      chains: [{ chain: 'ethereum', chainId: 1, ws: market.node.ws }],
      coins: marketCoins([market]),
    });
    const daemon = startDaemon(config, env);
    await daemon.ready();
    writeFileSync(files.slow, '');
    market.trade(0.9);
    await eventually(async () => {
      const { body } = await daemon.get('/metrics');
      return Number(/^pegwatch_store_commit_running_seconds (\S+)$/m.exec(body)?.[1]) > 0;
    });
    const ended = await daemon.stop();
    expect(ended.tookMs).toBeLessThan(10_000);

    rmSync(files.slow);
    const again = startDaemon(config, env);
    await again.ready();
    expect(await again.stop()).toMatchObject({ code: 0 });
    expect(await pegwatch(['verify', '--config', config.config])).toMatchObject({ code: 0 });
    await market.node.close();
  },
);

test.skipIf(library === null)(
  'a commit that fails ends the daemon with 75, and the next start goes on from what was acknowledged (needs a C compiler)',
  { timeout: 120_000 },
  async () => {
    const market = await startMarket('ethereum', 1);
    const config = writeConfigFolder({
      chains: [{ chain: 'ethereum', chainId: 1, ws: market.node.ws }],
      coins: marketCoins([market]),
    });
    const daemon = startDaemon(config, env);
    await daemon.ready();
    writeFileSync(files.bad, '');
    market.trade(0.9);
    expect(await daemon.exited).toEqual({ code: 75, signal: null });
    expect(daemon.output.err).toContain('A commit failed');
    expect(daemon.output.err).toContain('Nothing that was acknowledged is lost');

    rmSync(files.bad);
    const again = startDaemon(config, env);
    await again.ready();
    const last = market.trade(0.95);
    await eventually(async () => {
      const { chains } = JSON.parse((await again.get('/status')).body);
      return chains[0].block?.number === last.number;
    }, 30_000);
    expect(await again.stop()).toMatchObject({ code: 0 });
    expect(await pegwatch(['verify', '--config', config.config])).toMatchObject({ code: 0 });
    await market.node.close();
  },
);
