// Callers that hold on to what they got: none may keep its place for ever.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createClock } from '../../src/edge/clock.js';
import { createLog } from '../../src/edge/log.js';
import { createHttp } from '../../src/http/http.js';
import type { StatusReport } from '../../src/http/status-report.js';
import { eventually } from '../helpers/eventually.js';
import { createManualClock } from '../helpers/manual-clock.js';

const log = createLog({ level: 'error', redact: (text) => text }, () => {});
const views = {
  // Far more than the buffers between two processes hold.
  registry: { contentType: 'text/plain', metrics: async () => 'x'.repeat(30_000_000) },
  status: () => ({}) as StatusReport,
  coverage: () => [],
  silences: { token: 'secret', list: () => [], add: () => '', end: () => true },
  log,
};

async function caller(port: number, request: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(request);
  return socket;
}

test('who does not read an answer is cut off, and so is who reads a little of it now and then', async () => {
  const clock = createManualClock();
  const http = await createHttp({ host: '127.0.0.1', port: 0 }, { ...views, clock });
  onTestFinished(() => http.close());
  const ask = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
  const callers = [await caller(http.port, ask), await caller(http.port, ask)];
  for (const socket of callers) await once(socket, 'readable');
  await eventually(() => clock.waiting() === callers.length);
  expect(callers[0]?.read(1000)).not.toBe(null);

  clock.advance(30_000);
  for (const socket of callers) await once(socket.resume(), 'close');
  expect(clock.waiting()).toBe(0);
});

test('who says nothing, or not to the end, is cut off within its limit and a second', {
  timeout: 25_000,
}, async () => {
  const http = await createHttp({ host: '127.0.0.1', port: 0 }, { ...views, clock: createClock() });
  onTestFinished(() => http.close());
  const post =
    'POST /silences HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\nContent-Length: 9\r\n\r\n{';
  const silent = await Promise.all(['', 'GET /healthz HTT', post].map((text) => caller(http.port, text)));
  await Promise.all(silent.map((socket) => once(socket.resume(), 'close')));
});
