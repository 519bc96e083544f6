// The daemon is killed again and again while an incident is under way on two chains, and its receiver is down for a
// part of it. What follows must be as if nothing had happened: every event once, every alert told, under one name.
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { Alert } from '../../src/core/types.js';
import type { TimelineRow } from '../../src/reports/timeline-rows.js';
import { openReader } from '../../src/store/open-reader.js';
import { writeConfigFolder } from '../helpers/config-folder.js';
import { type Daemon, pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { type Market, marketCoins, startMarket } from '../helpers/pretend-market.js';
import type { GivenBlock } from '../helpers/pretend-node.js';
import { startReceiver } from '../helpers/receiver.js';

/** When each kill comes: at any moment, right after an alert arrived, or while the receiver is down. */
const kills = ['anywhere', 'told', 'down', 'told', 'anywhere', 'down', 'told'] as const;
const calmMs = 300;
/** Ethereum falls first and deeper, polygon follows, and both recover: prices, one block after the other. */
const path = {
  ethereum: [1, 0.998, 0.997, 0.993, 0.985, 0.96, 0.93, 0.95, 0.97, 0.99, 0.9975, 1],
  polygon: [1, 1, 1, 0.9985, 0.997, 0.995, 0.98, 0.97, 0.98, 0.99, 0.998, 1],
} as const;
/** Blocks of calm after each fall, so that its incident comes to its end: a tick comes every second. */
const calmBlocks = 80;

interface Message {
  readonly id: string;
  readonly sequence: number;
  readonly reason: string;
  readonly incident: { readonly id: string };
}

test('killed in the middle of an incident, it loses nothing and tells nothing under two names', {
  timeout: 180_000,
}, async () => {
  const random = seeded(Number(process.env.PEGWATCH_TEST_SEED ?? 20_260_101));
  const markets = [await startMarket('ethereum', 1), await startMarket('polygon', 137)];
  let up = true;
  const accepted: Message[] = [];
  const receiver = await startReceiver((response: ServerResponse, _nth, { body }) => {
    if (!up) return void response.destroy();
    accepted.push(JSON.parse(body) as Message);
    // Not at once, so that a kill may come between the receiver's yes and our knowing of it.
    setTimeout(() => response.writeHead(204).end(), random() * 30);
  });
  const folder = writeConfigFolder({
    chains: markets.map(({ chain, chainId, node }) => ({ chain, chainId, ws: node.ws, depth: 2 })),
    coins: marketCoins(markets),
    webhook: receiver.url,
    groupMs: 100,
    calmMs,
  });

  const mined = new Map<string, GivenBlock[]>(markets.map(({ chain }) => [chain, []]));
  let daemon = startDaemon(folder);
  await daemon.ready();
  // The story goes on whether the daemon lives or not, until all the killing is done; then once more in peace.
  let killing = true;
  const story = (async () => {
    for (let round = 0; killing || round < 2; round++) {
      for (let i = 0; i < path.ethereum.length + calmBlocks; i++) {
        for (const market of markets) tell(market, i, mined);
        await pause(20 + random() * 40);
      }
    }
  })();

  const died: string[] = [];
  for (const [i, when] of kills.entries()) {
    up = when !== 'down';
    const seqBefore = await stored(daemon);
    const toldBefore = accepted.length;
    if (when === 'told') await eventually(() => accepted.length > toldBefore, 20_000);
    else await eventually(async () => (await stored(daemon)) > seqBefore + random() * 60, 20_000);
    await pause(random() * 30);
    died.push(String((await daemon.kill()).signal));
    daemon = startDaemon(folder);
    // Every other start is killed before it has done much.
    if (i % 2 === 1) {
      await eventually(() => daemon.log.length > 0, 20_000);
      died.push(String((await daemon.kill()).signal));
      daemon = startDaemon(folder);
    }
  }
  expect(died.every((signal) => signal === 'SIGKILL')).toBe(true);
  killing = false;
  up = true;
  await story;

  // All is told: every chain is stored to its end, and the last word of every incident has arrived.
  await eventually(async () => {
    const status = JSON.parse((await daemon.get('/status')).body);
    for (const { chain, block } of status.chains) {
      expect(block.number).toBe(markets.find((one) => one.chain === chain)?.node.head.number);
    }
    expect(status.incidentsOpen).toEqual({ low: 0, medium: 0, high: 0, critical: 0 });
    expect(status.channels).toMatchObject([{ pending: 0 }]);
    const last = new Map(accepted.map((message) => [message.incident.id, message.reason]));
    expect([...last.values()].every((reason) => reason === 'resolved')).toBe(true);
    return true;
  }, 30_000);
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  for (const { node } of markets) await node.close();
  await receiver.close();

  // Every event once, in order, as it was mined.
  const { out } = await pegwatch(['timeline', '--config', folder.config, '--kind', 'reserves', '--json']);
  const rows = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TimelineRow);
  for (const { chain } of markets) {
    const logged = rows.filter((row) => row.chain === chain && row.logIndex !== null);
    expect(
      logged.map(({ blockNumber, blockHash, orphaned }) => ({ blockNumber, blockHash, orphaned })),
    ).toEqual(
      (mined.get(chain) ?? []).map(({ number, hash }) => ({
        blockNumber: number,
        blockHash: hash,
        orphaned: false,
      })),
    );
  }

  // Every intent was told, nothing else was, and each under its one name.
  const reader = openReader(folder.store);
  const intents: Alert[] = [];
  for (const { effects } of reader.steps(1)) {
    for (const effect of effects) if (effect.kind === 'alert') intents.push(effect.alert);
  }
  const starts = [...reader.entries({ kinds: ['start'] })].length;
  expect(starts).toBeGreaterThan(kills.length);
  for (const { id } of intents) {
    const incidentId = id.slice(0, id.indexOf('-desk-'));
    expect(reader.alertsOf(incidentId).find((one) => one.id === id)?.delivery).toBe('delivered');
  }
  expect(reader.pendingDeliveries()).toEqual([]);
  await reader.close();
  const ids = intents.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(accepted.map(({ id }) => id))).toEqual(new Set(ids));
  const bodies = new Map<string, Message>();
  for (const message of accepted) {
    const before = bodies.get(message.id);
    if (before !== undefined) expect(message).toEqual(before);
    bodies.set(message.id, message);
  }
  const conversations = new Map<string, Message[]>();
  for (const message of bodies.values()) {
    const of = conversations.get(message.incident.id) ?? [];
    conversations.set(message.incident.id, [...of, message]);
  }
  for (const told of conversations.values()) {
    // In the order of their first arrival the sequence has no hole, begins with the opening and ends with the end.
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, i) => i + 1));
    expect(told[0]?.reason).toBe('opened');
    expect(told.at(-1)?.reason).toBe('resolved');
  }
  expect(conversations.size).toBeGreaterThan(0);

  const replayed = await pegwatch(['replay', '--config', folder.config, '--json']);
  expect(replayed).toMatchObject({ code: 0, err: '' });
  const { live, replayed: again, difference, inputs } = JSON.parse(replayed.out);
  expect(difference).toBeNull();
  expect(again).toEqual(live);
  expect(live.alerts).toBe(ids.length);
  console.info(
    `${died.length} kills, ${starts} starts, ${inputs} inputs, ${rows.length} events, ${ids.length} alerts in ` +
      `${conversations.size} incidents, ${accepted.length - ids.length} sent again under their own name`,
  );
});

function tell(market: Market, i: number, mined: ReadonlyMap<string, GivenBlock[]>): void {
  const prices = path[market.chain as keyof typeof path];
  mined.get(market.chain)?.push(market.trade(prices[i] ?? 1));
}

async function stored(daemon: Daemon): Promise<number> {
  return JSON.parse((await daemon.get('/status')).body).store.seq;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Mulberry32, so that a failure can be told by its seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
