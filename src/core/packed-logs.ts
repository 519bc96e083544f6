// The logs of one block as bytes. A log is turned from a node's hexadecimal into bytes once, at the edge;
// the same bytes are what the engine decodes, what the journal stores and what a replay reads back.
//
// Layout, big endian:
//   u16 emitters, then for each: 20 bytes address, 32 bytes topic0 (zeros where a log has no topic)
//   u32 logs, then for each:
//     u16 emitter, u8 flags (bit 0: same transaction as the log before; bits 1-3: topics after topic0;
//     bit 4: no topic at all), u32 log index, [32 bytes transaction hash], u32 data length,
//     32 bytes for each topic after topic0, the data

import { toHex, writeHex } from './hex.js';
import type { Hex, RawLog } from './types.js';

export type PackedLogs = Uint8Array;

const emitterBytes = 52;
const noTopicFlag = 16;

export const noLogs: PackedLogs = new Uint8Array(6);

/**
 * Packs logs in the order given. Logs that cannot be packed (hexadecimal that is none, more than four topics,
 * an index outside 0..2^32-1) are handed to `reject` and left out: a bad log never stops its block.
 */
export function packLogs(logs: readonly RawLog[], reject: (log: RawLog, why: string) => void): PackedLogs {
  const emitters = new Map<string, number>();
  let size = 6;
  for (const log of logs) size += 11 + 32 * 4 + (log.data.length >> 1) + emitterBytes;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  // Emitters come first but are known last: logs are written behind room for the worst case, then moved.
  const logsStart = 2 + logs.length * emitterBytes + 4;
  let at = logsStart;
  let count = 0;
  let lastTransaction = '';

  for (const log of logs) {
    const topic0 = log.topics[0];
    const key = topic0 === undefined ? log.address : log.address + topic0;
    let emitter = emitters.get(key);
    if (emitter === undefined) {
      emitter = emitters.size;
      const base = 2 + emitter * emitterBytes;
      if (writeHex(log.address, bytes, base) !== 20) {
        reject(log, 'address is not 20 bytes of hexadecimal');
        continue;
      }
      if (topic0 === undefined) bytes.fill(0, base + 20, base + emitterBytes);
      else if (writeHex(topic0, bytes, base + 20) !== 32) {
        reject(log, 'topic 0 is not 32 bytes of hexadecimal');
        continue;
      }
      emitters.set(key, emitter);
    }
    const why = writeLog(log, emitter, log.transactionHash === lastTransaction);
    if (why !== null) {
      reject(log, why);
      continue;
    }
    lastTransaction = log.transactionHash;
    count++;
  }

  view.setUint16(0, emitters.size);
  const head = 2 + emitters.size * emitterBytes;
  bytes.copyWithin(head + 4, logsStart, at);
  view.setUint32(head, count);
  return bytes.slice(0, head + 4 + (at - logsStart));

  function writeLog(log: RawLog, emitter: number, sameTransaction: boolean): string | null {
    const more = Math.max(0, log.topics.length - 1);
    if (more > 3) return 'more than four topics';
    if (!(log.logIndex >= 0 && log.logIndex <= 0xffff_ffff)) return 'log index out of range';
    let to = at;
    view.setUint16(to, emitter);
    bytes[to + 2] = (sameTransaction ? 1 : 0) | (more << 1) | (log.topics.length === 0 ? noTopicFlag : 0);
    view.setUint32(to + 3, log.logIndex);
    to += 7;
    if (!sameTransaction) {
      if (writeHex(log.transactionHash, bytes, to) !== 32) return 'transaction hash is not 32 bytes';
      to += 32;
    }
    const lengthAt = to;
    to += 4;
    for (let i = 1; i <= more; i++) {
      if (writeHex(log.topics[i] ?? '', bytes, to) !== 32) return `topic ${i} is not 32 bytes of hexadecimal`;
      to += 32;
    }
    const length = writeHex(log.data, bytes, to);
    if (length < 0) return 'data is not hexadecimal';
    view.setUint32(lengthAt, length);
    at = to + length;
    return null;
  }
}

/** One emitter of a packed block: a contract and one of its events. */
export interface Emitter {
  readonly address: Hex;
  /** 32 zero bytes for logs without a topic. */
  readonly topic0: Hex;
}

/**
 * A cursor over packed logs, moved by `next()`. Words of a log are read where they lie, without an object per log.
 *
 * Reading a word that the log does not have, or one whose unused bits are not clean, sets `malformed`
 * and returns zero: a decoder reads straight through, and its caller looks at `malformed` once.
 */
export class LogCursor {
  readonly emitters: readonly Emitter[];
  readonly count: number;
  /** Index into `emitters`. */
  emitter = 0;
  logIndex = 0;
  /** Number of topics after topic0. */
  topicCount = 0;
  hasTopic0 = true;
  dataLength = 0;
  malformed = false;

  private readonly view: DataView;
  private transactionAt = -1;
  private topicsAt = 0;
  private dataAt = 0;
  private nextAt: number;
  private done = 0;

  constructor(private readonly bytes: PackedLogs) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const emitterCount = this.view.getUint16(0);
    const emitters: Emitter[] = [];
    for (let i = 0, at = 2; i < emitterCount; i++, at += emitterBytes) {
      emitters.push({ address: toHex(bytes, at, at + 20), topic0: toHex(bytes, at + 20, at + emitterBytes) });
    }
    this.emitters = emitters;
    const head = 2 + emitterCount * emitterBytes;
    this.count = this.view.getUint32(head);
    this.nextAt = head + 4;
  }

  /** Moves to the next log; false after the last. */
  next(): boolean {
    if (this.done === this.count) return false;
    this.done++;
    let at = this.nextAt;
    this.emitter = this.view.getUint16(at);
    const flags = this.bytes[at + 2] ?? 0;
    this.topicCount = (flags >> 1) & 7;
    this.hasTopic0 = (flags & noTopicFlag) === 0;
    this.logIndex = this.view.getUint32(at + 3);
    at += 7;
    if ((flags & 1) === 0) {
      this.transactionAt = at;
      at += 32;
    }
    this.dataLength = this.view.getUint32(at);
    this.topicsAt = at + 4;
    this.dataAt = this.topicsAt + this.topicCount * 32;
    this.nextAt = this.dataAt + this.dataLength;
    this.malformed = false;
    return true;
  }

  /** Demands exactly this many topics after topic0 and this many data words (or at least, with `orMore`). */
  shape(topics: number, words: number, orMore = false): boolean {
    const fits = orMore ? this.dataLength >= words * 32 : this.dataLength === words * 32;
    if (!fits || this.topicCount !== topics || !this.hasTopic0) this.malformed = true;
    return !this.malformed;
  }

  /** Data word `i` as an unsigned integer of at most `bits` bits. */
  uint(i: number, bits = 256): bigint {
    return this.unsignedAt(this.wordAt(i), bits);
  }

  /** Data word `i` as a two's complement integer of at most `bits` bits. */
  int(i: number, bits = 256): bigint {
    return this.signedAt(this.wordAt(i), bits);
  }

  /** Data word `i` as a plain number; more than 32 bits (or a negative below -2^31) is malformed. */
  small(i: number): number {
    const at = this.wordAt(i);
    return at < 0 ? 0 : this.smallAt(at);
  }

  /** Topic `i` after topic0, counted from 0, as a plain number; more than 32 bits is malformed. */
  smallTopic(i: number): number {
    const at = this.topicAt(i);
    return at < 0 ? 0 : this.smallAt(at);
  }

  uintTopic(i: number, bits = 256): bigint {
    return this.unsignedAt(this.topicAt(i), bits);
  }

  intTopic(i: number, bits = 256): bigint {
    return this.signedAt(this.topicAt(i), bits);
  }

  /** True where topic `i` after topic0 is the zero address; dirty upper bytes are malformed. */
  isZeroAddressTopic(i: number): boolean {
    return this.uintTopic(i, 160) === 0n;
  }

  transactionHash(): Hex {
    return toHex(this.bytes, this.transactionAt, this.transactionAt + 32);
  }

  topic(i: number): Hex {
    const at = this.topicsAt + i * 32;
    return toHex(this.bytes, at, at + 32);
  }

  data(): Hex {
    return toHex(this.bytes, this.dataAt, this.dataAt + this.dataLength);
  }

  /** The log in a node's words again. */
  raw(): RawLog {
    const emitter = this.emitters[this.emitter];
    const topics: Hex[] = this.hasTopic0 && emitter ? [emitter.topic0] : [];
    for (let i = 0; i < this.topicCount; i++) topics.push(this.topic(i));
    return {
      address: emitter?.address ?? '0x',
      topics,
      data: this.data(),
      transactionHash: this.transactionHash(),
      logIndex: this.logIndex,
    };
  }

  private wordAt(i: number): number {
    if ((i + 1) * 32 <= this.dataLength) return this.dataAt + i * 32;
    this.malformed = true;
    return -1;
  }

  private topicAt(i: number): number {
    if (i < this.topicCount) return this.topicsAt + i * 32;
    this.malformed = true;
    return -1;
  }

  private smallAt(at: number): number {
    const value = this.view.getInt32(at + 28);
    const fill = value < 0 ? 0xffff_ffff : 0;
    for (let i = 0; i < 28; i += 4) if (this.view.getUint32(at + i) !== fill) this.malformed = true;
    return value;
  }

  private unsignedAt(at: number, bits: number): bigint {
    if (at < 0) return 0n;
    const { view } = this;
    const b = view.getBigUint64(at + 16);
    const low = view.getBigUint64(at + 24);
    // Most amounts need one or two of the four 64-bit limbs: the upper half is tested without making bigints.
    if (isZero(view, at)) {
      const value = b === 0n ? low : (b << 64n) | low;
      if (bits < 128 && value >> BigInt(bits) !== 0n) this.malformed = true;
      return value;
    }
    const value = (view.getBigUint64(at) << 192n) | (view.getBigUint64(at + 8) << 128n) | (b << 64n) | low;
    if (bits < 256 && value >> BigInt(bits) !== 0n) this.malformed = true;
    return value;
  }

  private signedAt(at: number, bits: number): bigint {
    if (at < 0) return 0n;
    const { view } = this;
    let value: bigint;
    if (view.getInt32(at) >= 0) value = this.unsignedAt(at, 256);
    else if (isOnes(view, at)) value = (view.getBigInt64(at + 16) << 64n) | view.getBigUint64(at + 24);
    else value = this.unsignedAt(at, 256) - (1n << 256n);
    if (bits < 256 && BigInt.asIntN(bits, value) !== value) this.malformed = true;
    return value;
  }
}

/** Upper 128 bits all zero. */
function isZero(view: DataView, at: number): boolean {
  return (
    (view.getUint32(at) | view.getUint32(at + 4) | view.getUint32(at + 8) | view.getUint32(at + 12)) === 0
  );
}

/** Upper 128 bits all one, and the next bit too, so that the lower half alone carries the sign. */
function isOnes(view: DataView, at: number): boolean {
  return (
    (view.getInt32(at) & view.getInt32(at + 4) & view.getInt32(at + 8) & view.getInt32(at + 12)) === -1 &&
    view.getInt32(at + 16) < 0
  );
}
