import { expect, onTestFinished, test } from 'vitest';
import { guardedPost, postPublic } from '../../src/edge/post-public.js';
import { startReceiver, status } from '../helpers/receiver.js';

async function receiver(...args: Parameters<typeof startReceiver>) {
  const started = await startReceiver(...args);
  onTestFinished(started.close);
  return started;
}

/** As if this machine were the internet: what is asked before, at and after the connection is real. */
const open = guardedPost((address) => (/^(\d+\.|.*:)/.test(address) ? false : null));
const never = new AbortController().signal;
const request = { headers: { 'content-type': 'text/plain' }, body: 'héllo', signal: never, maxBytes: 10 };

test('brings status, headers in lower case and a bounded text', async () => {
  const { url, received } = await receiver((response, nth) =>
    response.writeHead(418, { 'X-Tea': 'pot' }).end('x'.repeat(9 + nth)),
  );
  expect(await open(url, request)).toMatchObject({
    status: 418,
    headers: { 'x-tea': 'pot' },
    text: 'x'.repeat(10),
    complete: true,
  });
  expect(await open(url, { ...request, method: 'PATCH' })).toMatchObject({
    text: 'x'.repeat(10),
    complete: false,
  });
  expect(received[0]).toMatchObject({ body: 'héllo', headers: { 'content-type': 'text/plain' } });
});

test('a name is resolved, a pair of name and password becomes a header', async () => {
  const { url, received } = await receiver(status(204));
  const { port } = new URL(url);
  expect(await open(`http://me:pass%20word@localhost:${port}/`, request)).toMatchObject({ status: 204 });
  expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:pass word').toString('base64')}`);
});

test('a redirect is an answer and is not followed', async () => {
  const elsewhere = await receiver(status(200));
  const { url } = await receiver(status(302, { location: elsewhere.url }));
  expect(await open(url, request)).toMatchObject({ status: 302 });
  expect(elsewhere.received).toHaveLength(0);
});

test('what goes wrong is said without the address', async () => {
  const { url, close } = await startReceiver(status(200));
  await close();
  await expect(open(url, request)).rejects.toThrow(/^connection refused$/);
  const silent = await receiver(() => {});
  const stop = new AbortController();
  const sent = open(silent.url, { ...request, signal: stop.signal });
  stop.abort();
  await expect(sent).rejects.toThrow(/^no answer in time$/);
  await expect(open('http://no-such-host.invalid/', request)).rejects.not.toThrow(/no-such-host/);
});

test('an address that turns out private at the connection gets not one byte', async () => {
  const { url, received } = await receiver(status(200));
  let asked = 0;
  // Public when it is resolved, private when it is connected: as a name server that changes its answer would have it.
  const rebound = guardedPost((address) => (/\d\.|:/.test(address) ? ++asked > 1 : null));
  await expect(rebound(url, request)).rejects.toThrow(/private/);
  expect([asked, received.length]).toEqual([2, 0]);
});

test('private names and addresses are refused by default', async () => {
  const { url, received } = await receiver(status(200));
  const { port } = new URL(url);
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f000001', '127.1']) {
    await expect(postPublic(`http://${host}:${port}/`, request)).rejects.toThrow(/allowPrivate/);
  }
  expect(received).toHaveLength(0);
});
