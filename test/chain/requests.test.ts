// The request layer against pretend nodes: who is asked, when, and what a caller gets.
import { afterEach, describe, expect, it } from 'vitest';
import { Endpoint } from '../../src/chain/endpoint.js';
import { headerByTag } from '../../src/chain/headers.js';
import { RangeWidth } from '../../src/chain/range-width.js';
import { requestQueue } from '../../src/chain/request-queue.js';
import { Requests } from '../../src/chain/requests.js';
import { defaultTuning, type Tuning } from '../../src/chain/tuning.js';
import { verifySources } from '../../src/chain/verify-sources.js';
import type { EndpointConfig } from '../../src/config/config.js';
import type { Hex } from '../../src/core/hex.js';
import { createClock } from '../../src/edge/clock.js';
import { pretend } from '../helpers/follow.js';
import { chainConfig, chainDeps, impatient } from '../helpers/following.js';
import { usdcSupply } from '../helpers/minting.js';
import { startMuteServer } from '../helpers/mute-server.js';

const stops: AbortController[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort();
});

function asking(endpoints: readonly Partial<EndpointConfig>[], tuning: Partial<Tuning> = {}) {
  const stop = new AbortController();
  stops.push(stop);
  const said: string[] = [];
  const counts = new Map<string, number>();
  const patience = { ...defaultTuning, ...impatient, ...tuning };
  const deps = { ...chainDeps(said, counts, stop.signal), tuning: patience };
  const config = chainConfig(endpoints);
  const all = config.endpoints.map(
    (endpoint) => new Endpoint({ chain: 'ethereum', chainId: 1, endpoint }, deps),
  );
  return { requests: new Requests({ chain: 'ethereum', endpoints: all }, deps), said, stop, counts };
}

describe('a request', () => {
  it('goes to the first endpoint while that is well, and to the next one when it is not', async () => {
    const first = await pretend();
    const second = await pretend();
    const { requests } = asking([{ http: first.http }, { http: second.http }]);
    expect((await headerByTag(requests, 'latest')).ok).toBe(true);
    expect(requests.lastGood).toBe('node-0');
    await first.close();
    expect((await headerByTag(requests, 'latest')).ok).toBe(true);
    expect(requests.lastGood).toBe('node-1');
  });

  it('for news is put to the next endpoint too where the first is slow, and the first good answer counts', async () => {
    const mute = await startMuteServer();
    const good = await pretend();
    const patience = {
      requestTimeoutMs: 600_000,
      slowAfterMs: 20,
      backoffBaseMs: 600_000,
      backoffCapMs: 600_000,
    };
    const { requests, counts } = asking([{ http: mute.http }, { http: good.http }], patience);
    expect((await headerByTag(requests, 'latest')).ok).toBe(true);
    expect(requests.lastGood).toBe('node-1');
    const slow = [...counts].filter(([key]) => key.startsWith('pegwatch_rpc_slow_total'));
    expect(slow).toEqual([[expect.stringContaining('node-0'), 1]]);
    // Whoever was slow is not asked first again so soon.
    const asked = mute.asked();
    expect((await headerByTag(requests, 'latest')).ok).toBe(true);
    expect(mute.asked()).toBe(asked);
    await mute.close();
  });

  it('that waits for its endpoint’s budget is not called slow', async () => {
    const paced = await pretend();
    const other = await pretend();
    const endpoints = [{ http: paced.http, requestsPerSecond: 1 }, { http: other.http }];
    const { requests } = asking(endpoints, { slowAfterMs: 400 });
    for (let i = 0; i < 3; i++) expect((await headerByTag(requests, 'latest')).ok).toBe(true);
    expect(other.frames).toBe(0);
  });

  it('comes back as a failure, in words without the address, when nobody answers', async () => {
    const node = await pretend();
    await node.close();
    const { requests, said } = asking([
      { http: `${node.http}/secretsecret` },
      { ws: `${node.ws}/secretsecret` },
    ]);
    const outcome = await headerByTag(requests, 'latest');
    expect(outcome).toMatchObject({ ok: false, failure: { kind: 'transport' } });
    expect(JSON.stringify([outcome, said])).not.toMatch(/secretsecret|127\.0\.0\.1/);
  });

  it('is split into frames of the endpoint’s batch size and comes back in order', async () => {
    const node = await pretend();
    for (let i = 0; i < 25; i++) node.addBlock();
    const { requests } = asking([{ ws: node.ws, batch: 10 }]);
    const calls = Array.from({ length: 25 }, (_, i) => ({
      method: 'eth_getBlockByNumber',
      params: [`0x${i.toString(16)}`, false],
    }));
    const outcome = await requests.ask(calls, (answers) => ({ ok: true, value: answers }), 'confirm');
    const hashes = outcome.ok
      ? outcome.value.map((answer) => answer.ok && (answer.value as { hash: Hex }).hash)
      : [];
    expect(hashes).toEqual(node.blocks.slice(0, 25).map(({ hash }) => hash));
    // One frame proved the chain id.
    expect(node.frames).toBe(4);
  });

  it('that is refused as a whole, without an id, fails at once instead of waiting for its deadline', async () => {
    const node = await pretend();
    const { requests } = asking([{ ws: node.ws }]);
    await headerByTag(requests, 'latest');
    const answer = requests.ask(
      [{ method: 'eth_sleep', params: [] }],
      ([one]) =>
        one?.ok
          ? { ok: true, value: one.value }
          : (one ?? { ok: false, failure: { kind: 'other', message: '' } }),
      'confirm',
      1,
    );
    node.intercept = () => {
      node.shout('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"block range is too wide"}}');
      return undefined;
    };
    expect(await answer).toMatchObject({ ok: false, failure: { kind: 'range-too-wide' } });
  });

  it('ends when the signal aborts, also while it waits for a deaf node', async () => {
    const node = await pretend();
    const { requests, stop } = asking([{ ws: node.ws, http: node.http }]);
    node.goDeaf();
    const asked = headerByTag(requests, 'latest');
    stop.abort();
    expect(await asked).toMatchObject({ ok: false });
  });
});

describe('the queue of an endpoint', () => {
  it('lets heads pass before confirmations before back-fill', async () => {
    const queue = requestQueue(1_000, 1, createClock());
    const { signal } = new AbortController();
    const order: string[] = [];
    const run = (priority: 'head' | 'confirm' | 'backfill') =>
      queue.run(priority, 1, signal, async () => void order.push(priority));
    await Promise.all([run('backfill'), run('backfill'), run('confirm'), run('head')]);
    // The first one had started before the others came.
    expect(order).toEqual(['backfill', 'head', 'confirm', 'backfill']);
  });

  it('gives back what waits when it is stopped', async () => {
    const queue = requestQueue(0.001, 1, createClock());
    const stop = new AbortController();
    await queue.run('head', 1, stop.signal, async () => 1);
    const waiting = queue.run('head', 1, stop.signal, async () => 2);
    expect(queue.waiting()).toBe(1);
    stop.abort();
    expect(await waiting).toBe('aborted');
    expect(queue.waiting()).toBe(0);
  });
});

describe('the range width', () => {
  const grown = (): RangeWidth => {
    const width = new RangeWidth(1_000, 10_000);
    for (let i = 0; i < 10; i++) width.went(width.blocks, 0);
    return width;
  };

  it('begins narrow and doubles while answers are small, up to what is configured', () => {
    expect(new RangeWidth(1_000, 10_000).blocks).toBeLessThan(100);
    expect(grown().blocks).toBe(1_000);
    expect(new RangeWidth(5, 10_000).blocks).toBe(5);
  });

  it('takes a sensible hint, halves otherwise, and never stops narrowing', () => {
    const width = grown();
    expect(width.tooWide(1_000, 300)).toBe(300);
    expect(width.blocks).toBe(300);
    expect(width.tooWide(300, 5_000)).toBe(150);
    expect(width.tooWide(150, 0)).toBe(75);
    expect(width.tooWide(2, null)).toBe(1);
  });

  it('stays below what was refused, and tries more only with patience', () => {
    const width = grown();
    width.tooWide(1_000, 100);
    for (let i = 0; i < 10; i++) width.went(100, 0);
    expect(width.blocks).toBe(100);
    for (let i = 0; i < 300; i++) width.went(width.blocks, 0);
    expect(width.blocks).toBe(1_000);
  });

  it('narrows where answers grow too large, and widens again when they shrink', () => {
    const width = grown();
    width.went(1_000, 100_000);
    expect(width.blocks).toBe(100);
    for (let i = 0; i < 10; i++) width.went(width.blocks, 10);
    expect(width.blocks).toBe(1_000);
  });
});

describe('sources are verified', () => {
  function verify(endpoints: readonly Partial<EndpointConfig>[]) {
    const stop = new AbortController();
    stops.push(stop);
    const options = { chain: chainConfig(endpoints), sources: [usdcSupply] };
    return verifySources(options, chainDeps([], new Map(), stop.signal));
  }

  const decimals = (n: number) => (): Hex => `0x${n.toString(16).padStart(64, '0')}`;

  it('against what their contracts say', async () => {
    const right = await pretend({ onCall: decimals(6) });
    expect(await verify([{ ws: right.ws }])).toEqual({ refused: [], unreachable: null, mismatches: [] });
    const wrong = await pretend({ onCall: decimals(18) });
    expect(await verify([{ http: wrong.http }])).toMatchObject({
      mismatches: [{ source: usdcSupply.id, field: 'tokens[0].decimals', expected: '6', actual: '18' }],
    });
    const mute = await pretend();
    expect(await verify([{ http: mute.http }])).toMatchObject({
      mismatches: [{ expected: '6', actual: null }],
    });
  });

  it('and what was garbled on its way is asked for again, not taken for the contract', async () => {
    let garbled = 1;
    const node = await pretend({
      onCall: () => (garbled-- > 0 ? '0x0\ufffd06' : decimals(6)()),
    });
    expect(await verify([{ ws: node.ws }])).toEqual({ refused: [], unreachable: null, mismatches: [] });
    expect(garbled).toBeLessThan(0);
  });

  it('and an endpoint of another chain is named, never asked', async () => {
    const other = await pretend({ chainId: 56, onCall: decimals(18) });
    const right = await pretend({ onCall: decimals(6) });
    const verification = await verify([{ name: 'other', ws: other.ws }, { ws: right.ws }]);
    expect(verification).toEqual({ refused: ['other'], unreachable: null, mismatches: [] });
    expect(other.asked.get('eth_call')).toBeUndefined();
  });

  it('or it is said that nobody could be asked', async () => {
    const verification = await verify([{ ws: 'ws://127.0.0.1:1' }]);
    expect(verification.unreachable).not.toBeNull();
    expect(verification.mismatches).toEqual([]);
  });
});
