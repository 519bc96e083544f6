// A TCP proxy between a daemon and whatever it talks to, which does to the bytes what networks do: each way it fails
// can be switched on and off while connections live.

import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What goes wrong from now on:
 * - `half-open`: nothing is forwarded any more, either way, and the connections stay up; what was in flight is gone;
 * - `stall`: nothing is forwarded, but kept, and goes on its way when it is over;
 * - `throttle`: the answers trickle in;
 * - `corrupt`: the highest bit of some bytes of the answers is flipped. Digits never become other digits by that: what
 *   looks right and is not, no client of one endpoint can tell, and TLS keeps it from happening;
 * - `refuse`: new connections are reset at once, those that live go on.
 */
export type Fault = 'half-open' | 'stall' | 'throttle' | 'corrupt' | 'refuse';

export interface FaultProxy {
  readonly port: number;
  readonly ws: string;
  readonly http: string;
  /** Null: none. */
  fault: Fault | null;
  /** How many connections were made, and how many bytes were flipped. */
  readonly counts: { readonly connections: number; readonly flipped: number; readonly refused: number };
  /** Ends every connection at once; new ones are accepted. */
  cut(): void;
  close(): Promise<void>;
}

const throttledBytes = 2_000;
const throttledEveryMs = 20;
const lookAgainMs = 20;

/** `random` says which bytes are flipped: about one in `flipEvery`. */
export async function startFaultProxy(
  target: { readonly port: number },
  random: () => number,
  flipEvery = 500,
): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const counts = { connections: 0, flipped: 0, refused: 0 };
  const server: Server = createServer((near) => {
    near.on('error', () => near.destroy());
    if (proxy.fault === 'refuse') {
      counts.refused++;
      near.resetAndDestroy();
      return;
    }
    counts.connections++;
    const far = connect(target.port, '127.0.0.1');
    far.on('error', () => far.destroy());
    const pair = [near, far] as const;
    pairs.add(pair);
    pipe(near, far, false);
    pipe(far, near, true);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('close', () => {
        pairs.delete(pair);
        // A half-open connection is one of which the other end's death is not heard.
        if (proxy.fault === 'half-open') return;
        near.destroy();
        far.destroy();
      });
    }
  });

  /** One way of one connection; the bytes go in order, whatever happens to them. */
  function pipe(from: Socket, to: Socket, answers: boolean): void {
    let sending = Promise.resolve();
    from.on('data', (bytes) => {
      if (proxy.fault === 'half-open') return;
      from.pause();
      sending = sending.then(() => forward(bytes, to, answers)).then(() => void from.resume());
    });
    from.on('end', () => void sending.then(() => to.end()));
  }

  async function forward(bytes: Buffer, to: Socket, answers: boolean): Promise<void> {
    while (proxy.fault === 'stall' && !to.destroyed) await pause(lookAgainMs);
    if (!answers) return write(to, bytes);
    if (proxy.fault === 'corrupt') flip(bytes);
    for (let at = 0; at < bytes.length; ) {
      const whole = proxy.fault !== 'throttle';
      const part = bytes.subarray(at, whole ? bytes.length : at + throttledBytes);
      at += part.length;
      write(to, part);
      if (!whole) await pause(throttledEveryMs);
    }
  }

  function write(to: Socket, bytes: Buffer): void {
    if (!to.destroyed && proxy.fault !== 'half-open') to.write(bytes);
  }

  function flip(bytes: Buffer): void {
    for (let i = 0; i < bytes.length; i++) {
      if (random() * flipEvery >= 1) continue;
      bytes[i] = (bytes[i] ?? 0) ^ 0x80;
      counts.flipped++;
    }
  }

  function cut(): void {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: FaultProxy = {
    port,
    ws: `ws://127.0.0.1:${port}`,
    http: `http://127.0.0.1:${port}`,
    fault: null,
    counts,
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
  return proxy;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
