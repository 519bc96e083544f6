import { PegwatchError } from '../core/errors.js';
import { post } from './post.js';

/** Far above an honest answer (a full `eth_getLogs` range is a few megabytes), far below what memory bears. */
const maxAnswerBytes = 64 * 1024 * 1024;

/**
 * JSON-RPC over HTTP, as the chain room wants it. Rejects where no whole answer came; `retryAfter` is the header as
 * it came.
 */
export async function postJson(
  url: string,
  body: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string; readonly retryAfter: string | null }> {
  const headers = { 'content-type': 'application/json' };
  const {
    status,
    headers: answered,
    text,
    complete,
  } = await post(url, {
    headers,
    body,
    signal,
    maxBytes: maxAnswerBytes,
  });
  if (!complete)
    throw new PegwatchError('post-failed', 'the answer broke off or was too long', { retry: true });
  return { status, text, retryAfter: answered['retry-after'] ?? null };
}
