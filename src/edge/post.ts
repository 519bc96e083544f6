// The one way out over HTTP, for webhooks and for JSON-RPC alike: a request that follows no redirect, reads a bounded
// answer and never puts the address into an error.

import { PegwatchError } from '../core/errors.js';

export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Bounds the whole exchange, the reading of the answer included. */
  readonly signal: AbortSignal;
  /** Left out: POST. */
  readonly method?: 'POST' | 'PATCH';
  /** Most bytes of the answer (after decompression) that are read; the rest is not waited for. */
  readonly maxBytes: number;
}

export interface PostReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** False where the answer was longer than `maxBytes` or broke off. */
  readonly complete: boolean;
}

export type Post = (url: string, request: PostRequest) => Promise<PostReply>;

/** Throws `PegwatchError` `post-failed` (no answer at all) or `post-aborted` (the signal); any status is an answer. */
export const post: Post = async (url, request) => {
  const { address, authorization } = splitCredentials(url);
  let response: Response;
  try {
    response = await fetch(address, {
      method: request.method ?? 'POST',
      headers: { ...authorization, ...request.headers },
      body: request.body,
      redirect: 'manual',
      signal: request.signal,
    });
  } catch (thrown) {
    throw failure(thrown, request.signal);
  }
  const { text, complete } = await readBounded(response.body, request.maxBytes);
  return { status: response.status, headers: Object.fromEntries(response.headers), text, complete };
};

/** `fetch` refuses `https://user:password@host` (and quotes it in its error): such a pair becomes a header. */
export function splitCredentials(url: string): { address: URL; authorization: Record<string, string> } {
  if (!URL.canParse(url)) throw new PegwatchError('post-failed', 'the configured address is no URL');
  const address = new URL(url);
  if (address.username === '' && address.password === '') return { address, authorization: {} };
  const pair = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
  address.username = '';
  address.password = '';
  return { address, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

/** The status has been read: whatever goes wrong from here on leaves an incomplete text, not a failed exchange. */
async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<{ text: string; complete: boolean }> {
  if (body === null) return { text: '', complete: true };
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  let complete = false;
  try {
    while (left >= 0) {
      const { done, value } = await reader.read();
      if (done) {
        complete = true;
        break;
      }
      chunks.push(value.length > left ? value.subarray(0, left) : value);
      left -= value.length;
    }
  } catch {
    // Aborted or broken off.
  }
  // Closes the connection where the answer was not read to its end.
  if (!complete) reader.cancel().catch(() => {});
  return { text: Buffer.concat(chunks).toString('utf8'), complete };
}

/** What people read for the codes of the network; the library's own messages hold host names and addresses. */
const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name lookup failed for now',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  CERT_HAS_EXPIRED: 'certificate expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another host',
  UND_ERR_SOCKET: 'connection closed without an answer',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'no answer',
};

export function failure(thrown: unknown, signal: AbortSignal): PegwatchError {
  if (signal.aborted) return new PegwatchError('post-aborted', 'no answer in time', { retry: true });
  const code = codeOf(thrown, 0);
  const sentence = code === null ? 'request failed' : (sentences[code] ?? `request failed (${code})`);
  return new PegwatchError('post-failed', sentence, { retry: true, fields: { code } });
}

/** The first code in a chain of causes; happy-eyeballs failures hold one error for each address tried. */
function codeOf(thrown: unknown, depth: number): string | null {
  if (!(thrown instanceof Error) || depth > 4) return null;
  if ('code' in thrown && typeof thrown.code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(thrown.code)) {
    return thrown.code;
  }
  const inner = thrown instanceof AggregateError ? thrown.errors[0] : thrown.cause;
  return codeOf(inner, depth + 1);
}
