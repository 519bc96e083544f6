// Inputs and effects as bytes. A block is one binary value: a small fixed header and its packed logs as they are,
// so that storing and replaying a block costs one copy and no parsing. Everything else is rare and is JSON.
//
// A block, big endian: u8 1 (or 2 where it was pushed, 3 where it was fetched by a known endpoint), f64 atMs, f64 timeMs, f64 number, 32 bytes hash, 32 bytes parent hash,
//   u16 length and the chain's name in UTF-8, u32 length and the packed logs, the calls as JSON (nothing if none), and
//   for 2 and 3 the endpoint's name in UTF-8 and u8 its length
// JSON: u8 0, then the input; logs, also those of a block that does not fit the form above, are hexadecimal in it.

import type { ChainName } from '../core/chain.js';
import { PegwatchError } from '../core/errors.js';
import { type Hex, toHex, writeHex } from '../core/hex.js';
import type { Effect, Input } from '../core/io.js';
import type { Block, CallReading, Via } from '../core/reading.js';
import { fromJson, toJson } from './json.js';

type BlockInput = Extract<Input, { kind: 'block' }>;

const jsonTag = 0;
const blockTag = 1;
/** The tag of a block says how it came; the place of a way is its tag. Append only. */
const blockWays = [null, null, 'pushed', 'fetched'] as const satisfies readonly (Via['how'] | null)[];
const headerBytes = 89;
const utf8 = new TextEncoder();
const text = new TextDecoder();
const plainHash = /^0x[0-9a-f]{64}$/;

export function encodeInput(input: Input): Uint8Array {
  if (input.kind === 'late') return encodeJson({ ...input, logs: toHex(input.logs) });
  if (input.kind !== 'block') return encodeJson(input);
  const chain = utf8.encode(input.chain);
  const endpoint = utf8.encode(input.via?.endpoint ?? '');
  const fits =
    plainHash.test(input.block.hash) &&
    plainHash.test(input.block.parentHash) &&
    chain.length <= 0xffff &&
    text.decode(chain) === input.chain &&
    endpoint.length <= 0xff &&
    text.decode(endpoint) === (input.via?.endpoint ?? '') &&
    input.via?.how !== 'confirmed';
  return fits ? encodeBlock(input, chain, endpoint) : encodeJson({ ...input, logs: toHex(input.logs) });
}

/** The logs of a block are a view of `bytes`, not a copy. */
export function decodeInput(bytes: Uint8Array): Input {
  if (isBlock(bytes)) return decodeBlock(bytes);
  if (bytes[0] !== jsonTag) throw damaged(`an input begins with ${bytes[0]}`);
  const value = fromJson(text.decode(bytes.subarray(1))) as Input;
  if (value.kind !== 'block' && value.kind !== 'late') return value;
  const hex = value.logs as unknown as Hex;
  const logs = new Uint8Array((hex.length - 2) >> 1);
  writeHex(hex, logs, 0);
  return { ...value, logs };
}

/** Only the light block, without looking at logs and calls; null where the input is no block. */
export function decodeBlockHead(
  bytes: Uint8Array,
): { readonly chain: ChainName; readonly block: Block } | null {
  if (!isBlock(bytes)) {
    const input = decodeInput(bytes);
    return input.kind === 'block' ? { chain: input.chain, block: input.block } : null;
  }
  const view = viewOf(bytes);
  const chainEnd = headerBytes + 2 + view.getUint16(headerBytes);
  return { chain: text.decode(bytes.subarray(headerBytes + 2, chainEnd)), block: readBlock(bytes, view) };
}

export function encodeEffects(effects: readonly Effect[]): Uint8Array {
  return utf8.encode(toJson(effects));
}

export function decodeEffects(bytes: Uint8Array): readonly Effect[] {
  return fromJson(text.decode(bytes)) as readonly Effect[];
}

function encodeJson(value: object): Uint8Array {
  const json = utf8.encode(toJson(value));
  const bytes = new Uint8Array(json.length + 1);
  bytes.set(json, 1);
  return bytes;
}

function isBlock(bytes: Uint8Array): boolean {
  const tag = bytes[0] ?? jsonTag;
  return tag >= blockTag && tag < blockWays.length;
}

function encodeBlock(input: BlockInput, chain: Uint8Array, endpoint: Uint8Array): Uint8Array {
  const { block, logs, via } = input;
  const calls = input.calls.length === 0 ? null : utf8.encode(toJson(input.calls));
  const logsAt = headerBytes + 2 + chain.length + 4;
  const callsEnd = logsAt + logs.length + (calls?.length ?? 0);
  const bytes = new Uint8Array(callsEnd + (via === undefined ? 0 : endpoint.length + 1));
  const view = viewOf(bytes);
  bytes[0] = via === undefined ? blockTag : via.how === 'pushed' ? 2 : 3;
  view.setFloat64(1, input.atMs);
  view.setFloat64(9, block.timeMs);
  view.setFloat64(17, block.number);
  writeHex(block.hash, bytes, 25);
  writeHex(block.parentHash, bytes, 57);
  view.setUint16(headerBytes, chain.length);
  bytes.set(chain, headerBytes + 2);
  view.setUint32(logsAt - 4, logs.length);
  bytes.set(logs, logsAt);
  if (calls !== null) bytes.set(calls, logsAt + logs.length);
  if (via !== undefined) {
    bytes.set(endpoint, callsEnd);
    bytes[bytes.length - 1] = endpoint.length;
  }
  return bytes;
}

function decodeBlock(bytes: Uint8Array): BlockInput {
  if (bytes.length < headerBytes + 6) throw damaged('a block is cut short');
  const view = viewOf(bytes);
  const chainEnd = headerBytes + 2 + view.getUint16(headerBytes);
  const logsAt = chainEnd + 4;
  const logsEnd = logsAt <= bytes.length ? logsAt + view.getUint32(chainEnd) : logsAt;
  const how = blockWays[bytes[0] ?? 0] ?? null;
  const nameBytes = how === null ? 0 : (bytes.at(-1) ?? 0) + 1;
  const callsEnd = bytes.length - nameBytes;
  if (logsEnd > callsEnd) throw damaged('a block is cut short');
  const calls =
    logsEnd === callsEnd ? [] : (fromJson(text.decode(bytes.subarray(logsEnd, callsEnd))) as CallReading[]);
  const endpoint = how === null ? '' : text.decode(bytes.subarray(callsEnd, bytes.length - 1));
  return {
    kind: 'block',
    atMs: view.getFloat64(1),
    chain: text.decode(bytes.subarray(headerBytes + 2, chainEnd)),
    block: readBlock(bytes, view),
    logs: bytes.subarray(logsAt, logsEnd),
    calls,
    ...(how === null ? {} : { via: { endpoint, how } }),
  };
}

function readBlock(bytes: Uint8Array, view: DataView): Block {
  return {
    number: view.getFloat64(17),
    hash: toHex(bytes, 25, 57),
    parentHash: toHex(bytes, 57, 89),
    timeMs: view.getFloat64(9),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(what: string): PegwatchError {
  return new PegwatchError('store-damaged', `The store holds a record that cannot be read: ${what}.`, {
    hint: 'Restore the folder from a backup, or start over with an empty one.',
  });
}
