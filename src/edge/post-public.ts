// A POST that reaches public addresses only: for receivers whose address came from a configuration that somebody else
// may have written. The host as it was parsed is checked, every address that a name resolves to, and once more the
// address that the socket really has; nothing is sent before that. Redirects are not followed.

import { lookup as lookupName } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { PegwatchError } from '../core/errors.js';
import { isPrivateAddress } from '../core/private-address.js';
import { failure, type Post, type PostReply, type PostRequest, splitCredentials } from './post.js';

type Judge = (address: string) => boolean | null;

export const postPublic: Post = guardedPost(isPrivateAddress);

/** `isPrivate` says of an address whether it is refused; null where the text is none. */
export function guardedPost(isPrivate: Judge): Post {
  const lookup = guardedLookup(isPrivate);
  return async (url, request) => {
    const { address, authorization } = splitCredentials(url);
    if (isPrivate(address.hostname) === true) throw refused();
    const headers = { ...authorization, ...request.headers };
    try {
      return await send(address, { ...request, headers }, lookup, isPrivate);
    } catch (thrown) {
      throw thrown instanceof PegwatchError ? thrown : failure(thrown, request.signal);
    }
  };
}

function send(
  address: URL,
  { headers, body, signal, method, maxBytes }: PostRequest,
  lookup: LookupFunction,
  isPrivate: Judge,
): Promise<PostReply> {
  const open = address.protocol === 'https:' ? httpsRequest : httpRequest;
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const sent = open(address, {
      method: method ?? 'POST',
      headers: { ...headers, 'content-length': String(bytes.length) },
      signal,
      lookup,
      // No agent: a kept socket would not be checked, and alerts are rare.
      agent: false,
    });
    sent.on('error', reject);
    // An upgrade that nobody asked for (101) ends in this alone: no error comes, and no response.
    const closed = (): void =>
      reject(new PegwatchError('post-failed', 'connection closed without an answer', { retry: true }));
    sent.on('close', closed);
    sent.on('response', (response) => {
      // From here on nothing counts but what was said: a receiver that hangs after its yes has said yes.
      sent
        .off('close', closed)
        .off('error', reject)
        .on('error', () => {});
      readBounded(response, maxBytes).then((read) => {
        const { statusCode = 0, headers: answered } = response;
        resolve({ status: statusCode, headers: plainHeaders(answered), ...read });
        sent.destroy();
      });
    });
    // A literal address never goes through a lookup, so what counts is where the socket is.
    sent.on('socket', (socket) =>
      whenConnected(socket, () => {
        if (isPrivate(socket.remoteAddress ?? '') === false) sent.end(bytes);
        else sent.destroy(refused());
      }),
    );
  });
}

/** The status has been read: whatever goes wrong from here on leaves an incomplete text, not a failed exchange. */
function readBounded(
  response: IncomingMessage,
  maxBytes: number,
): Promise<Pick<PostReply, 'text' | 'complete'>> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let left = maxBytes;
    const end = (complete: boolean): void =>
      resolve({ text: Buffer.concat(chunks).toString('utf8'), complete });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk.length > left ? chunk.subarray(0, Math.max(0, left)) : chunk);
      left -= chunk.length;
      if (left < 0) end(false);
    });
    response.on('end', () => end(true));
    response.on('error', () => end(false));
    response.on('close', () => end(response.complete));
  });
}

/** What a configured name resolves to must be public throughout: one private answer among them is a trick. */
function guardedLookup(isPrivate: Judge): LookupFunction {
  return (host, options, done) => {
    lookupName(host, { ...options, all: true }, (err, found) => {
      if (err !== null) return done(err, []);
      if (found.some(({ address }) => isPrivate(address) !== false)) return done(refused(), []);
      const [first] = found;
      if (options.all === true || first === undefined) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

function whenConnected(socket: Socket, then: () => void): void {
  if (socket.connecting) socket.once('connect', then);
  else then();
}

function plainHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function refused(): PegwatchError {
  return new PegwatchError('post-private', 'the address is private: allowPrivate is needed to send there', {
    retry: true,
  });
}
