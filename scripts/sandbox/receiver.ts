// A webhook receiver as anybody might write one: an HTTP server that takes POSTs of JSON and answers 204. It keeps
// what arrived and drops repetitions by id, as the webhook's documentation asks of receivers.

import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { PegwatchError } from '../../src/core/errors.js';

/** The part of the message that the sandbox shows. */
export interface ReceivedAlert {
  readonly id: string;
  readonly reason: string;
  readonly severity: string;
  readonly state: string;
  readonly title: string;
  readonly why: string;
  readonly incident: { readonly id: string };
  readonly evidence: readonly {
    readonly sentence: string;
    readonly chain: string;
    readonly source: string;
    readonly severity: string | null;
    readonly block: { readonly number: number; readonly hash: string; readonly time: string };
    readonly transaction: string | null;
  }[];
  readonly atMs: number;
}

export interface Receiver {
  readonly url: string;
  /** In order of arrival, without repetitions. */
  readonly alerts: readonly ReceivedAlert[];
  /** Requests that were no alert, and why. */
  readonly refused: readonly string[];
  repetitions(): number;
  close(): Promise<void>;
}

const maxBytes = 1 << 20;

/** `file` gets every accepted body as one line. */
export async function startReceiver(
  file: string | null,
  onAlert: (alert: ReceivedAlert) => void,
): Promise<Receiver> {
  const alerts: ReceivedAlert[] = [];
  const refused: string[] = [];
  const seen = new Set<string>();
  let repetitions = 0;

  const server = createServer((request, response) => {
    const answer = (status: number): void => {
      response.writeHead(status).end();
    };
    if (request.method !== 'POST') return answer(405);
    readBody(request).then(
      (body) => {
        const alert = readAlert(body, Date.now());
        if (typeof alert === 'string') {
          refused.push(alert);
          return answer(400);
        }
        // Taken only once it is on disk: the sender forgets it after this answer.
        if (seen.has(alert.id)) repetitions++;
        else {
          if (file !== null) appendFileSync(file, `${JSON.stringify(JSON.parse(body))}\n`);
          seen.add(alert.id);
          alerts.push(alert);
          onAlert(alert);
        }
        answer(204);
      },
      () => answer(413),
    );
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      reject(
        new PegwatchError('port-unavailable', `The webhook receiver cannot open a port (${thrown.code}).`, {
          hint: 'The sandbox needs loopback networking; check the rules of the container or firewall.',
        }),
      );
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

  return {
    url: `http://127.0.0.1:${port}/alerts`,
    alerts,
    refused,
    repetitions: () => repetitions,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The alert, or what is wrong with the body. */
export function readAlert(body: string, atMs: number): ReceivedAlert | string {
  let parsed: Partial<ReceivedAlert> | null;
  try {
    parsed = JSON.parse(body) as Partial<ReceivedAlert> | null;
  } catch {
    return 'the body is no JSON';
  }
  if (typeof parsed !== 'object' || parsed === null) return 'the body is no object';
  const { id, reason, severity, state, title, why, incident, evidence } = parsed;
  for (const [name, value] of Object.entries({ id, reason, severity, state, title, why })) {
    if (typeof value !== 'string' || value === '') return `${name} is missing`;
  }
  if (typeof incident?.id !== 'string') return 'incident is missing';
  if (!Array.isArray(evidence)) return 'evidence is missing';
  return { ...(parsed as ReceivedAlert), atMs };
}
