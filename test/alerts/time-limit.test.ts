import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { timeLimit } from '../../src/alerts/channels/time-limit.js';
import { createClock } from '../../src/edge/clock.js';

/** In a thread of its own, because this one is going to be busy: says when it was asked, and answers a moment later. */
const receiver = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const server = createServer((request, response) => {
    parentPort.postMessage('asked');
    setTimeout(() => response.writeHead(204).end(), 20);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

it('an answer that came in time while this process was busy is heard', async () => {
  const worker = new Worker(receiver, { eval: true });
  onTestFinished(async () => void (await worker.terminate()));
  const [port] = (await once(worker, 'message')) as [number];
  const limit = timeLimit(200, createClock(), new AbortController().signal);
  const asked = once(worker, 'message');
  const answer = fetch(`http://127.0.0.1:${port}/`, { signal: limit.signal });
  await asked;
  // Busy beyond the limit: the answer lies in the socket, and the timer is due.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  expect((await answer).status).toBe(204);
  expect(limit.expired()).toBe(false);
  limit.end();
});

it('a receiver that says nothing is given up', async () => {
  const limit = timeLimit(5, createClock(), new AbortController().signal);
  await once(limit.signal, 'abort');
  expect(limit.expired()).toBe(true);
});
