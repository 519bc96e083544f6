import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { post } from '../../src/edge/post.js';
import { postJson } from '../../src/edge/post-json.js';
import { eventually } from '../helpers/eventually.js';
import { startReceiver, status } from '../helpers/receiver.js';

async function receiver(...args: Parameters<typeof startReceiver>) {
  const started = await startReceiver(...args);
  onTestFinished(started.close);
  return started;
}

const never = new AbortController().signal;
const request = { headers: { 'content-type': 'text/plain' }, body: 'hello', signal: never, maxBytes: 10 };

test('brings status, headers in lower case and text', async () => {
  const { url, received } = await receiver((response) =>
    response.writeHead(418, { 'X-Tea': 'pot' }).end('short'),
  );
  const reply = await post(url, request);
  expect(reply).toMatchObject({ status: 418, text: 'short', complete: true });
  expect(reply.headers['x-tea']).toBe('pot');
  expect(received[0]).toMatchObject({ body: 'hello', headers: { 'content-type': 'text/plain' } });
});

test('an answer of exactly the limit is complete, one byte more is cut', async () => {
  const { url } = await receiver((response, nth) => response.end('x'.repeat(9 + nth)));
  expect(await post(url, request)).toMatchObject({ text: 'x'.repeat(10), complete: true });
  expect(await post(url, request)).toMatchObject({ text: 'x'.repeat(10), complete: false });
});

test('a bomb of compressed zeros is read no further than the limit', async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000));
  const { url } = await receiver((response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  );
  const before = process.memoryUsage().rss;
  const reply = await post(url, request);
  expect(reply.text).toHaveLength(10);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});

test('user and password of an address become a header instead of an error that quotes them', async () => {
  const { url, received } = await receiver(status(200));
  await post(url.replace('http://', 'http://us%40er:p%3Aw@'), request);
  const sent = received[0]?.headers.authorization ?? '';
  expect(Buffer.from(sent.replace('Basic ', ''), 'base64').toString()).toBe('us@er:p:w');
});

test('no failure names the address', async () => {
  const closed = await startReceiver(status(200));
  await closed.close();
  const urls = [
    closed.url,
    'http://no-such-host.invalid/key-123',
    'ftp://example.org/key-123',
    'no url, key-123',
  ];
  for (const url of urls) {
    const thrown = await post(url, request).catch((err: unknown) => err);
    expect(thrown).toMatchObject({ code: 'post-failed' });
    const all = `${(thrown as Error).message}${(thrown as Error).stack}${JSON.stringify(thrown)}${String((thrown as Error).cause)}`;
    for (const part of ['127.0.0.1', 'invalid/', 'example.org', 'key-123']) expect(all).not.toContain(part);
  }
});

test('the signal ends a request that hangs', async () => {
  const { url, received } = await receiver(() => {});
  const stop = new AbortController();
  const sent = post(url, { ...request, signal: stop.signal });
  const outcome = expect(sent).rejects.toMatchObject({ code: 'post-aborted' });
  await eventually(() => received.length === 1);
  stop.abort();
  await outcome;
});

test('JSON-RPC gets status, text and Retry-After as they came', async () => {
  const { url, received } = await receiver((response) =>
    response.writeHead(429, { 'retry-after': '3' }).end('{}'),
  );
  expect(await postJson(url, '[1]', never)).toEqual({ status: 429, text: '{}', retryAfter: '3' });
  expect(received[0]?.headers['content-type']).toBe('application/json');
});

test('JSON-RPC refuses an answer that broke off', async () => {
  const { url } = await receiver((response) =>
    response.writeHead(200, { 'content-length': '100' }).write('[', () => response.destroy()),
  );
  await expect(postJson(url, '[1]', never)).rejects.toMatchObject({ code: 'post-failed' });
});
