// What a node means by an error. Providers agree on neither codes nor words, so this is a table of words seen in
// production (the `eth_getLogs` part after the error texts that ponder's getLogsRetryHelper collects). First match wins:
// ranges come before rates, because -32005 stands for both.

import { type FailureKind, objectOf, type RpcFailure } from './json-rpc.js';
import { scrub } from './scrub.js';

type Suggest = (match: RegExpMatchArray) => number | null;

interface Wording {
  readonly kind: FailureKind;
  readonly words: RegExp;
  readonly suggest?: Suggest;
}

/** The first captured number of blocks: `10,000`, `10k`, `1000`. */
const captured: Suggest = (match) => {
  const text = (match[1] ?? '').replace(/[,.](?=\d{3}\b)/g, '');
  const value = Number.parseInt(text, 10) * (/k$/i.test(text) ? 1_000 : 1);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
};

/** The width of a captured range `[from, to]`, hexadecimal or decimal. */
const capturedRange: Suggest = (match) => {
  const width = Number(match[2]) - Number(match[1]) + 1;
  return Number.isSafeInteger(width) && width > 0 ? width : null;
};

const range = (words: RegExp, suggest?: Suggest): Wording =>
  suggest ? { kind: 'range-too-wide', words, suggest } : { kind: 'range-too-wide', words };
const number = String.raw`(\d[\d,.]*k?)`;
const says = (pattern: string): RegExp => new RegExp(pattern, 'i');

const wordings: readonly Wording[] = [
  range(/this block range should work: ?\[(\w+), ?(\w+)\]/i, capturedRange),
  range(/try with this block range \[(\w+), ?(\w+)\]/i, capturedRange),
  range(says(String.raw`requested too many blocks from \d+ to \d+, maximum is set to ${number}`), captured),
  range(says(`max range: ${number}`), captured),
  range(says(`maximum allowed number of requested blocks is ${number}`), captured),
  range(says(String.raw`block range is too wide \(maximum ${number}\)`), captured),
  range(/block range is too wide/i, () => 3_000),
  range(says(String.raw`exceeds the range allowed for your plan \(\d+ > ${number}\)`), captured),
  range(says(`limited to an? ${number}`), captured),
  range(says(`limited to (?:0 - )?${number} blocks?`), captured),
  range(says(`limit the query to at most ${number} blocks`), captured),
  range(says(`maximum block range: ${number}`), captured),
  range(says(`range is too large, max is ${number} blocks`), captured),
  range(says(`block range greater than ${number} max`), captured),
  range(says(`up to an? ${number} block range`), captured),
  range(says(String.raw`maximum \[from, to\] blocks distance: ${number}`), captured),
  range(says(`exceed max(?:imum)? block range:? ${number}`), captured),
  range(says(`ranges over ${number} blocks are not supported`), captured),
  range(says(`range \\d+ exceeds limit of ${number}`), captured),
  range(/block range limit exceeded/i),
  range(/block range too (large|wide)/i),
  range(/query returned more than|logs matched by query exceeds|query exceeds max results/i),
  range(/result-set too large|log response size exceeded|response size|response too large|too many results/i),
  range(/query timeout exceeded/i),
  {
    kind: 'state-missing',
    words: /missing trie node|state .*(not available|unavailable|pruned)|historical state/i,
  },
  { kind: 'reverted', words: /revert|invalid opcode|out of gas|stack underflow|vm execution error/i },
  {
    kind: 'unknown-block',
    words:
      /unknown block|header (for hash )?not found|block (\S+ )?(was )?not found|resource not found|beyond (current )?head|unfinalized|no block with/i,
  },
  {
    kind: 'rate-limited',
    words: /rate.?limit|too many requests|compute units per second|capacity exceeded|limit exceeded|throttl/i,
  },
  { kind: 'unauthorized', words: /unauthori[sz]ed|forbidden|invalid api key|must be authenticated/i },
  { kind: 'transport', words: /no backend|bad gateway|service unavailable|upstream/i },
];

const codes: Readonly<Record<number, FailureKind>> = {
  3: 'reverted',
  [-32001]: 'unknown-block',
  [-32005]: 'rate-limited',
  [-32007]: 'rate-limited',
  [-32012]: 'range-too-wide',
  [-32601]: 'unsupported',
  [-32602]: 'bad-params',
};

/** Reads the `error` member of a JSON-RPC answer. `urls` are those whose secrets must not get into the message. */
export function classifyFailure(error: unknown, urls: readonly (string | null)[]): RpcFailure {
  const fields = objectOf(error);
  if (fields === null) return { kind: 'malformed', message: 'an error that is no object' };
  const text = typeof fields.message === 'string' ? fields.message.slice(0, 2_000) : '';
  // Some nodes say "execution failed" in the message and the reason in the data.
  const data =
    typeof fields.data === 'string' && !fields.data.startsWith('0x') ? ` ${fields.data.slice(0, 500)}` : '';
  const words = text + data;
  const message = scrub(words, urls);
  for (const wording of wordings) {
    const match = words.match(wording.words);
    if (match === null) continue;
    const suggested = wording.suggest?.(match) ?? null;
    return wording.kind === 'range-too-wide'
      ? { kind: wording.kind, message, suggested }
      : { kind: wording.kind, message };
  }
  const kind = typeof fields.code === 'number' ? codes[fields.code] : undefined;
  return { kind: kind ?? 'other', message };
}

/** Reads an HTTP status that is not 200; null where the body should be read as an answer. */
export function classifyStatus(status: number, retryAfterMs: number | null): RpcFailure | null {
  const message = `HTTP status ${status}`;
  if (status === 429) return { kind: 'rate-limited', message, retryAfterMs };
  if (status === 413) return { kind: 'range-too-wide', message, suggested: null };
  if (status === 401 || status === 403) return { kind: 'unauthorized', message };
  // 400 and 500 may carry a JSON-RPC error that says more.
  if (status === 200 || status === 400 || status === 500) return null;
  return { kind: 'transport', message, retryAfterMs };
}
