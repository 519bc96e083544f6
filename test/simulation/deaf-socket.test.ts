// How long a deaf socket goes unnoticed, in virtual time and on every block time that we watch.

import { describe, expect, it } from 'vitest';
import { ChainFollower } from '../../src/chain/follower.js';
import type { SocketEvents } from '../../src/chain/ports.js';
import type { Log } from '../../src/core/ports.js';
import { chainConfig } from '../helpers/following.js';
import { pretendChain } from './pretend-chain.js';
import { type PretendEndpoint, pretendEndpoint } from './pretend-endpoint.js';
import { seeded } from './seeded.js';
import { createVirtualClock } from './virtual-clock.js';

const startMs = Date.UTC(2026, 0, 1);

/** Milliseconds between the last head of a socket that goes deaf and the moment at which it is left. */
async function noticedAfter(blockTimeMs: number): Promise<number> {
  const clock = createVirtualClock(startMs);
  const random = seeded('deaf');
  const chain = pretendChain(
    { name: 'ethereum', chainId: 1, startMs, blockTimeMs, finalDepth: 64, activity: 0.3 },
    random,
  );
  const endpoints = new Map<string, PretendEndpoint>();
  for (const name of ['first', 'second']) {
    const options = { name, chain, stranger: chain, episodes: [], finalDepth: 64 };
    endpoints.set(name, pretendEndpoint(options, { clock, random, trace: () => {} }));
  }
  let deaf = false;
  let lastHeadMs = Number.NaN;
  let leftMs = Number.NaN;
  const log: Log = {
    debug() {},
    info() {},
    error() {},
    child: () => log,
    warn(_fields, message) {
      if (message === 'socket lost' && Number.isNaN(leftMs)) leftMs = clock.now();
    },
  };
  /** The first endpoint's subscription dies, and nothing else of it. */
  const hearing = (url: string, events: SocketEvents): SocketEvents => ({
    opened: () => events.opened(),
    pong: () => events.pong(),
    closed: (detail) => events.closed(detail),
    message(text) {
      const isHead = url === 'ws://first' && text.includes('eth_subscription');
      if (isHead && deaf) return;
      if (isHead) lastHeadMs = clock.now();
      events.message(text);
    },
  });
  const stop = new AbortController();
  const config = chainConfig(
    [
      { name: 'first', ws: 'ws://first' },
      { name: 'second', ws: 'ws://second', http: 'http://second' },
    ],
    { blockTimeMs, silenceMs: 600_000 },
  );
  const follower = new ChainFollower(
    { chain: config, sources: [], emitters: new Map(), cursor: null, recent: [] },
    {
      clock,
      random: () => random.next(),
      log,
      meter: { count() {}, gauge() {}, observe() {} },
      connect: (url, events) => endpoints.get(url.slice(5))!.connect(hearing(url, events)),
      post: (url, body, signal) => endpoints.get(url.slice(7))!.post(body, signal),
      signal: stop.signal,
    },
  );
  const running = (async () => {
    for await (const _input of follower.inputs());
  })();
  const mine = (): void => {
    chain.mine(clock.now());
    for (const endpoint of endpoints.values()) endpoint.changed();
    clock.after(blockTimeMs, mine);
  };
  mine();
  await clock.run(startMs + 20 * blockTimeMs + 2_000);
  expect(leftMs).toBeNaN();
  deaf = true;
  await clock.run(clock.now() + 300_000, () => !Number.isNaN(leftMs));
  stop.abort();
  await clock.run(clock.now() + 1_000);
  await running;
  return leftMs - lastHeadMs;
}

describe('a deaf socket', () => {
  it.each([
    ['Arbitrum', 250],
    ['BSC', 450],
    ['Polygon', 2_000],
    ['Ethereum', 12_000],
  ])('is left within two block times and a second on %s', async (_chain, blockTimeMs) => {
    expect(await noticedAfter(blockTimeMs)).toBeLessThanOrEqual(2 * blockTimeMs + 1_000);
  });
});
