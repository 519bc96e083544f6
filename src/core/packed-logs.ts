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

/** Bytes of one emitter: address and topic0. */
export const emitterBytes = 52;
const maxEmitters = 0xffff;
const sameTransactionFlag = 1;
const noTopicFlag = 16;

export const noLogs: PackedLogs = new Uint8Array(6);

/**
 * Packs logs in the order given. Logs that cannot be packed (hexadecimal that is none, more than four topics,
 * an index outside 0..2^32-1) are handed to `reject` and left out: a bad log never stops its block.
 */
export function packLogs(logs: readonly RawLog[], reject: (log: RawLog, why: string) => void): PackedLogs {
  const emitters = new Map<string, number>();
  let size = 6;
  for (const log of logs) size += 7 + 32 + 4 + 32 * 3 + (log.data.length >> 1) + emitterBytes;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  // Emitters come first but are known last: logs are written behind room for the worst case, then moved.
  const logsStart = 2 + logs.length * emitterBytes + 4;
  let at = logsStart;
  let count = 0;
  let lastTransaction = '';

  for (const log of logs) {
    const why = write(log);
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

  function write(log: RawLog): string | null {
    const { topics } = log;
    const more = Math.max(0, topics.length - 1);
    if (more > 3) return 'more than four topics';
    if (log.logIndex >>> 0 !== log.logIndex) return 'log index out of range';
    const key = log.address + (topics[0] ?? '');
    let emitter = emitters.get(key);
    if (emitter === undefined) {
      emitter = emitters.size;
      if (emitter === maxEmitters) return 'more distinct emitters than a block can hold';
      const base = 2 + emitter * emitterBytes;
      if (writeHex(log.address, bytes, base) !== 20) return 'address is not 20 bytes of hexadecimal';
      if (topics[0] === undefined) bytes.fill(0, base + 20, base + emitterBytes);
      else if (writeHex(topics[0], bytes, base + 20) !== 32) return 'topic 0 is not 32 bytes of hexadecimal';
    }
    const same = log.transactionHash === lastTransaction;
    let to = at;
    view.setUint16(to, emitter);
    bytes[to + 2] = (same ? sameTransactionFlag : 0) | (more << 1) | (topics.length === 0 ? noTopicFlag : 0);
    view.setUint32(to + 3, log.logIndex);
    to += 7;
    if (!same) {
      if (writeHex(log.transactionHash, bytes, to) !== 32) return 'transaction hash is not 32 bytes';
      to += 32;
    }
    const lengthAt = to;
    to += 4;
    for (let i = 1; i <= more; i++, to += 32) {
      if (writeHex(topics[i] ?? '', bytes, to) !== 32) return `topic ${i} is not 32 bytes of hexadecimal`;
    }
    const length = writeHex(log.data, bytes, to);
    if (length < 0) return 'data is not hexadecimal';
    view.setUint32(lengthAt, length);
    at = to + length;
    emitters.set(key, emitter);
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
  readonly emitterCount: number;
  readonly count: number;
  /** Index of the log's emitter: see `emitterAt`. */
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
    this.emitterCount = this.view.getUint16(0);
    const head = 2 + this.emitterCount * emitterBytes;
    this.count = this.view.getUint32(head);
    this.nextAt = head + 4;
  }

  /** All emitters of the block. */
  get emitters(): readonly Emitter[] {
    return Array.from({ length: this.emitterCount }, (_, i) => this.emitterAt(i));
  }

  /** Emitter `i` of the block, 0 <= i < emitterCount. */
  emitterAt(i: number): Emitter {
    const at = 2 + i * emitterBytes;
    const { bytes } = this;
    return { address: toHex(bytes, at, at + 20), topic0: toHex(bytes, at + 20, at + emitterBytes) };
  }

  /** A few bits of emitter `i`, to look it up without making text of it: see `emitterHash`. */
  emitterHashAt(i: number): number {
    const at = 2 + i * emitterBytes;
    return (this.view.getInt32(at + 16) ^ this.view.getInt32(at + 20)) | 0;
  }

  /** Whether emitter `i` is exactly these 52 bytes. */
  isEmitter(i: number, emitter: Uint8Array): boolean {
    const at = 2 + i * emitterBytes;
    for (let k = 0; k < emitterBytes; k++) if (this.bytes[at + k] !== emitter[k]) return false;
    return true;
  }

  /** Moves to the next log; false after the last. */
  next(): boolean {
    if (this.done === this.count) return false;
    this.done++;
    let at = this.nextAt;
    this.emitter = this.view.getUint16(at);
    const flags = this.view.getUint8(at + 2);
    this.topicCount = (flags >> 1) & 7;
    this.hasTopic0 = (flags & noTopicFlag) === 0;
    this.logIndex = this.view.getUint32(at + 3);
    at += 7;
    if ((flags & sameTransactionFlag) === 0) {
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

  /** Data word `i` as a plain number: a two's complement integer of at most `bits` bits, 32 or fewer. */
  small(i: number, bits = 32): number {
    return this.smallAt(this.wordAt(i), bits);
  }

  /** Demands that data word `i` is an address: the upper twelve bytes are zero. */
  address(i: number): void {
    this.addressAt(this.wordAt(i));
  }

  /** Topic `i` after topic0, counted from 0, as a plain number: see `small`. */
  smallTopic(i: number, bits = 32): number {
    return this.smallAt(this.topicAt(i), bits);
  }

  uintTopic(i: number, bits = 256): bigint {
    return this.unsignedAt(this.topicAt(i), bits);
  }

  intTopic(i: number, bits = 256): bigint {
    return this.signedAt(this.topicAt(i), bits);
  }

  /** Demands that topic `i` after topic0 is an address. */
  addressTopic(i: number): void {
    this.addressAt(this.topicAt(i));
  }

  /** Whether topic `i` after topic0 is there and is these 32 bytes. Never sets `malformed`. */
  isTopic(i: number, word: Uint8Array): boolean {
    if (i >= this.topicCount) return false;
    const at = this.topicsAt + i * 32;
    // From the end: two addresses differ in their last byte nearly always.
    for (let k = 31; k >= 0; k--) if (this.bytes[at + k] !== word[k]) return false;
    return true;
  }

  transactionHash(): Hex {
    return toHex(this.bytes, this.transactionAt, this.transactionAt + 32);
  }

  topic(i: number): Hex {
    const at = this.topicsAt + i * 32;
    return toHex(this.bytes, at, at + 32);
  }

  /** The data, or its first `mostBytes`. */
  data(mostBytes = this.dataLength): Hex {
    return toHex(this.bytes, this.dataAt, this.dataAt + Math.min(mostBytes, this.dataLength));
  }

  /** The log in a node's words again; with `mostBytes` its data is cut. */
  raw(mostBytes?: number): RawLog {
    const { address, topic0 } = this.emitterAt(this.emitter);
    const topics: Hex[] = this.hasTopic0 ? [topic0] : [];
    for (let i = 0; i < this.topicCount; i++) topics.push(this.topic(i));
    const { logIndex } = this;
    return { address, topics, data: this.data(mostBytes), transactionHash: this.transactionHash(), logIndex };
  }

  private wordAt(i: number): number {
    if (i >= 0 && (i + 1) * 32 <= this.dataLength) return this.dataAt + i * 32;
    this.malformed = true;
    return -1;
  }

  private topicAt(i: number): number {
    if (i >= 0 && i < this.topicCount) return this.topicsAt + i * 32;
    this.malformed = true;
    return -1;
  }

  private addressAt(at: number): void {
    if (at < 0) return;
    const { view } = this;
    if ((view.getInt32(at) | view.getInt32(at + 4) | view.getInt32(at + 8)) !== 0) this.malformed = true;
  }

  private smallAt(at: number, bits: number): number {
    if (at < 0) return 0;
    const { view } = this;
    const value = view.getInt32(at + 28);
    const fill = value >> 31;
    let differs = (value << (32 - bits)) >> (32 - bits) === value ? 0 : 1;
    for (let i = 0; i < 28; i += 4) differs |= view.getInt32(at + i) ^ fill;
    if (differs === 0) return value;
    this.malformed = true;
    return 0;
  }

  private unsignedAt(at: number, bits: number): bigint {
    if (at < 0) return 0n;
    if (bits < 256 && !this.isFilled(at, bits, 0)) {
      this.malformed = true;
      return 0n;
    }
    return magnitude(this.view, at);
  }

  private signedAt(at: number, bits: number): bigint {
    if (at < 0) return 0n;
    const { view } = this;
    const fill = view.getInt32(at) >> 31;
    // One bit fewer is magnitude: the sign itself must agree with everything above it.
    if (bits < 256 && !this.isFilled(at, bits - 1, fill)) {
      this.malformed = true;
      return 0n;
    }
    if (fill === 0) return magnitude(view, at);
    if (areAll(view, at, 6, -1) && view.getInt32(at + 24) < 0) return view.getBigInt64(at + 24);
    if (areAll(view, at, 4, -1) && view.getInt32(at + 16) < 0) {
      return (view.getBigInt64(at + 16) << 64n) | view.getBigUint64(at + 24);
    }
    return magnitude(view, at) - two256;
  }

  /** Whether all bits of the word above the lowest `bits` equal those of `fill` (0 or -1). */
  private isFilled(at: number, bits: number, fill: number): boolean {
    const above = 256 - bits;
    const whole = above >>> 5;
    const rest = above & 31;
    if (!areAll(this.view, at, whole, fill)) return false;
    return rest === 0 || (this.view.getInt32(at + whole * 4) ^ fill) >>> (32 - rest) === 0;
  }
}

const two256 = 1n << 256n;

/** The word as an unsigned integer. Most amounts need one or two of the four limbs: no bigint is made of the rest. */
function magnitude(view: DataView, at: number): bigint {
  const low = view.getBigUint64(at + 24);
  if (areAll(view, at, 6, 0)) return low;
  const lower = (view.getBigUint64(at + 16) << 64n) | low;
  if (areAll(view, at, 4, 0)) return lower;
  const upper = areAll(view, at, 3, 0)
    ? BigInt(view.getUint32(at + 12))
    : (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8);
  return (upper << 128n) | lower;
}

/** Whether the first `count` 32-bit words are all `fill`. */
function areAll(view: DataView, at: number, count: number, fill: number): boolean {
  let differs = 0;
  for (let i = 0; i < count; i++) differs |= view.getInt32(at + i * 4) ^ fill;
  return differs === 0;
}
