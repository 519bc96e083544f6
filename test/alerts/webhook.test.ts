import { createHmac } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Channel, SendResult } from '../../src/alerts/channels/channel.js';
import { retryAfterMs } from '../../src/alerts/channels/exchange.js';
import { createChannels } from '../../src/alerts/channels/index.js';
import { readMs } from '../../src/alerts/channels/time-limit.js';
import { postForChannels } from '../../src/edge/post-for-channels.js';
import { createRedact, secretsOfUrl } from '../../src/edge/redact.js';
import { eventually } from '../helpers/eventually.js';
import { makeAlert } from '../helpers/make-alert.js';
import { createManualClock } from '../helpers/manual-clock.js';
import { type Receiver, startReceiver, status } from '../helpers/receiver.js';

const releases: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

async function receiver(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...args);
  releases.push(started.close);
  return started;
}

function channelTo(
  url: string,
  options: {
    secret?: string;
    timeoutMs?: number;
    clock?: ReturnType<typeof createManualClock>;
    envelope?: 'plain' | 'cloudevents';
    allowPrivate?: boolean;
  } = {},
) {
  const redact = createRedact(secretsOfUrl('traders', url));
  const config = {
    name: 'traders',
    kind: 'webhook',
    url,
    secret: options.secret ?? null,
    timeoutMs: options.timeoutMs ?? 10_000,
    envelope: options.envelope ?? 'plain',
    allowPrivate: options.allowPrivate ?? true,
  } as const;
  const clock = options.clock ?? createManualClock();
  const deps = { post: postForChannels, clock, redact, version: '1.2.3' };
  return createChannels([config], deps)[0] as Channel;
}

async function send(url: string, options: Parameters<typeof channelTo>[1] = {}): Promise<SendResult> {
  return channelTo(url, options).send(makeAlert(), 1, new AbortController().signal);
}

/** What one answer of a real receiver comes to. */
async function check(answer: Parameters<typeof startReceiver>[0], expected: SendResult): Promise<void> {
  const { url } = await receiver(answer);
  expect(await send(url)).toEqual(expected);
}

test('any 2xx is success', async () => {
  for (const code of [200, 201, 202, 204]) await check(status(code), { kind: 'delivered' });
});

test('a 2xx is success even where its body breaks off', async () => {
  await check(
    (response) => response.writeHead(200, { 'content-length': '100' }).write('o', () => response.destroy()),
    { kind: 'delivered' },
  );
});

test('a 2xx is success even where its body never ends', async () => {
  const clock = createManualClock();
  const { url } = await receiver((response) => void response.writeHead(200).write('o'));
  let answered = false;
  const onHeaders = (): void => {
    answered = true;
  };
  subscribe('undici:request:headers', onHeaders);
  const sent = send(url, { clock, timeoutMs: 5000 });
  await eventually(() => answered);
  unsubscribe('undici:request:headers', onHeaders);
  clock.advance(5000 + readMs);
  expect(await sent).toEqual({ kind: 'delivered' });
});

test('an answer of a hundred megabytes is not read', async () => {
  let written = 0;
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const { url } = await receiver((response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && written < 100_000_000) {
        written += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    more();
  });
  expect(await send(url)).toEqual({ kind: 'delivered' });
  // The sockets' buffers fill up; nothing near the whole is taken.
  expect(written).toBeLessThan(20_000_000);
});

test('5xx and 4xx are tried again, with what the receiver said', async () => {
  await check((response) => response.writeHead(500).end('database is away'), {
    kind: 'retry',
    problem: 'answered 500: database is away',
  });
  for (const code of [400, 401, 403, 404, 408, 413, 425, 503])
    await check(status(code), { kind: 'retry', problem: `answered ${code}` });
});

test('410 refuses for good', async () => {
  await check(status(410), { kind: 'refused', problem: 'answered 410: the receiver is gone for good' });
});

test('429 is tried again when the receiver says', async () => {
  await check(status(429, { 'retry-after': '17' }), {
    kind: 'retry',
    afterMs: 17_000,
    problem: 'answered 429',
  });
  await check(status(503, { 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' }), {
    kind: 'retry',
    afterMs: 120_000,
    problem: 'answered 503',
  });
});

test('a Retry-After that makes no sense is ignored', () => {
  for (const header of [undefined, '', 'soon', '-5', '1e9', '1.5', '99999999999', 'Thursday', '2026-01-01']) {
    expect(retryAfterMs(header, 0)).toBeNull();
  }
  expect(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT', 5000)).toBe(0);
});

test('a redirect is a failure and is not followed', async () => {
  const elsewhere = await receiver(status(200));
  for (const code of [301, 302, 303, 307, 308]) {
    await check(status(code, { location: elsewhere.url }), {
      kind: 'retry',
      problem: `answered ${code}: redirects are not followed`,
    });
  }
  expect(elsewhere.received).toHaveLength(0);
});

test('a receiver that never answers costs the configured time and no more', async () => {
  const clock = createManualClock();
  const { url, received } = await receiver(() => {});
  const sent = send(url, { clock, timeoutMs: 3000 });
  await eventually(() => received.length === 1);
  clock.advance(3000 + readMs);
  expect(await sent).toEqual({ kind: 'retry', problem: 'no answer within 3 s' });
  expect(clock.waiting()).toBe(0);
});

test('the end of the daemon cuts an attempt short', async () => {
  const { url, received } = await receiver(() => {});
  const stop = new AbortController();
  const sent = channelTo(url).send(makeAlert(), 1, stop.signal);
  await eventually(() => received.length === 1);
  stop.abort();
  expect(await sent).toMatchObject({ kind: 'retry' });
});

test('a connection that is reset is tried again', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  releases.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  expect(await send(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'retry', problem: 'connection reset' });
});

test('a port where nobody listens is tried again', async () => {
  const { url, close } = await startReceiver(status(200));
  await close();
  expect(await send(url)).toEqual({ kind: 'retry', problem: 'connection refused' });
});

test('the request says who it is from and which alert and attempt it is', async () => {
  const clock = createManualClock(Date.UTC(2026, 0, 1, 0, 0, 5, 900));
  const { url, received } = await receiver(status(200));
  const channel = channelTo(url, { clock });
  await channel.send(makeAlert(), 1, new AbortController().signal);
  clock.advance(60_000);
  await channel.send(makeAlert(), 2, new AbortController().signal);
  const [first, second] = received;
  expect(first?.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'pegwatch/1.2.3',
    'webhook-id': 'inc-1-traders-1',
    'webhook-timestamp': String(Date.UTC(2026, 0, 1, 0, 0, 5) / 1000),
    'pegwatch-attempt': '1',
  });
  expect(first?.headers).not.toHaveProperty('webhook-signature');
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(Number(second?.headers['webhook-timestamp'])).toBe(Number(first?.headers['webhook-timestamp']) + 60);
  expect(second?.headers['pegwatch-attempt']).toBe('2');
  expect(second?.body).toBe(first?.body);
  expect(JSON.parse(first?.body ?? '')).toMatchObject({ id: 'inc-1-traders-1', reason: 'opened' });
});

test('the signature is HMAC-SHA256 over id, timestamp and body, with the bytes behind whsec_', async () => {
  const key = Buffer.from('a key of thirty-two bytes, or so.');
  const { url, received } = await receiver(status(200));
  await send(url, { secret: `whsec_${key.toString('base64')}` });
  await send(url, { secret: 'plain words' });
  await send(url, { secret: `whsec_${key.toString('base64')}  whsec_b2xk` });
  const sign = (i: number, secret: Buffer | string): string => {
    const { headers, body } = received[i] as Receiver['received'][number];
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    return `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
  };
  expect(received[0]?.headers['webhook-signature']).toBe(sign(0, key));
  expect(received[1]?.headers['webhook-signature']).toBe(sign(1, 'plain words'));
  expect(received[2]?.headers['webhook-signature']).toBe(`${sign(2, key)} ${sign(2, 'old')}`);
});

test('a secret that is no base64 is refused at the start, and not shown', () => {
  expect(() => channelTo('http://x.test', { secret: 'whsec_not*base64' })).toThrowError(/channel traders/);
  expect(() => channelTo('http://x.test', { secret: 'whsec_not*base64' })).not.toThrowError(/not\*base64/);
  expect(() => channelTo('http://x.test', { secret: 'whsec_' })).toThrowError();
});

test('a receiver that repeats the address back does not bring it into the problem', async () => {
  const { url } = await receiver((response, _nth, { path }) =>
    response.writeHead(404).end(`no route\n<b>${path}</b>\u001b[2J`),
  );
  const result = await send(url);
  expect(result).toMatchObject({ kind: 'retry' });
  expect(JSON.stringify(result)).not.toContain('k3y-0123456789abcdef');
  expect(JSON.stringify(result)).not.toMatch(/\\u001b|\\n/);
  expect(result).toHaveProperty('problem', expect.stringContaining('no route'));
});

test('an alert whose id no header may hold is still delivered', async () => {
  const { url, received } = await receiver(status(200));
  const alert = makeAlert({ channel: 'händler 📈' });
  const result = await channelTo(url, { secret: 's' }).send(alert, 1, new AbortController().signal);
  expect(result).toEqual({ kind: 'delivered' });
  expect(decodeURIComponent(received[0]?.headers['webhook-id'] as string)).toBe(alert.id);
});

test('as a CloudEvent the message is the data, under the same id over retries', async () => {
  const { url, received } = await receiver(status(200));
  const channel = channelTo(url, { envelope: 'cloudevents', secret: 's' });
  for (const attempt of [1, 2]) {
    expect(await channel.send(makeAlert(), attempt, new AbortController().signal)).toEqual({
      kind: 'delivered',
    });
  }
  const [first, second] = received;
  expect(first?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    specversion: '1.0',
    id: 'inc-1-traders-1',
    type: 'pegwatch.alert.opened',
    subject: 'inc-1',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    data: { id: 'inc-1-traders-1', reason: 'opened' },
  });
  expect(second?.body).toBe(first?.body);
});

test('a private address is not spoken to unless that was allowed', async () => {
  const { url, received } = await receiver(status(200));
  const port = new URL(url).port;
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433']) {
    expect(await send(`http://${host}:${port}/`, { allowPrivate: false })).toEqual({
      kind: 'retry',
      problem: 'the address is private: allowPrivate is needed to send there',
    });
  }
  expect(received).toHaveLength(0);
});

test('what was never delivered is counted in the message that replaces it', async () => {
  const { url, received } = await receiver(status(200));
  const conversation = { previous: null, superseded: 3 };
  await channelTo(url).send(makeAlert(), 1, new AbortController().signal, conversation);
  const body = JSON.parse(received[0]?.body ?? '');
  expect(body.superseded).toBe(3);
  expect(body.text).toContain('It replaces 3 earlier messages that did not arrive.');
});
