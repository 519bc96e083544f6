// TCP servers that go wrong in one way each: whoever waits for them needs a bound of their own.
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface StubbornServer {
  readonly port: number;
  /** Connections that nobody has ended. */
  open(): number;
  /** How many there ever were. */
  count(): number;
  /** Reads on, so that it sees who has gone. */
  resume(): void;
}

/** `act` is called with each connection; closed when the test ends. */
export async function startStubborn(act: (socket: Socket) => void): Promise<StubbornServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    // It sees the other side go, whatever it means to say itself.
    socket.on('end', () => socket.destroy());
    act(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return {
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    count: () => count,
    resume() {
      for (const socket of sockets) socket.resume();
    },
  };
}

/** Says the first part at once and the rest one byte at a time, over and over. */
export function trickle(socket: Socket, first: string, rest: string, everyMs = 20): void {
  socket.resume();
  socket.write(first);
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(rest.charAt(at++ % rest.length));
  }, everyMs);
  socket.on('close', () => clearInterval(timer));
}
