import type { Input } from '../../src/core/io.js';
import { packLogs } from '../../src/core/packed-logs.js';
import { syncLog, transaction } from './events.js';
import { poolAddress } from './make-spec.js';

/** A block of ethereum in which USDX costs this much of the other coin of its pool: `skew` 1 is at par. */
export function skewedBlock(number: number, timeMs: number, skew = 1, atMs = timeMs): Input {
  const million = 1_000_000_000_000;
  const [held, other] = [BigInt(Math.round(5 * million * skew)), BigInt(Math.round((5 * million) / skew))];
  const logs = packLogs([syncLog({ address: poolAddress, logIndex: 0 }, held, other)], () => {});
  const block = { number, hash: transaction(number), parentHash: transaction(number - 1), timeMs };
  return { kind: 'block', atMs, chain: 'ethereum', block, logs, calls: [] };
}
