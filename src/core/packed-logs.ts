// The door to packed logs: `packLogs` writes them, `LogCursor` reads them, `log-layout.ts` says what the bytes are.

import { putHex } from './hex.js';
import {
  emitterBytes,
  maxEmitters,
  noLogs,
  noTopicFlag,
  type PackedLogs,
  sameTransactionFlag,
} from './log-layout.js';
import type { RawLog } from './reading.js';

export { type Emitter, LogCursor } from './log-cursor.js';
export { noLogs, type PackedLogs } from './log-layout.js';

/** Room to write in, kept between calls; blocks that need more get room of their own. */
const kept = new Uint8Array(1 << 18);
const keptView = new DataView(kept.buffer);

/**
 * Packs logs in the order given. Logs that cannot be packed (hexadecimal that is none, more than four topics,
 * an index outside 0..2^32-1, fields that are missing or of another type) are handed to `reject` and left out:
 * a bad log never stops its block.
 */
export function packLogs(logs: readonly RawLog[], reject: (log: RawLog, why: string) => void): PackedLogs {
  if (logs.length === 0) return noLogs;
  // Emitters come first but are known last: logs are written behind room for the worst case, then moved.
  const logsStart = 2 + logs.length * emitterBytes + 4;
  let size = logsStart;
  for (const { data } of logs)
    size += 7 + 32 + 4 + 32 * 3 + (typeof data === 'string' ? data.length >> 1 : 0);
  const bytes = size <= kept.length ? kept : new Uint8Array(size);
  const view = bytes === kept ? keptView : new DataView(bytes.buffer);
  const emitters = new Map<string, Map<string, number>>();
  const rejected: [log: RawLog, why: string][] = [];
  let emitterCount = 0;
  let count = 0;
  let at = logsStart;
  let last: RawLog | null = null;
  let lastEmitter = -1;

  for (const log of logs) {
    const why = write(log);
    if (why !== null) rejected.push([log, why]);
  }

  const head = 2 + emitterCount * emitterBytes;
  bytes.copyWithin(head + 4, logsStart, at);
  view.setUint16(0, emitterCount);
  view.setUint32(head, count);
  const packed = bytes.slice(0, head + 4 + (at - logsStart));
  // Last of all, because a callback may pack logs of its own.
  for (const [log, why] of rejected) reject(log, why);
  return packed;

  /** Appends a log, or says why it cannot be packed and leaves everything as it was. */
  function write(log: RawLog): string | null {
    const { address, topics, transactionHash, logIndex } = log;
    if (typeof address !== 'string' || typeof transactionHash !== 'string')
      return 'address or hash is no text';
    if (!Array.isArray(topics)) return 'topics are not a list';
    const topic0: string = topics[0] ?? '';
    const more = Math.max(0, topics.length - 1);
    if (more > 3) return 'more than four topics';
    if (topic0 === '' && topics.length > 0) return 'topic 0 is not 32 bytes of hexadecimal';
    if (logIndex >>> 0 !== logIndex) return 'log index out of range';

    let emitter = lastEmitter;
    if (last === null || last.address !== address || (last.topics[0] ?? '') !== topic0) {
      emitter = emitters.get(address)?.get(topic0) ?? emitterCount;
    }
    if (emitter === emitterCount) {
      if (emitter === maxEmitters) return 'more distinct emitters than fit a block';
      const base = 2 + emitter * emitterBytes;
      if (!put(address, 20, view, base)) return 'address is not 20 bytes of hexadecimal';
      if (topics.length === 0) bytes.fill(0, base + 20, base + emitterBytes);
      else if (!put(topic0, 32, view, base + 20)) return 'topic 0 is not 32 bytes of hexadecimal';
    }

    const same = last !== null && last.transactionHash === transactionHash;
    let to = at;
    view.setUint16(to, emitter);
    bytes[to + 2] = (same ? sameTransactionFlag : 0) | (more << 1) | (topics.length === 0 ? noTopicFlag : 0);
    view.setUint32(to + 3, logIndex);
    to += 7;
    if (!same) {
      if (!put(transactionHash, 32, view, to)) return 'transaction hash is not 32 bytes of hexadecimal';
      to += 32;
    }
    const lengthAt = to;
    to += 4;
    for (let i = 1; i <= more; i++, to += 32) {
      if (!put(topics[i] ?? '', 32, view, to)) return `topic ${i} is not 32 bytes of hexadecimal`;
    }
    const length = putHex(log.data, view, to);
    if (length < 0) return 'data is not hexadecimal';
    view.setUint32(lengthAt, length);

    if (emitter === emitterCount) {
      const topicsOfAddress = emitters.get(address) ?? new Map<string, number>();
      emitters.set(address, topicsOfAddress.set(topic0, emitter));
      emitterCount++;
    }
    at = to + length;
    count++;
    last = log;
    lastEmitter = emitter;
    return null;
  }
}

/** Writes exactly `bytes` bytes; text of another length is refused before it can overwrite its neighbours. */
function put(hex: string, bytes: number, view: DataView, at: number): boolean {
  return hex.length === 2 + 2 * bytes && putHex(hex, view, at) === bytes;
}
