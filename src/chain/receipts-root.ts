// What a block header vouches for: its hash over its own fields, and the root of its receipts, from which the logs of
// the block follow with certainty. After the Ethereum Yellow Paper, appendices B (RLP), C and D (hex-prefix encoding and
// the modified Merkle Patricia trie), and EIP-2718 (typed receipts).

import { concatHex, keccak256, numberToHex, toRlp } from 'viem/utils';
import type { Hex } from '../core/hex.js';

type Rlp = Hex | readonly Rlp[];

/** The fields of a header in the order in which they are hashed; the last ones came with later forks. */
const headerFields = [
  'parentHash',
  'sha3Uncles',
  'miner',
  'stateRoot',
  'transactionsRoot',
  'receiptsRoot',
  'logsBloom',
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'extraData',
  'mixHash',
  'nonce',
  'baseFeePerGas',
  'withdrawalsRoot',
  'blobGasUsed',
  'excessBlobGas',
  'parentBeaconBlockRoot',
  'requestsHash',
] as const;
const numbers: ReadonlySet<string> = new Set([
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'baseFeePerGas',
  'blobGasUsed',
  'excessBlobGas',
]);
/** Up to `nonce` every header has them. */
const required = 15;

/** The hash that a header's fields make; null where a field is missing. */
export function headerHash(header: Readonly<Record<string, unknown>>): Hex | null {
  const values: Hex[] = [];
  for (const [i, name] of headerFields.entries()) {
    const value = header[name];
    if (value === undefined || value === null) {
      if (i < required) return null;
      continue;
    }
    if (!isHex(value)) return null;
    values.push(numbers.has(name) ? scalar(value) : value);
  }
  return keccak256(rlp(values));
}

/** The root over the receipts of a block, in the order of its transactions; null where a receipt is no receipt. */
export function receiptsRoot(receipts: readonly Readonly<Record<string, unknown>>[]): Hex | null {
  const pairs: Pair[] = [];
  for (const [i, receipt] of receipts.entries()) {
    const value = encodeReceipt(receipt);
    if (value === null) return null;
    pairs.push({ path: nibbles(toRlp(i === 0 ? '0x' : numberToHex(i))), value });
  }
  return keccak256(rlp(node(pairs, 0)));
}

function encodeReceipt({
  type,
  status,
  root,
  cumulativeGasUsed,
  logsBloom,
  logs,
}: Record<string, unknown>): Hex | null {
  const outcome = isHex(status) ? scalar(status) : root;
  if (!isHex(outcome) || !isHex(cumulativeGasUsed) || !isHex(logsBloom) || !Array.isArray(logs)) return null;
  const entries: Rlp[] = [];
  for (const log of logs as readonly Record<string, unknown>[]) {
    const { address, topics, data } = log ?? {};
    if (!isHex(address) || !isHex(data) || !Array.isArray(topics) || !topics.every(isHex)) return null;
    entries.push([address, topics, data]);
  }
  const body = rlp([outcome, scalar(cumulativeGasUsed), logsBloom, entries]);
  const kind = isHex(type) ? Number(type) : 0;
  if (!(kind >= 0 && kind < 0x80)) return null;
  return kind === 0 ? body : concatHex([numberToHex(kind, { size: 1 }), body]);
}

interface Pair {
  readonly path: readonly number[];
  readonly value: Hex;
}

/** The trie below `depth` of these paths, as the structure that is encoded. */
function node(pairs: readonly Pair[], depth: number): Rlp {
  const [first, ...rest] = pairs;
  if (first === undefined) return '0x';
  if (rest.length === 0) return [hexPrefix(first.path.slice(depth), true), first.value];
  let shared = depth;
  while (shared < first.path.length && rest.every(({ path }) => path[shared] === first.path[shared]))
    shared++;
  if (shared > depth)
    return [hexPrefix(first.path.slice(depth, shared), false), reference(node(pairs, shared))];
  const children: Rlp[] = [];
  for (let nibble = 0; nibble < 16; nibble++) {
    const below = pairs.filter(({ path }) => path[depth] === nibble);
    children.push(below.length === 0 ? '0x' : reference(node(below, depth + 1)));
  }
  const ending = pairs.find(({ path }) => path.length === depth);
  return [...children, ending?.value ?? '0x'];
}

/** A node that is shorter than a hash stands in its parent itself. */
function reference(child: Rlp): Rlp {
  const encoded = rlp(child);
  return (encoded.length - 2) / 2 < 32 ? child : keccak256(encoded);
}

function hexPrefix(path: readonly number[], isLeaf: boolean): Hex {
  const flag = (isLeaf ? 2 : 0) + (path.length % 2);
  const digits = path.length % 2 === 1 ? [flag, ...path] : [flag, 0, ...path];
  return `0x${digits.map((digit) => digit.toString(16)).join('')}`;
}

function nibbles(hex: Hex): readonly number[] {
  return Array.from(hex.slice(2), (digit) => Number.parseInt(digit, 16));
}

/** A number without leading zeros: RLP knows no others. */
function scalar(hex: Hex): Hex {
  const digits = hex.slice(2).replace(/^0+/, '');
  return `0x${digits.length % 2 === 1 ? '0' : ''}${digits}`;
}

function rlp(value: Rlp): Hex {
  return toRlp(value as Parameters<typeof toRlp>[0]) as Hex;
}

function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-f]*$/i.test(value);
}
