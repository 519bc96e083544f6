// The logs of one block as bytes. A log is turned from a node's hexadecimal into bytes once, at the edge;
// the same bytes are what the engine decodes, what the journal stores and what a replay reads back.
//
// Layout, big endian:
//   u16 emitters, then for each: 20 bytes address, 32 bytes topic0 (zeros where a log has no topic)
//   u32 logs, then for each:
//     u16 emitter, u8 flags (bit 0: same transaction as the log before; bits 1-3: topics after topic0;
//     bit 4: no topic at all), u32 log index, [32 bytes transaction hash], u32 data length,
//     32 bytes for each topic after topic0, the data

export type PackedLogs = Uint8Array;

/** Bytes of one emitter: address and topic0. */
export const emitterBytes = 52;
export const maxEmitters = 0xffff;
export const sameTransactionFlag = 1;
export const noTopicFlag = 16;

export const noLogs: PackedLogs = new Uint8Array(6);

/** How many logs there are, by the count that stands before them. */
export function logCount(logs: PackedLogs): number {
  if (logs.length < 6) return 0;
  const view = new DataView(logs.buffer, logs.byteOffset, logs.byteLength);
  const at = 2 + view.getUint16(0) * emitterBytes;
  return at + 4 <= logs.length ? view.getUint32(at) : 0;
}

/** A few bits of an emitter's 52 bytes: different for nearly all emitters, but never proof of one. */
export function emitterHash(emitter: Uint8Array): number {
  return emitterHashAt(new DataView(emitter.buffer, emitter.byteOffset, emitter.byteLength), 0);
}

export function emitterHashAt(view: DataView, at: number): number {
  return view.getInt32(at + 16) ^ view.getInt32(at + 20);
}
