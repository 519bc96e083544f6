// Nodes that hang in their own way. Every wait of the chain room is in the end one for `Endpoint.send`, so it is enough
// that this one always ends, leaves no connection behind, and goes to the next node in between.
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Endpoint } from '../../src/chain/endpoint.js';
import { defaultTuning } from '../../src/chain/tuning.js';
import { eventually } from '../helpers/eventually.js';
import { chainConfig, chainDeps, impatient } from '../helpers/following.js';
import { startStubborn, trickle } from '../helpers/stubborn-server.js';

const tuning = {
  ...defaultTuning,
  ...impatient,
  requestTimeoutMs: 300,
  connectTimeoutMs: 300,
  pingEveryMs: 100,
  pongWithinMs: 150,
};

/** Answers the upgrade to a socket, and then does as it likes. */
function upgraded(then: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', (chunk: Buffer) => {
      const key = /sec-websocket-key: (\S+)/i.exec(chunk.toString())?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
      socket.write(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      then(socket);
    });
  };
}

const http = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n';
/** The start of an unmasked text frame of 65535 bytes. */
const frame = '\x81\x7e\x00\x7f';
const stubborn: Readonly<Record<string, (socket: Socket) => void>> = {
  'takes the connection and says nothing': (socket) => socket.resume(),
  'closes its half at once': (socket) => socket.resume().end(),
  'trickles its headers': (socket) => trickle(socket, 'HTTP/1.1 200 OK\r\nX: ', 'x'),
  'answers the upgrade and nothing else': upgraded((socket) => socket.resume()),
  'answers the upgrade and closes its half': upgraded((socket) => socket.resume().end()),
  'answers the upgrade and trickles a frame': upgraded((socket) => trickle(socket, frame, '[')),
  'answers the upgrade and pongs, and nothing else': upgraded((socket) => {
    socket.resume();
    const timer = setInterval(() => socket.write(Buffer.from([0x8a, 0])), 20);
    socket.on('close', () => clearInterval(timer));
  }),
  'sends headers and never the body': (socket) => socket.once('data', () => socket.write(http)),
  'trickles its body': (socket) => socket.once('data', () => trickle(socket, `${http}[`, ' ')),
};

describe.each(['ws', 'http'] as const)('a question by %s is given up where the node', (way) => {
  test.each(Object.entries(stubborn))('%s', async (_what, act) => {
    const { port, open, count } = await startStubborn(act);
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    // Every question listens to it, as a follower's do.
    setMaxListeners(0, stop.signal);
    const [config] = chainConfig([{ [way]: `${way}://127.0.0.1:${port}/` }]).endpoints;
    if (config === undefined) throw new Error('no endpoint');
    const deps = { ...chainDeps([], new Map(), stop.signal), tuning };
    const endpoint = new Endpoint({ chain: 'ethereum', chainId: 1, endpoint: config }, deps);
    const calls = [{ method: 'eth_blockNumber', params: [] }];
    // More than may be under way at a time: none waits behind one that hangs.
    const all = Array.from({ length: 2 * tuning.concurrency + 1 }, () => endpoint.send(calls, 'head'));
    for (const [answer] of await Promise.all(all)) expect(answer).toMatchObject({ ok: false });
    expect(count()).toBeGreaterThan(0);
    stop.abort();
    await eventually(() => open() === 0);
  });

  test.each(Object.entries(stubborn))('%s, and we are asked to stop', async (_what, act) => {
    const { port, open, count } = await startStubborn(act);
    const stop = new AbortController();
    const [config] = chainConfig([{ [way]: `${way}://127.0.0.1:${port}/` }]).endpoints;
    if (config === undefined) throw new Error('no endpoint');
    const patient = { ...tuning, requestTimeoutMs: 600_000, connectTimeoutMs: 600_000, pingEveryMs: 600_000 };
    const deps = { ...chainDeps([], new Map(), stop.signal), tuning: patient };
    const endpoint = new Endpoint({ chain: 'ethereum', chainId: 1, endpoint: config }, deps);
    const asked = endpoint.send([{ method: 'eth_blockNumber', params: [] }], 'head');
    await eventually(() => count() > 0);
    stop.abort();
    expect((await asked)[0]).toMatchObject({ ok: false });
    await eventually(() => open() === 0);
  });
});
