import type { Block } from '../core/reading.js';
import { type FailureKind, failed, type Outcome, objectOf, type RpcAnswer } from './json-rpc.js';
import type { Requests } from './requests.js';

/** A block as one endpoint words it, unchecked but for its shape. */
export interface WholeBlock {
  readonly endpoint: string;
  readonly header: Readonly<Record<string, unknown>>;
  /** In the order of its transactions; null where this endpoint serves none. */
  readonly receipts: readonly Readonly<Record<string, unknown>>[] | null;
}

/** Many nodes do not serve receipts: that is none of their faults. */
const notServed: ReadonlySet<FailureKind> = new Set(['unsupported', 'unknown-block', 'state-missing']);

/** Asks one endpoint for header and receipts of a block at once. */
export function wholeBlock(requests: Requests, endpoint: string, block: Block): Promise<Outcome<WholeBlock>> {
  const calls = [
    { method: 'eth_getBlockByHash', params: [block.hash, false] },
    { method: 'eth_getBlockReceipts', params: [block.hash] },
  ];
  const read = ([header, receipts]: readonly RpcAnswer[]): Outcome<WholeBlock> => {
    if (header?.ok !== true) return header ?? failed('malformed', 'no answer');
    if (receipts === undefined) return failed('malformed', 'no answer');
    if (!receipts.ok && !notServed.has(receipts.failure.kind)) return receipts;
    const fields = objectOf(header.value);
    if (fields === null) return failed('unsupported', 'no header');
    return {
      ok: true,
      value: { endpoint, header: fields, receipts: receipts.ok ? listOf(receipts.value) : null },
    };
  };
  return requests.askOne(endpoint, calls, read, 'confirm');
}

/** What is no receipt stays in its place as an empty one: it proves nothing, and is noticed by who reads it. */
function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] | null {
  return Array.isArray(value) ? value.map((one) => objectOf(one) ?? {}) : null;
}
