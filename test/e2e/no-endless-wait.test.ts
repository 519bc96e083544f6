// The whole daemon, and something that it waits for and that never comes: it says so, it can be stopped, and nothing
// that nobody caught ends it for good.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ConfigFolder, writeConfigFolder } from '../helpers/config-folder.js';
import { startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { compilePreload } from '../helpers/preload.js';
import { type Market, marketCoins, startMarket } from '../helpers/pretend-market.js';

const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void wait_while(const char *name) {
  const char *path = getenv(name);
  while (path && access(path, F_OK) == 0) usleep(50000);
}
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  if (node && strstr(node, "mute.test")) wait_while("MUTE_RESOLVER");
  return ((int (*)(const char *, const char *, const struct addrinfo *, struct addrinfo **))
    dlsym(RTLD_NEXT, "getaddrinfo"))(node, service, hints, found);
}
int fsync(int fd) {
  wait_while("SLOW_FSYNC");
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
`;
const preload = compilePreload(source);
afterAll(preload.remove);
const files = { mute: join(preload.folder, 'mute'), slow: join(preload.folder, 'slow') };
const env = { LD_PRELOAD: preload.library ?? '', MUTE_RESOLVER: files.mute, SLOW_FSYNC: files.slow };

function folderFor(market: Market, more: object = {}): ConfigFolder {
  return writeConfigFolder({
    chains: [{ chain: 'ethereum', chainId: 1, ws: market.node.ws }],
    coins: marketCoins([market]),
    ...more,
  });
}

describe.skipIf(preload.library === null)('what the system hangs in (needs a C compiler)', () => {
  test('a resolver that is mute keeps neither the watch nor the stop', { timeout: 120_000 }, async () => {
    const market = await startMarket('ethereum', 1);
    writeFileSync(files.mute, '');
    const more = [{ name: 'mute', ws: 'ws://mute.test:8089/', http: 'http://mute.test:8089/' }];
    const daemon = startDaemon(
      writeConfigFolder({
        chains: [{ chain: 'ethereum', chainId: 1, ws: market.node.ws, more }],
        coins: marketCoins([market]),
        webhook: 'http://mute.test:8089/',
        timeoutMs: 500,
        groupMs: 100,
      }),
      env,
    );
    await daemon.ready();
    market.trade(0.85);
    await eventually(() => daemon.log.some(({ problem }) => problem === 'no answer within 0.5 s'), 30_000);
    const last = market.trade(0.86);
    await eventually(async () => {
      const { chains } = JSON.parse((await daemon.get('/status')).body);
      return chains[0].block?.number === last.number;
    }, 20_000);
    expect((await daemon.stop()).tookMs).toBeLessThan(10_000);
    rmSync(files.mute);
    await market.node.close();
  });

  test('a disk that hangs where nobody measures it makes the daemon unready until it goes on', {
    timeout: 120_000,
  }, async () => {
    const market = await startMarket('ethereum', 1);
    const folder = folderFor(market, { ballastBytes: 1_000_000 });
    const daemon = startDaemon(folder, env);
    await daemon.ready();
    const ballast = join(folder.store, 'ballast');
    writeFileSync(files.slow, '');
    // It is made again, and flushed.
    rmSync(ballast);
    await eventually(async () => {
      const { status, body } = await daemon.get('/readyz');
      return status === 503 && body.includes('Nothing has been stored for');
    }, 30_000);
    await eventually(() => daemon.log.some(({ msg }) => msg.startsWith('nothing is stored any more')));
    expect((await daemon.get('/healthz')).status).toBe(200);
    rmSync(files.slow);
    await daemon.ready();
    expect(daemon.log.map(({ msg }) => msg)).toContain('something is stored again');
    expect(await daemon.stop()).toMatchObject({ code: 0 });
    await market.node.close();
  });

  test('asked to stop while the store is still being opened on a disk that hangs, it is gone within ten seconds', {
    timeout: 120_000,
  }, async () => {
    const market = await startMarket('ethereum', 1);
    const folder = folderFor(market);
    const first = startDaemon(folder, env);
    await first.ready();
    expect(await first.stop()).toMatchObject({ code: 0 });
    writeFileSync(files.slow, '');
    const daemon = startDaemon(folder, env);
    // Written, and about to be flushed.
    await eventually(() => existsSync(join(folder.store, 'identity.json.draft')));
    expect((await daemon.stop()).tookMs).toBeLessThan(10_000);
    rmSync(files.slow);
    const again = startDaemon(folder, env);
    await again.ready();
    expect(await again.stop()).toMatchObject({ code: 0 });
    await market.node.close();
  });
});

describe('what is thrown and caught by nobody', () => {
  const strays: Readonly<Record<string, string>> = {
    'a rejection': `Promise.reject(new Error('stray'))`,
    'a rejection with no error in it': `Promise.reject(undefined)`,
    'an exception in a timer': `setTimeout(() => { throw new TypeError('stray') })`,
  };
  test.each(Object.entries(strays))(
    '%s ends the watch so that it is taken up again',
    { timeout: 60_000 },
    async (_what, code) => {
      const market = await startMarket('ethereum', 1);
      const folder = folderFor(market);
      const script = `data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${code} })`)}`;
      const daemon = startDaemon(folder, { NODE_OPTIONS: `--import=${script}` });
      await daemon.ready();
      process.kill(daemon.pid, 'SIGUSR2');
      expect(await daemon.exited).toEqual({ code: 75, signal: null });
      expect(daemon.output.err).toContain('Something ended the watch that should not');
      expect(daemon.log.map(({ msg }) => msg)).toEqual(
        expect.arrayContaining(['something was thrown that nobody caught', 'stopping after a failure']),
      );
      const again = startDaemon(folder);
      await again.ready();
      expect(await again.stop()).toMatchObject({ code: 0 });
      await market.node.close();
    },
  );
});
