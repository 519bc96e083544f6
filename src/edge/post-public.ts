// A POST that reaches public addresses only: for receivers whose address came from a configuration that somebody else
// may have written. The host as it was parsed is checked, every address that a name resolves to, and once more the
// address that the socket really has; nothing is sent before that. Redirects are not followed.

import { lookup } from 'node:dns';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { PegwatchError } from '../core/errors.js';
import { isPrivateAddress } from '../core/private-address.js';
import { failure, type Post, type PostReply, splitCredentials } from './post.js';

export const postPublic: Post = async (url, request) => {
  const { address, authorization } = splitCredentials(url);
  if (isPrivateAddress(address.hostname) === true) throw refused();
  const open = address.protocol === 'https:' ? httpsRequest : httpRequest;
  const body = Buffer.from(request.body);
  const headers = { ...authorization, ...request.headers, 'content-length': String(body.length) };
  try {
    return await new Promise<PostReply>((resolve, reject) => {
      const { signal } = request;
      // No agent: a kept socket would not be checked, and alerts are rare.
      const options = {
        method: request.method ?? 'POST',
        headers,
        signal,
        lookup: publicLookup,
        agent: false,
      } as const;
      const sent = open(address, options, (response) => {
        const chunks: Buffer[] = [];
        let left = request.maxBytes;
        const end = (complete: boolean): void => {
          resolve({
            status: response.statusCode ?? 0,
            headers: plainHeaders(response.headers),
            text: Buffer.concat(chunks).toString('utf8'),
            complete,
          });
          sent.destroy();
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk.length > left ? chunk.subarray(0, Math.max(0, left)) : chunk);
          left -= chunk.length;
          if (left < 0) end(false);
        });
        response.on('end', () => end(true));
        // The status has been read: what goes wrong from here on leaves an incomplete text, not a failure.
        response.on('error', () => end(false));
        response.on('close', () => end(response.complete));
      });
      sent.on('error', reject);
      sent.on('socket', (socket) => whenConnected(socket, () => sendIfPublic(sent, socket, body)));
    });
  } catch (thrown) {
    throw thrown instanceof PegwatchError ? thrown : failure(thrown, request.signal);
  }
};

/** What a configured name resolves to must be public throughout: one private answer among them is a trick. */
const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (err, found) => {
    if (err !== null) return done(err, []);
    if (found.some(({ address }) => isPrivateAddress(address) !== false)) return done(refused(), []);
    const [first] = found;
    if (options.all === true || first === undefined) done(null, found);
    else done(null, first.address, first.family);
  });
};

function whenConnected(socket: Socket, then: () => void): void {
  if (socket.connecting) socket.once('connect', then);
  else then();
}

/** A literal address never goes through a lookup, so what counts is where the socket is. */
function sendIfPublic(sent: ClientRequest, socket: Socket, body: Buffer): void {
  if (isPrivateAddress(socket.remoteAddress ?? '') === false) sent.end(body);
  else sent.destroy(refused());
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
