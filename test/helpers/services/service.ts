// What the imitations of services share: a real HTTP server on loopback that reads JSON and answers JSON.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `Body`: what the service expects to find; what it does with anything else is its own affair. */
export interface Asked<Body> {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

export interface Answered {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

export interface Service<Body> {
  readonly url: string;
  readonly asked: Asked<Body>[];
  /** The next answers, before the service's own. */
  readonly next: Answered[];
  close(): Promise<void>;
}

export async function startService<Body>(answer: (asked: Asked<Body>) => Answered): Promise<Service<Body>> {
  const asked: Asked<Body>[] = [];
  const next: Answered[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://service');
      const one: Asked<Body> = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: parse(Buffer.concat(chunks).toString()) as Body,
      };
      asked.push(one);
      const { status, headers, body } = next.shift() ?? answer(one);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    next,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
