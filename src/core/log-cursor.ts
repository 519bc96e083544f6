// Reads packed logs where they lie: see `log-layout.ts` for the bytes.

import { type Hex, toHex } from './hex.js';
import {
  emitterBytes,
  emitterHashAt,
  noTopicFlag,
  type PackedLogs,
  sameTransactionFlag,
} from './log-layout.js';
import type { RawLog } from './reading.js';
import { fitsSigned, fitsUnsigned, signedWord, unsignedWord } from './words.js';

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

  /** `emitterHash` of emitter `i`, to look it up without making text of it. */
  emitterHashAt(i: number): number {
    return emitterHashAt(this.view, 2 + i * emitterBytes);
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

  /** Where the log's transaction hash stands: cheap to keep for each log, see `transactionHashAt`. */
  get transactionMark(): number {
    return this.transactionAt;
  }

  /** The hash behind a mark of this block, whichever log the cursor is on now. */
  transactionHashAt(mark: number): Hex {
    return toHex(this.bytes, mark, mark + 32);
  }

  transactionHash(): Hex {
    return this.transactionHashAt(this.transactionAt);
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
    if (at >= 0 && !fitsUnsigned(this.view, at, 160)) this.malformed = true;
  }

  private smallAt(at: number, bits: number): number {
    if (at < 0) return 0;
    if (fitsSigned(this.view, at, bits)) return this.view.getInt32(at + 28);
    this.malformed = true;
    return 0;
  }

  private unsignedAt(at: number, bits: number): bigint {
    if (at < 0) return 0n;
    if (fitsUnsigned(this.view, at, bits)) return unsignedWord(this.view, at);
    this.malformed = true;
    return 0n;
  }

  private signedAt(at: number, bits: number): bigint {
    if (at < 0) return 0n;
    if (fitsSigned(this.view, at, bits)) return signedWord(this.view, at);
    this.malformed = true;
    return 0n;
  }
}
