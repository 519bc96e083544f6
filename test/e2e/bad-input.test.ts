// What a node or a chain may say that makes no sense: each is counted, kept for a person to look at, shown escaped, and
// costs the daemon nothing else.
import { expect, test } from 'vitest';
import type { Problem } from '../../src/core/problem.js';
import type { Reject } from '../../src/core/reject.js';
import { readRejects } from '../../src/store/rejects.js';
import { type ConfigFolder, writeConfigFolder } from '../helpers/config-folder.js';
import { type Daemon, pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { hexOf } from '../helpers/pretend-contracts.js';
import { type Market, marketCoins, pool, startMarket, usdx } from '../helpers/pretend-market.js';

const terminalEscape = String.fromCharCode(27);
const nasty = `${terminalEscape}[2J<script>alert(1)</script>\u202e`;
const word = `0x${'f'.repeat(64)}` as const;

interface Report {
  readonly problems: readonly Problem[];
  readonly rejects: readonly Reject[];
}

function folderFor({ chain, chainId, node }: Market): ConfigFolder {
  return writeConfigFolder({ chains: [{ chain, chainId, ws: node.ws }], coins: marketCoins([{ chain }]) });
}

async function kept({ config }: ConfigFolder): Promise<Report> {
  const { out } = await pegwatch(['problems', '--config', config, '--limit', '1000', '--json']);
  return JSON.parse(out) as Report;
}

async function goesOn(daemon: Daemon, market: Market): Promise<void> {
  const block = market.trade(1);
  await eventually(async () => {
    const { chains } = JSON.parse((await daemon.get('/status')).body);
    return chains[0].block?.number === block.number;
  }, 30_000);
}

/** What each frame is kept as; the daemon takes the next block after every one of them. */
test('senseless frames', { timeout: 120_000 }, async () => {
  const market = await startMarket('ethereum', 1);
  const { node } = market;
  const folder = folderFor(market);
  const daemon = startDaemon(folder);
  await daemon.ready();
  const head = (fields: object) =>
    JSON.stringify({
      jsonrpc: '2.0',
      method: 'eth_subscription',
      params: { subscription: '0x1', result: { ...fields } },
    });
  const header = { number: '0x99', hash: word, parentHash: word, timestamp: '0x1' };
  const frames: readonly (readonly [string, string])[] = [
    ['{"jsonrpc":', 'a frame that is no JSON'],
    [`no JSON ${nasty}`, 'a frame that is no JSON'],
    ['[1,null,{"id":99999,"result":{"a":1}}]', 'a frame that answers nothing we asked'],
    ['{"method":"eth_subscription"}', 'a notification without a result'],
    [head({ ...header, number: `0x1${'0'.repeat(64)}` }), 'a head without a number'],
    [head({ ...header, timestamp: nasty }), 'a head without a number'],
    [head({ ...header, hash: '0x12' }), 'a head without a number'],
    // Fifty megabytes: below what ends the connection.
    [`"${'x'.repeat(50_000_000)}`, 'a frame that is no JSON'],
  ];
  for (const [frame, why] of frames) {
    const before = readRejects(folder.store).length;
    node.shout(frame);
    await eventually(
      () =>
        readRejects(folder.store)
          .slice(before)
          .some((one) => one.why.startsWith(why)),
      30_000,
    );
    await goesOn(daemon, market);
  }
  const { rejects } = await kept(folder);
  expect(rejects.every(({ raw, endpoint }) => raw.length <= 4096 && endpoint === 'ethereum-test')).toBe(true);
  const { body } = await daemon.get('/metrics');
  const counted = Number(/frames_malformed_total\{[^}]*\} (\d+)/.exec(body)?.[1]);
  expect(counted).toBeGreaterThanOrEqual(frames.length);
  // Heads whose number runs backwards, and one far in the future, are no news and cost nothing.
  for (const number of [3, 2, 1, 0, 900_000])
    node.shout(head({ ...header, number: hexOf([BigInt(number)]) }));
  for (const number of [3, 2, 1, 0, 900_000])
    node.shout(head({ ...header, number: `0x${number.toString(16)}` }));
  await goesOn(daemon, market);

  const shown = await pegwatch(['problems', '--config', folder.config]);
  expect(shown.code).toBe(0);
  expect(shown.out).toContain('\\u{1b}[2J<script>');
  expect(shown.out).not.toContain(terminalEscape);
  expect(shown.out).not.toContain('\u202e');
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  await node.close();
});

test('senseless logs and answers', { timeout: 120_000 }, async () => {
  const market = await startMarket('ethereum', 1, {
    contracts: {
      [usdx]: {
        'decimals()': [6n],
        'totalSupply()': [10n ** 13n],
        'symbol()': [BigInt(`0x${Buffer.from('<script>').toString('hex')}`)],
      },
    },
  });
  const { node } = market;
  const folder = folderFor(market);
  const daemon = startDaemon(folder);
  await daemon.ready();
  const sync = '0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1';
  const bad: readonly (readonly [string, object])[] = [
    ['more than four topics', { topics: Array.from({ length: 10_000 }, () => sync) }],
    ['a log with a field missing', { topics: null }],
    ['a log index that is no number', { logIndex: '-1' }],
    ['a log index that is no number', { logIndex: `0x1${'0'.repeat(64)}` }],
    ['a log of a contract that was not asked for', { address: '0x9999999999999999999999999999999999999999' }],
  ];
  for (const [, fields] of bad) {
    node.intercept = (method, params) => {
      const { blockHash } = (params[0] ?? {}) as { blockHash?: string };
      const block = node.blocks.find(({ hash }) => hash === blockHash);
      if (method !== 'eth_getLogs' || block === undefined) return undefined;
      const log = {
        address: pool,
        topics: [sync],
        data: hexOf([1n, 1n]),
        blockHash,
        blockNumber: `0x${block.number.toString(16)}`,
        transactionHash: word,
        logIndex: '0x0',
        removed: false,
      };
      return { result: [{ ...log, ...fields }] };
    };
    await goesOn(daemon, market);
  }
  node.intercept = () => undefined;
  // Logs that can be packed and do not have the shape of their event: the engine counts and keeps them.
  for (const data of ['0x', `${word}${'f'.repeat(64 * 3)}`, '0x1234'] as const) {
    const block = node.addBlock([{ address: pool, topics: [sync], data }]);
    await eventually(async () => {
      const { chains } = JSON.parse((await daemon.get('/status')).body);
      return chains[0].block?.number === block.number;
    }, 30_000);
  }
  await eventually(async () => {
    const { rejects, problems } = await kept(folder);
    for (const [why] of bad) expect(rejects.map((one) => one.why)).toContain(why);
    expect(problems.filter(({ code }) => code === 'log-malformed').length).toBeGreaterThanOrEqual(2);
    return true;
  }, 30_000);
  await goesOn(daemon, market);
  // A name that a contract gives itself is never asked for, and so is never shown.
  const everything = await Promise.all([
    daemon.get('/status').then(({ body }) => body),
    daemon.get('/metrics').then(({ body }) => body),
    pegwatch(['timeline', '--config', folder.config]).then(({ out }) => out),
  ]);
  for (const text of everything) expect(text).not.toContain('<script>');
  const replayed = await pegwatch(['replay', '--config', folder.config]);
  expect(replayed.code).toBe(0);
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  await node.close();
});
