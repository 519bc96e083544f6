import { classifyFailure } from './classify-failure.js';
import { done, type failed, objectOf, type RpcAnswer } from './json-rpc.js';

/**
 * Sorts the members of one answer (an object or a batch) by their id. Returns null where the whole is no JSON-RPC
 * answer; members without a known id are handed to `stray`.
 */
export function readAnswers(
  body: unknown,
  urls: readonly (string | null)[],
  take: (id: number, answer: RpcAnswer) => boolean,
  stray: (member: unknown, answer: RpcAnswer | null) => void,
): void {
  for (const member of Array.isArray(body) ? body : [body]) {
    const fields = objectOf(member);
    const answer = fields && readAnswer(fields, urls);
    if (answer && typeof fields?.id === 'number' && take(fields.id, answer)) continue;
    stray(member, answer);
  }
}

function readAnswer(
  fields: Readonly<Record<string, unknown>>,
  urls: readonly (string | null)[],
): RpcAnswer | null {
  if (fields.error !== undefined && fields.error !== null) {
    return { ok: false, failure: classifyFailure(fields.error, urls) };
  }
  return 'result' in fields ? done(fields.result) : null;
}

/** The same failure for every call of a request. */
export function failAll(count: number, answer: ReturnType<typeof failed>): readonly RpcAnswer[] {
  return Array.from({ length: count }, () => answer);
}
