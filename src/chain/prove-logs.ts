// The logs of a block with certainty: its header's fields make the hash that we hold, its receipts make the root in
// that header, and the logs stand in the receipts. Whoever serves them cannot lie.

import type { Block, Hex, RawLog } from '../core/types.js';
import { failed, type Outcome, objectOf, type RpcAnswer } from './json-rpc.js';
import { lower } from './read-header.js';
import { headerHash, receiptsRoot } from './receipts-root.js';
import type { Requests } from './requests.js';

export interface ProvenLogs {
  readonly endpoint: string;
  /** All logs of the block, those of others too, by log index. */
  readonly logs: readonly RawLog[];
}

/**
 * Asks one endpoint. A refusal of receipts is none of its faults (many nodes do not serve them); on chains whose headers
 * or receipts are encoded in their own way nothing is proven.
 */
export function proveLogs(requests: Requests, endpoint: string, block: Block): Promise<Outcome<ProvenLogs>> {
  const calls = [
    { method: 'eth_getBlockByHash', params: [block.hash, false] },
    { method: 'eth_getBlockReceipts', params: [block.hash] },
  ];
  const read = ([header, receipts]: readonly RpcAnswer[]): Outcome<ProvenLogs> => {
    if (header?.ok !== true) return header ?? failed('malformed', 'no answer');
    if (receipts?.ok !== true) return receipts ?? failed('malformed', 'no answer');
    const fields = objectOf(header.value);
    if (fields === null || !Array.isArray(receipts.value)) return failed('unsupported', 'no receipts');
    if (headerHash(fields) !== block.hash)
      return failed('unsupported', 'its header is hashed in another way');
    const list = receipts.value as readonly Record<string, unknown>[];
    if (list.some((one) => objectOf(one) === null) || receiptsRoot(list) !== fields.receiptsRoot)
      return failed('unsupported', 'its receipts do not make the root in its header');
    return { ok: true, value: { endpoint, logs: logsOf(list) } };
  };
  return requests.askOne(endpoint, calls, read, 'confirm');
}

/** The root covers address, topics and data; index and transaction follow from the order. */
function logsOf(receipts: readonly Record<string, unknown>[]): readonly RawLog[] {
  const logs: RawLog[] = [];
  for (const { logs: own, transactionHash } of receipts) {
    for (const { address, topics, data } of own as readonly { address: Hex; topics: Hex[]; data: Hex }[]) {
      logs.push({
        address: lower(address),
        topics: topics.map(lower),
        data: lower(data),
        transactionHash: lower(String(transactionHash) as Hex),
        logIndex: logs.length,
      });
    }
  }
  return logs;
}
