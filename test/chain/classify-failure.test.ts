import { describe, expect, it } from 'vitest';
import { classifyFailure, classifyStatus } from '../../src/chain/classify-failure.js';
import type { FailureKind } from '../../src/chain/json-rpc.js';
import { scrub } from '../../src/chain/scrub.js';

function check(code: number, message: string, kind: FailureKind, suggested?: number | null): void {
  const failure = classifyFailure({ code, message }, []);
  expect([message, failure.kind]).toEqual([message, kind]);
  if (suggested !== undefined) expect([message, failure.suggested]).toEqual([message, suggested]);
}

describe('the words of providers', () => {
  it('tell how many blocks may be asked for', () => {
    const tooWide = 'range-too-wide';
    check(-32000, 'requested too many blocks from 1 to 5000, maximum is set to 2048', tooWide, 2_048);
    check(-32000, 'Max range: 799', tooWide, 799);
    check(-32000, 'Maximum allowed number of requested blocks is 3500', tooWide, 3_500);
    check(
      -32005,
      'query returned more than 10000 results. Try with this block range [0x10, 0x1F].',
      tooWide,
      16,
    );
    check(-32600, 'Under the Free tier plan, this block range should work: [0xa, 0x13]', tooWide, 10);
    check(-32602, 'block range is too wide', tooWide, 3_000);
    check(-32602, 'block range is too wide (maximum 1024)', tooWide, 1_024);
    check(-32602, 'eth_getLogs is limited to a 10,000 range', tooWide, 10_000);
    check(-32602, 'eth_getLogs is limited to 1024 blocks', tooWide, 1_024);
    check(-32600, 'exceeds the range allowed for your plan (500 > 50)', tooWide, 50);
    check(-32600, 'Block range limit exceeded. See more details at the documentation', tooWide, null);
    check(-32600, 'please limit the query to at most 1,000 blocks', tooWide, 1_000);
    check(-32600, 'exceed maximum block range: 50000', tooWide, 50_000);
    check(-32600, 'maximum block range: 2,000', tooWide, 2_000);
    check(-32600, 'eth_getLogs range is too large, max is 10k blocks', tooWide, 10_000);
    check(-32600, 'block range greater than 2000 max', tooWide, 2_000);
    check(-32600, 'you can make eth_getLogs requests with up to a 500 block range', tooWide, 500);
    check(-32600, 'maximum [from, to] blocks distance: 1000', tooWide, 1_000);
    check(35, 'ranges over 10000 blocks are not supported on freetier', tooWide, 10_000);
    check(-32602, 'range 20000 exceeds limit of 10000', tooWide, 10_000);
    check(-32000, 'logs matched by query exceeds limit of 10000', tooWide, null);
    check(-32602, 'Log response size exceeded.', tooWide, null);
    check(-32000, 'response size should not greater than 10000000 bytes', tooWide, null);
    check(-32000, 'query exceeds max results 20000', tooWide, null);
    check(-32000, 'backend response too large', tooWide, null);
  });

  it('tell a rate limit from a range limit of the same code', () => {
    check(-32005, 'daily request count exceeded, request rate limited', 'rate-limited');
    check(-32005, 'limit exceeded', 'rate-limited');
    check(429, 'Your app has exceeded its compute units per second capacity', 'rate-limited');
    check(-32007, '50/second request limit reached', 'rate-limited');
  });

  it('tell a block that is missing from a call that fails', () => {
    check(-32000, 'unknown block', 'unknown-block');
    check(-32000, 'header not found', 'unknown-block');
    check(-32000, 'header for hash not found', 'unknown-block');
    check(-32001, 'Resource not found', 'unknown-block');
    check(-32602, 'block range extends beyond current head block', 'unknown-block');
    check(-32000, 'missing trie node 12ab (path ) <nil>', 'state-missing');
    check(3, 'execution reverted', 'reverted');
    check(-32015, 'VM execution error.', 'reverted');
    check(-32000, 'no backend is currently healthy to serve traffic', 'transport');
    check(-32601, 'the method eth_foo does not exist/is not available', 'unsupported');
    check(-32602, 'invalid argument 1: json: cannot unmarshal object into Go value', 'bad-params');
    check(-32000, 'something nobody has ever seen', 'other');
  });

  it('may be hostile', () => {
    for (const error of [null, 7, 'x', [], {}, { code: 'x', message: 7 }, { message: { deep: [] } }]) {
      expect(typeof classifyFailure(error, []).kind).toBe('string');
    }
    const long = classifyFailure({ code: 1, message: 'x'.repeat(10_000_000) }, []);
    expect(long.message.length).toBeLessThan(300);
  });

  it('lose URLs, keys and control characters', () => {
    const url = 'wss://user:hunter22hunter@eth.example.org/v3/0123456789abcdef?apikey=zyxwvutsrq';
    const words = `bad key 0123456789abcdef zyxwvutsrq at ${url} (eth.example.org) \u001b[31m\u202ered`;
    const clean = scrub(words, [url, null]);
    for (const secret of ['0123456789abcdef', 'zyxwvutsrq', 'hunter22', 'example.org', '\u001b', '\u202e']) {
      expect(clean).not.toContain(secret);
    }
    expect(clean).toContain('bad key');
  });
});

it('HTTP statuses say enough where a body says nothing', () => {
  expect(classifyStatus(429, 1_500)).toMatchObject({ kind: 'rate-limited', retryAfterMs: 1_500 });
  expect(classifyStatus(413, null)?.kind).toBe('range-too-wide');
  expect(classifyStatus(403, null)?.kind).toBe('unauthorized');
  expect(classifyStatus(503, null)?.kind).toBe('transport');
  expect(classifyStatus(302, null)?.kind).toBe('transport');
  expect(classifyStatus(200, null)).toBeNull();
  expect(classifyStatus(400, null)).toBeNull();
});
