// However a receiver hangs, a request ends with its signal, and takes its connection with it.
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Post, post } from '../../src/edge/post.js';
import { guardedPost } from '../../src/edge/post-public.js';
import { eventually } from '../helpers/eventually.js';
import { startStubborn, trickle } from '../helpers/stubborn-server.js';

const guarded = guardedPost((address) => (/^(\d+\.|.*:)/.test(address) ? false : null));
const ways: readonly (readonly [string, Post])[] = [
  ['to any address', post],
  ['to public addresses', guarded],
];

const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n';
const headers = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n';
const unanswered: Readonly<Record<string, (socket: Socket) => void>> = {
  'takes the request and says nothing': (socket) => socket.resume(),
  'does not even read the request': (socket) => socket.pause(),
  'trickles its headers': (socket) => trickle(socket, 'HTTP/1.1 200 OK\r\nX: ', 'x'),
  'says "continue" for ever': (socket) => trickle(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n', 1),
  'upgrades to what nobody asked for': (socket) => socket.once('data', () => socket.write(upgrade)),
  'closes its half and stays': (socket) => socket.resume().end(),
};
const broken: Readonly<Record<string, (socket: Socket) => void>> = {
  'sends headers and never the body': (socket) => socket.once('data', () => socket.write(headers)),
  'trickles its body': (socket) => socket.once('data', () => trickle(socket, headers, 'x')),
  'closes its half within the body': (socket) => socket.once('data', () => socket.end(`${headers}abc`)),
};

const request = { headers: {}, body: 'x'.repeat(200_000), maxBytes: 5000 };
const soon = (): AbortSignal => AbortSignal.timeout(300);

describe.each(ways)('a request %s ends where the receiver', (_name, send) => {
  test.each(Object.entries(unanswered))('%s', async (_what, act) => {
    const { port, open, count, resume } = await startStubborn(act);
    const sent = send(`http://127.0.0.1:${port}/`, { ...request, signal: soon() });
    await expect(sent).rejects.toMatchObject({ name: 'PegwatchError' });
    expect(count()).toBe(1);
    resume();
    await eventually(() => open() === 0);
  });

  test.each(Object.entries(broken))('%s', async (_what, act) => {
    const { port, open } = await startStubborn(act);
    const reply = await send(`http://127.0.0.1:${port}/`, { ...request, signal: soon() });
    expect(reply).toMatchObject({ status: 200, complete: false });
    await eventually(() => open() === 0);
  });
});
