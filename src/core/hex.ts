// Hexadecimal text to bytes and back. Every log passes through here once, so the way in is built for speed: the text
// is copied out of its string in one go, and a table turns two digits at a time into a byte.

/** `0x` and lower-case hexadecimal digits. */
export type Hex = `0x${string}`;

const digits = '0123456789abcdef';
const pairs: readonly string[] = Array.from({ length: 256 }, (_, i) => `${digits[i >> 4]}${digits[i & 15]}`);

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Characters of the text being read, as bytes and two by two; even, so that a pair never spans two pieces. */
const piece = 1 << 16;
const characters = new Uint8Array(piece);
const characterPairs = new Uint16Array(characters.buffer);
const byteOfPair = tableOfPairs();
const pairOfByte = Uint16Array.from(pairs, (text) => {
  encoder.encodeInto(text, characters);
  return characterPairs[0] ?? 0;
});

/** Bytes as `0x…` in lower case. The text is whole: one put together of pairs drags its pieces along. */
export function toHex(bytes: Uint8Array, from = 0, to = bytes.length): Hex {
  let text = '0x';
  for (let at = from; at < to; at += piece >> 1)
    text += pieceOfText(bytes, at, Math.min(to, at + (piece >> 1)));
  return text as Hex;
}

/**
 * Writes the bytes of `0x…` text into `target` at `offset` and returns how many were written,
 * or -1 where the text is no even-length hexadecimal or does not fit. What stands there after -1 is undefined.
 */
export function writeHex(hex: string, target: Uint8Array, offset: number): number {
  return putHex(hex, new DataView(target.buffer, target.byteOffset, target.byteLength), offset);
}

/** `writeHex` for callers that write often and have a view of their bytes already. */
export function putHex(hex: string, target: DataView, offset: number): number {
  // The type is a promise of whoever parsed a node's JSON; the node promised nothing.
  if (typeof hex !== 'string') return -1;
  const length = (hex.length - 2) >> 1;
  if (hex.length & 1 || length < 0 || offset + length > target.byteLength) return -1;
  if (hex.charCodeAt(0) !== 48 || (hex.charCodeAt(1) | 32) !== 120) return -1;
  if (hex.length <= piece) return writePiece(hex, 1, target, offset) ? length : -1;
  for (let at = 2, to = offset; at < hex.length; at += piece, to += piece >> 1) {
    if (!writePiece(hex.slice(at, at + piece), 0, target, to)) return -1;
  }
  return length;
}

/** The bytes of `0x…` text; null where it is none. */
export function fromHex(hex: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.max(0, (hex.length - 2) >> 1));
  return writeHex(hex, bytes, 0) === bytes.length ? bytes : null;
}

/** True for `0x` and exactly `bytes` bytes of hexadecimal. */
export function isHexOf(value: unknown, bytes: number): value is Hex {
  return typeof value === 'string' && value.length === 2 + bytes * 2 && /^0x[0-9a-fA-F]*$/.test(value);
}

/** True for `0x` and any whole number of bytes. */
export function isHexData(value: unknown): value is Hex {
  return typeof value === 'string' && value.length % 2 === 0 && /^0x[0-9a-fA-F]*$/.test(value);
}

function pieceOfText(bytes: Uint8Array, from: number, to: number): string {
  for (let i = from; i < to; i++) characterPairs[i - from] = pairOfByte[bytes[i] ?? 0] ?? 0;
  return decoder.decode(characters.subarray(0, 2 * (to - from)));
}

/** Writes the pairs of `text` behind its first `skip`; false where one is no hexadecimal. */
function writePiece(text: string, skip: number, target: DataView, offset: number): boolean {
  // Anything but ASCII takes more than one byte a character, or does not fit.
  if (encoder.encodeInto(text, characters).written !== text.length) return false;
  const end = text.length >> 1;
  let to = offset;
  let i = skip;
  let bad = 0;
  for (; i + 4 <= end; i += 4, to += 4) {
    const a = byteOfPair[characterPairs[i] ?? 0] ?? 0;
    const b = byteOfPair[characterPairs[i + 1] ?? 0] ?? 0;
    const c = byteOfPair[characterPairs[i + 2] ?? 0] ?? 0;
    const d = byteOfPair[characterPairs[i + 3] ?? 0] ?? 0;
    bad |= a | b | c | d;
    target.setInt32(to, (a << 24) | (b << 16) | (c << 8) | d);
  }
  for (; i < end; i++, to++) {
    const byte = byteOfPair[characterPairs[i] ?? 0] ?? 0;
    bad |= byte;
    target.setInt8(to, byte);
  }
  return bad >= 0;
}

/** From two characters, as this machine reads them from memory, to their byte; -1 where they are no hexadecimal. */
function tableOfPairs(): Int16Array {
  const table = new Int16Array(1 << 16).fill(-1);
  for (let byte = 0; byte < 256; byte++) {
    const [high = '', low = ''] = pairs[byte] ?? '';
    for (const text of [high + low, high.toUpperCase() + low, high + low.toUpperCase()]) put(text, byte);
    put((high + low).toUpperCase(), byte);
  }
  return table;

  function put(text: string, byte: number): void {
    encoder.encodeInto(text, characters);
    table[characterPairs[0] ?? 0] = byte;
  }
}
