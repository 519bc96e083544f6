// The logs of a block with certainty: its header's fields make the hash that we hold, its receipts make the root in
// that header, and the logs stand in the receipts. Whoever serves them cannot lie.

import type { Hex } from '../core/hex.js';
import type { Block, RawLog } from '../core/reading.js';
import { failed, type Outcome } from './json-rpc.js';
import { lower } from './read-header.js';
import { headerHash, receiptsRoot } from './receipts-root.js';
import type { Requests } from './requests.js';
import { type WholeBlock, wholeBlock } from './whole-block.js';

export interface ProvenLogs {
  readonly endpoint: string;
  /** All logs of the block, those of others too, by log index. */
  readonly logs: readonly RawLog[];
}

/**
 * Asks one endpoint. A refusal of receipts is none of its faults (many nodes do not serve them); on chains whose headers
 * or receipts are encoded in their own way nothing is proven.
 */
export async function proveLogs(
  requests: Requests,
  endpoint: string,
  block: Block,
): Promise<Outcome<ProvenLogs>> {
  const whole = await wholeBlock(requests, endpoint, block);
  return whole.ok ? logsIn(whole.value, block) : whole;
}

/** The logs that this answer proves. */
export function logsIn({ endpoint, header, receipts }: WholeBlock, block: Block): Outcome<ProvenLogs> {
  if (receipts === null) return failed('unsupported', 'no receipts');
  if (headerHash(header) !== block.hash) return failed('unsupported', 'its header is hashed in another way');
  if (receiptsRoot(receipts) !== header.receiptsRoot)
    return failed('unsupported', 'its receipts do not make the root in its header');
  return { ok: true, value: { endpoint, logs: logsOf(receipts) } };
}

/** The root covers address, topics and data; index and transaction follow from the order. */
function logsOf(receipts: readonly Readonly<Record<string, unknown>>[]): readonly RawLog[] {
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
