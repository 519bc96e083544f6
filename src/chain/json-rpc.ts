// The words of JSON-RPC as the rest of the room speaks them. Nothing here throws: a node's refusal is a value.

export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

export type FailureKind =
  /** The block range (or its answer) is more than this endpoint gives at once. */
  | 'range-too-wide'
  | 'rate-limited'
  /** The node does not have this block (yet, or no longer). */
  | 'unknown-block'
  /** The node has the block but no longer its state. */
  | 'state-missing'
  | 'unauthorized'
  | 'reverted'
  | 'bad-params'
  | 'unsupported'
  | 'wrong-chain'
  | 'transport'
  | 'timeout'
  /** An answer of the wrong shape. */
  | 'malformed'
  /** A well-formed answer that cannot be true. */
  | 'contradiction'
  | 'aborted'
  | 'other';

export interface RpcFailure {
  readonly kind: FailureKind;
  /** The node's words, without URLs or keys. */
  readonly message: string;
  readonly retryAfterMs?: number | null;
  /** `range-too-wide`: the number of blocks that the node proposes. */
  readonly suggested?: number | null;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: RpcFailure };

export type RpcAnswer = Outcome<unknown>;

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function failed(
  kind: FailureKind,
  message: string,
): { readonly ok: false; readonly failure: RpcFailure } {
  return { ok: false, failure: { kind, message } };
}

/** All results, or the first failure among them. */
export function allOf(answers: readonly RpcAnswer[]): Outcome<readonly unknown[]> {
  const values: unknown[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    values.push(answer.value);
  }
  return done(values);
}

/** The fields of a JSON object; null for anything else. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/** The body of a request: one object, or an array for a batch. `firstId` numbers the calls in order. */
export function encodeCalls(calls: readonly RpcCall[], firstId: number): string {
  const bodies = calls.map(({ method, params }, i) => ({ jsonrpc: '2.0', id: firstId + i, method, params }));
  return JSON.stringify(bodies.length === 1 ? bodies[0] : bodies);
}
