import { PegwatchError } from '../core/errors.js';
import type { Clock } from '../core/ports.js';
import { failAll, readAnswers } from './answers.js';
import { classifyStatus } from './classify-failure.js';
import { encodeCalls, failed, type RpcAnswer, type RpcCall } from './json-rpc.js';
import type { HttpAnswer, Post } from './ports.js';

/** Sends calls as one HTTP request. Never rejects; the URL never gets into a message. */
export async function httpSend(
  url: string,
  calls: readonly RpcCall[],
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  deps: {
    readonly clock: Clock;
    readonly post: Post;
    readonly onMalformed: (why: string, raw: unknown) => void;
  },
): Promise<readonly RpcAnswer[]> {
  const stop = new AbortController();
  let late = false;
  const abort = (): void => stop.abort();
  const cancel = deps.clock.after(options.timeoutMs, () => {
    late = true;
    stop.abort();
  });
  options.signal.addEventListener('abort', abort, { once: true });
  if (options.signal.aborted) stop.abort();
  let answer: HttpAnswer;
  try {
    answer = await deps.post(url, encodeCalls(calls, 1), stop.signal);
  } catch (thrown) {
    const why = late
      ? failed('timeout', 'no answer in time')
      : failed('transport', `no HTTP answer${causeOf(thrown)}`);
    return failAll(calls.length, options.signal.aborted ? failed('aborted', 'stopping') : why);
  } finally {
    cancel();
    options.signal.removeEventListener('abort', abort);
  }
  const refused = classifyStatus(answer.status, retryAfterMs(answer.retryAfter, deps.clock.now()));
  if (refused) return failAll(calls.length, { ok: false, failure: refused });
  return readBody(url, calls, answer, deps.onMalformed);
}

/** The code alone, such as ECONNREFUSED: the words of an error may hold the URL. */
function causeOf(thrown: unknown): string {
  const code = thrown instanceof PegwatchError ? thrown.options.fields?.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : '';
}

function readBody(
  url: string,
  calls: readonly RpcCall[],
  { status, text }: HttpAnswer,
  onMalformed: (why: string, raw: unknown) => void,
): readonly RpcAnswer[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    onMalformed('a body that is no JSON', text);
    return failAll(
      calls.length,
      failed(status === 200 ? 'malformed' : 'transport', `HTTP status ${status}, no JSON`),
    );
  }
  const answers = new Array<RpcAnswer | undefined>(calls.length);
  let rest = failed('malformed', 'a call was not answered');
  readAnswers(
    body,
    [url],
    (id, answer) => {
      if (!(id >= 1 && id <= calls.length)) return false;
      answers[id - 1] = answer;
      return true;
    },
    (member, answer) => {
      // A refusal of the whole batch has no id.
      if (answer && !answer.ok) rest = answer;
      else onMalformed('a member that answers nothing we asked', member);
    },
  );
  return Array.from(answers, (answer) => answer ?? rest);
}

/** `retry-after` in seconds or as a date (RFC 9110, 10.2.3); null where it is neither. */
function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 300_000) : null;
}
