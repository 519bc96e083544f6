// A server that takes requests and never answers: a node that hangs.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MuteServer {
  readonly http: string;
  asked(): number;
  close(): Promise<void>;
}

export async function startMuteServer(): Promise<MuteServer> {
  let asked = 0;
  const server = createServer(() => {
    asked++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    http: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    async close() {
      const closed = once(server, 'close');
      server.closeAllConnections();
      server.close();
      await closed;
    },
  };
}
