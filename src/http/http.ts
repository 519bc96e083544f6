import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { PegwatchError } from '../core/errors.js';
import { type Clock, sleep } from '../core/ports.js';
import { createHttpApp, type HttpViews } from './app.js';

export interface HttpOptions {
  /** `127.0.0.1` unless somebody decided otherwise: the views have no authentication. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface Http {
  readonly port: number;
  /** Stops listening, lets answers under way end for a moment, then cuts. Idempotent. */
  close(): Promise<void>;
}

const graceMs = 1000;
/** From the head of a request to the last byte of its answer. */
const answerWithinMs = 30_000;

/** Serves the views. Throws `PegwatchError` `http-unavailable` where the address cannot be had. */
export async function createHttp(
  options: HttpOptions,
  deps: HttpViews & { readonly clock: Clock },
): Promise<Http> {
  const app = createHttpApp(deps);
  // A caller that dribbles its request, or holds connections open, must not cost more than this.
  const serverOptions = {
    headersTimeout: 5000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
    // How often the two limits are looked at; left out: twice a minute.
    connectionsCheckingInterval: 1000,
  };
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions }) as Server;
  server.maxConnections = 128;
  server.prependListener('request', (request, response) => {
    // Nor one that does not read its answer: it would hold its connection for ever, and 128 of them the views.
    const cancel = deps.clock.after(answerWithinMs, () => request.socket.destroy());
    response.once('close', cancel);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (err) => reject(unavailable(options, err)));
    server.listen(options.port, options.host, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', (err) => deps.log.warn({ err }, 'the HTTP server had a problem'));
  const { port } = server.address() as AddressInfo;
  deps.log.info({ host: options.host, port }, 'HTTP views are served');

  let closed: Promise<void> | null = null;
  return {
    port,
    close() {
      closed ??= closeServer(server, deps.clock);
      return closed;
    },
  };
}

async function closeServer(server: Server, clock: Clock): Promise<void> {
  const done = new AbortController();
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([ended, sleep(clock, graceMs, done.signal)]);
  server.closeAllConnections();
  await ended;
  done.abort();
}

function unavailable({ host, port }: HttpOptions, err: unknown): PegwatchError {
  const code = err instanceof Error && 'code' in err ? String(err.code) : 'unknown';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'is already in use',
    EACCES: 'needs rights that this user does not have',
    EADDRNOTAVAIL: 'is no address of this machine',
    ENOTFOUND: 'is no known host name',
  };
  return new PegwatchError(
    'http-unavailable',
    `Cannot listen on ${host}:${port}: it ${reasons[code] ?? `failed (${code})`}`,
    {
      hint: 'Set http.host and http.port in config/pegwatch.yaml, or end what holds the port.',
      fields: { code },
    },
  );
}
