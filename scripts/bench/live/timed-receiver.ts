// A webhook receiver that notes when the first byte of each request arrived. Plain sockets: an HTTP server tells of a
// request only when its head is complete.

import { createServer, type Socket } from 'node:net';

export interface TimedReceiver {
  readonly url: string;
  /** By coin: `process.hrtime` of the first byte of the first critical alert about it. */
  readonly firstByteNs: ReadonlyMap<string, bigint>;
  /** From the decision of each critical alert to the first byte of its request, in whole milliseconds. */
  readonly decisionToFirstByteMs: readonly number[];
  /** Resolves when all of these coins were heard of, or after a few seconds without. */
  heard(coins: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const patienceMs = 5_000;

export async function startTimedReceiver(): Promise<TimedReceiver> {
  const firstByteNs = new Map<string, bigint>();
  const decisionToFirstByteMs: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    read(socket, (atNs, body) => {
      const { severity, coins, decidedMs } = alertOf(body);
      if (severity !== 'critical') return;
      const sinceMs = Number(process.hrtime.bigint() - atNs) / 1e6;
      decisionToFirstByteMs.push(Math.max(0, Date.now() - sinceMs - decidedMs));
      for (const coin of coins) if (!firstByteNs.has(coin)) firstByteNs.set(coin, atNs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    firstByteNs,
    decisionToFirstByteMs,
    async heard(coins) {
      const deadline = performance.now() + patienceMs;
      while (coins.some((coin) => !firstByteNs.has(coin)) && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Requests of one connection, one after the other; each is answered with 204. */
function read(socket: Socket, onRequest: (atNs: bigint, body: string) => void): void {
  let buffered = Buffer.alloc(0);
  let startedNs: bigint | null = null;
  socket.on('data', (chunk) => {
    startedNs ??= process.hrtime.bigint();
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const end = buffered.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = buffered.toString('latin1', 0, end);
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (buffered.length < end + 4 + length) return;
      onRequest(startedNs ?? 0n, buffered.toString('utf8', end + 4, end + 4 + length));
      buffered = buffered.subarray(end + 4 + length);
      startedNs = buffered.length > 0 ? process.hrtime.bigint() : null;
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    }
  });
}

function alertOf(body: string): {
  readonly severity: string;
  readonly coins: readonly string[];
  readonly decidedMs: number;
} {
  const message = JSON.parse(body) as {
    severity?: string;
    timestamp?: string;
    incident?: { coins?: readonly string[] };
    coins?: readonly string[];
  };
  const coins = message.incident?.coins ?? message.coins ?? [];
  return { severity: message.severity ?? '', coins, decidedMs: Date.parse(message.timestamp ?? '') };
}
