// The 32-byte words of the EVM as integers, read where they lie. Most amounts need one or two of a word's four
// 64-bit limbs, so no bigint is made of the limbs that hold nothing.

const two256 = 1n << 256n;

/** The word at `at` as an unsigned integer. */
export function unsignedWord(view: DataView, at: number): bigint {
  const low = view.getBigUint64(at + 24);
  if (areAll(view, at, 6, 0)) return low;
  const lower = (view.getBigUint64(at + 16) << 64n) | low;
  if (areAll(view, at, 4, 0)) return lower;
  const upper = areAll(view, at, 3, 0)
    ? BigInt(view.getUint32(at + 12))
    : (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8);
  return (upper << 128n) | lower;
}

/** The word at `at` as a two's complement integer. */
export function signedWord(view: DataView, at: number): bigint {
  if (view.getInt32(at) >= 0) return unsignedWord(view, at);
  // A negative number of n bits is all ones above them, and its own highest bit is one.
  if (areAll(view, at, 6, -1) && view.getInt32(at + 24) < 0) return view.getBigInt64(at + 24);
  if (areAll(view, at, 4, -1) && view.getInt32(at + 16) < 0) {
    return (view.getBigInt64(at + 16) << 64n) | view.getBigUint64(at + 24);
  }
  return unsignedWord(view, at) - two256;
}

/** Whether the word fits `bits` bits as an unsigned integer. */
export function fitsUnsigned(view: DataView, at: number, bits: number): boolean {
  return bits >= 256 || isFilled(view, at, bits, 0);
}

/** Whether the word fits `bits` bits as a two's complement integer: all above the sign agrees with it. */
export function fitsSigned(view: DataView, at: number, bits: number): boolean {
  return bits >= 256 || isFilled(view, at, bits - 1, view.getInt32(at) >> 31);
}

/** Whether all bits of the word above its lowest `bits` equal those of `fill` (0 or -1). */
function isFilled(view: DataView, at: number, bits: number, fill: number): boolean {
  const whole = (256 - bits) >>> 5;
  const rest = (256 - bits) & 31;
  if (!areAll(view, at, whole, fill)) return false;
  return rest === 0 || (view.getInt32(at + whole * 4) ^ fill) >>> (32 - rest) === 0;
}

/** Whether the first `count` 32-bit parts of the word are all `fill`. */
function areAll(view: DataView, at: number, count: number, fill: number): boolean {
  let differs = 0;
  for (let i = 0; i < count; i++) differs |= view.getInt32(at + i * 4) ^ fill;
  return differs === 0;
}
