// What can be wrong around a running daemon: each gets a clear word, and none costs anything that was there to keep.
import { expect, test } from 'vitest';
import type { TimelineRow } from '../../src/reports/timeline-row.js';
import { type ConfigFolder, edit, writeConfigFolder } from '../helpers/config-folder.js';
import { type Daemon, pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { type Market, marketCoins, pool, startMarket, usdx, usdy } from '../helpers/pretend-market.js';
import { startReceiver, status } from '../helpers/receiver.js';

interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly {
    readonly code: string;
    readonly chain: string | null;
    readonly message: string;
  }[];
}

function folderFor(markets: readonly Market[], more: object = {}): ConfigFolder {
  return writeConfigFolder({
    chains: markets.map(({ chain, chainId, node }) => ({ chain, chainId, ws: node.ws })),
    coins: marketCoins(markets),
    ...more,
  });
}

async function readiness(daemon: Daemon): Promise<Readiness & { readonly status: number }> {
  const { status, body } = await daemon.get('/readyz');
  return { status, ...(JSON.parse(body) as Readiness) };
}

/** Numbers of the blocks of a chain with events, as the timeline shows them. */
async function told(folder: ConfigFolder, chain: string): Promise<(number | null)[]> {
  const args = ['timeline', '--config', folder.config, '--chain', chain, '--kind', 'reserves', '--json'];
  const { out } = await pegwatch(args);
  const rows = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TimelineRow]));
  return rows.filter(({ logIndex }) => logIndex !== null).map(({ blockNumber }) => blockNumber);
}

/** The newest stored block, as the daemon says. */
async function reached(daemon: Daemon, chain: string): Promise<number | undefined> {
  const { chains } = JSON.parse((await daemon.get('/status')).body) as {
    chains: { chain: string; block: { number: number } | null }[];
  };
  return chains.find((one) => one.chain === chain)?.block?.number;
}

/** The same, as the store says: also when no daemon runs. */
async function stored(folder: ConfigFolder, chain: string): Promise<number | undefined> {
  const { out } = await pegwatch(['status', '--config', folder.config, '--json']);
  const { chains } = JSON.parse(out) as { chains: { chain: string; number: number }[] };
  return chains.find((one) => one.chain === chain)?.number;
}

test('a second daemon on the same store ends with a sentence, and the first goes on', async () => {
  const market = await startMarket('ethereum', 1);
  const folder = folderFor([market]);
  const first = startDaemon(folder);
  await first.ready();
  const second = startDaemon(folder);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.output.err).toContain(
    `Another pegwatch (process ${first.pid}) is writing to the store in ${folder.store}.`,
  );
  expect(second.output.err).toContain('Stop it first');
  const block = market.trade(1);
  await eventually(async () => (await reached(first, 'ethereum')) === block.number, 20_000);
  expect(await first.stop()).toMatchObject({ code: 0 });
  await market.node.close();
});

test('an endpoint of another chain is refused in words, the other chains go on, and it may be mended', {
  timeout: 120_000,
}, async () => {
  const wrong = await startMarket('ethereum', 1, { saysChainId: 56 });
  const right = await startMarket('polygon', 137);
  const folder = folderFor([wrong, right]);
  const daemon = startDaemon(folder);
  await eventually(async () => {
    const { status, ready, reasons } = await readiness(daemon);
    expect({ status, ready }).toEqual({ status: 503, ready: false });
    expect(reasons).toEqual([
      {
        code: 'chain-behind',
        chain: 'ethereum',
        message: expect.stringContaining('another chain is served by ethereum-test (serves chain 56, not 1)'),
      },
    ]);
    return true;
  }, 20_000);
  expect(daemon.log).toContainEqual(
    expect.objectContaining({
      level: 'error',
      chain: 'ethereum',
      endpoint: 'ethereum-test',
      expected: 1,
      actual: 56,
    }),
  );
  const metrics = await daemon.get('/metrics');
  expect(metrics.body).toContain('pegwatch_chain_caught_up{chain="ethereum"} 0');
  expect(metrics.body).toContain('pegwatch_chain_caught_up{chain="polygon"} 1');
  const block = right.trade(1);
  await eventually(async () => (await reached(daemon, 'polygon')) === block.number, 20_000);
  expect(await stored(folder, 'ethereum')).toBeUndefined();

  wrong.node.chainId = 1;
  await daemon.ready();
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  // No address of an endpoint stands in what was said, only its name.
  expect(daemon.output.out).not.toContain(String(wrong.node.port));
  for (const { node } of [wrong, right]) await node.close();
});

test('a pool and a token that are not what the configuration says end the daemon by name, field and file', async () => {
  const market = await startMarket('ethereum', 1, {
    contracts: {
      [usdx]: { 'decimals()': [18n] },
      [pool]: { 'token0()': [BigInt(usdy)], 'token1()': [BigInt(usdx)], 'getReserves()': [1n, 1n, 0n] },
    },
  });
  const folder = folderFor([market]);
  const daemon = startDaemon(folder);
  expect(await daemon.exited).toEqual({ code: 1, signal: null });
  const { err } = daemon.output;
  const source = 'ethereum/usdx-usdy (in the file of USDX)';
  expect(err).toContain(`${source}: tokens[0].address is ${usdy} on chain, the configuration says ${usdx}`);
  expect(err).toContain(`${source}: tokens[1].address is ${usdx} on chain, the configuration says ${usdy}`);
  expect(err).toContain(`${source}: tokens[0].decimals is 18 on chain, the configuration says 6`);
  expect(err).toContain('config/coins');
  await market.node.close();
});

test('a token that answers absurd decimals is no token that can be watched', async () => {
  const market = await startMarket('ethereum', 1, { contracts: { [usdy]: { 'decimals()': [100_000n] } } });
  const daemon = startDaemon(folderFor([market]));
  expect(await daemon.exited).toEqual({ code: 1, signal: null });
  expect(daemon.output.err).toContain('tokens[1].decimals is unreadable on chain, the configuration says 6');
  await market.node.close();
});

test('a webhook that never answers costs nothing: blocks are stored, the end comes in time, the alert is kept', {
  timeout: 120_000,
}, async () => {
  const market = await startMarket('ethereum', 1);
  let answering = false;
  const receiver = await startReceiver((response) => {
    if (answering) status(204)(response);
  });
  const folder = folderFor([market], { webhook: receiver.url });
  const first = startDaemon(folder);
  await first.ready();
  market.trade(0.9);
  await eventually(() => receiver.received.length > 0, 20_000);
  const block = market.trade(0.89);
  await eventually(async () => (await reached(first, 'ethereum')) === block.number, 20_000);
  const { code, tookMs } = await first.stop();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(10_000);
  const pending = JSON.parse((await pegwatch(['status', '--config', folder.config, '--json'])).out).pending;
  expect(pending).toHaveLength(1);
  expect(`${first.output.out}${first.output.err}`).not.toContain(new URL(receiver.url).pathname);

  answering = true;
  const second = startDaemon(folder);
  await eventually(async () => {
    const { channels } = JSON.parse((await second.get('/status')).body);
    return receiver.received.length > 1 && channels[0].pending === 0;
  }, 20_000);
  expect(await second.stop()).toMatchObject({ code: 0 });
  const ids = receiver.received.map(({ body }) => (JSON.parse(body) as { id: string }).id);
  expect(new Set(ids)).toEqual(new Set([pending[0].alertId]));
  await receiver.close();
  await market.node.close();
});

test('a full disk closes intake and says so, alerts go on, and nothing is lost when there is room again', {
  timeout: 180_000,
}, async () => {
  const market = await startMarket('ethereum', 1);
  let up = false;
  const receiver = await startReceiver((response) => status(up ? 204 : 503)(response));
  // Long enough for the second alert to fall due while the disk is full: what waits in a window goes on, too.
  const folder = folderFor([market], { webhook: receiver.url, groupMs: 500, calmMs: 2000 });
  const roomy = startDaemon(folder);
  await roomy.ready();
  market.trade(0.9);
  market.trade(1);
  await eventually(() => receiver.received.length > 0, 20_000);
  await eventually(async () => (await reached(roomy, 'ethereum')) === market.node.head.number, 20_000);
  expect(await roomy.stop()).toMatchObject({ code: 0 });
  const before = market.node.head.number;

  edit(folder, 'pegwatch.yaml', 'softFreeBytes: 2MB', 'softFreeBytes: 2000000GB');
  edit(folder, 'pegwatch.yaml', 'hardFreeBytes: 1MB', 'hardFreeBytes: 1000000GB');
  up = true;
  const full = startDaemon(folder);
  await eventually(async () => {
    const { status, reasons } = await readiness(full);
    expect(status).toBe(503);
    expect(reasons).toContainEqual(
      expect.objectContaining({
        code: 'store-refused',
        message: expect.stringContaining('disk is nearly full'),
      }),
    );
    return true;
  }, 20_000);
  // What is mined now is heard of but not taken in: more than all queues of the daemon together can hold.
  for (let i = 0; i < 6000; i++) market.trade(1, { silent: true });
  const last = market.trade(1);
  const reasons = () => receiver.received.map(({ body }) => (JSON.parse(body) as { reason: string }).reason);
  await eventually(() => reasons().includes('resolved'), 40_000);
  await eventually(async () => {
    const { channels } = JSON.parse((await full.get('/status')).body);
    return channels[0].pending === 0;
  }, 20_000);
  expect(await stored(folder, 'ethereum')).toBe(before);
  expect(full.log.filter(({ msg }) => msg.startsWith('the disk is nearly full'))).toHaveLength(1);
  const stopped = await full.stop();
  expect(stopped.code).toBe(0);
  expect(stopped.tookMs).toBeLessThan(10_000);
  expect(await stored(folder, 'ethereum')).toBe(before);

  edit(folder, 'pegwatch.yaml', 'softFreeBytes: 2000000GB', 'softFreeBytes: 2MB');
  edit(folder, 'pegwatch.yaml', 'hardFreeBytes: 1000000GB', 'hardFreeBytes: 1MB');
  const again = startDaemon(folder);
  await eventually(async () => (await reached(again, 'ethereum')) === last.number, 30_000);
  await again.ready();
  expect(await again.stop()).toMatchObject({ code: 0 });
  expect(await told(folder, 'ethereum')).toEqual(Array.from({ length: last.number }, (_, i) => i + 1));
  // The receipts of what was told on the full disk were kept: nothing was told twice.
  const accepted = receiver.received.slice(reasons().lastIndexOf('opened'));
  const ids = accepted.map(({ body }) => (JSON.parse(body) as { id: string }).id);
  expect(new Set(ids).size).toBe(ids.length);
  const replayed = await pegwatch(['replay', '--config', folder.config]);
  expect(replayed.code).toBe(0);
  await receiver.close();
  await market.node.close();
});

test('the other commands read while the daemon writes', { timeout: 120_000 }, async () => {
  const market = await startMarket('ethereum', 1);
  const folder = folderFor([market]);
  const daemon = startDaemon(folder);
  await daemon.ready();
  let writing = true;
  const miner = (async () => {
    for (let i = 0; writing; i++) {
      market.trade(0.9 + (i % 20) / 200);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  })();
  let events = 0;
  for (let round = 0; round < 2; round++) {
    const [state, incidents, timeline, replay] = await Promise.all([
      pegwatch(['status', '--config', folder.config, '--json']),
      pegwatch(['incidents', 'list', '--config', folder.config, '--json']),
      pegwatch(['timeline', '--config', folder.config, '--json', '--kind', 'reserves']),
      pegwatch(['replay', '--config', folder.config, '--json']),
    ]);
    for (const ran of [state, incidents, timeline, replay]) expect(ran).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(state.out).counts.blocks).toBeGreaterThan(0);
    expect(JSON.parse(incidents.out)).toBeInstanceOf(Array);
    expect(JSON.parse(replay.out).difference).toBeNull();
    const rows = timeline.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TimelineRow);
    const numbers = rows.filter(({ logIndex }) => logIndex !== null).map(({ blockNumber }) => blockNumber);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    expect(numbers.length).toBeGreaterThan(events);
    events = numbers.length;
  }
  writing = false;
  await miner;
  await eventually(async () => (await reached(daemon, 'ethereum')) === market.node.head.number, 20_000);
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  await market.node.close();
});
