// The bare path, as a yardstick: four sockets, a log query for each head as soon as it is heard, JSON.parse, the
// needed words at fixed offsets, a window per pool, a heap, one binary value per block and a durable commit for all
// blocks that came meanwhile. No reorgs, no checks of what a node says, no rules, no incidents, no alerts, no
// recovery: nothing that makes a daemon.

import { open } from 'lmdb';
import WebSocket from 'ws';
import { endWithParent, partArgument, tellParent } from '../children.js';
import { topics } from '../frames.js';
import { chainPlans } from '../scenario.js';
import { announcedHash, Measure } from './measure.js';
import type { ContenderOptions } from './ours.js';

interface NodeLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly transactionHash: string;
  readonly logIndex: string;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly result: { readonly hash: string; readonly number: string } };
  readonly result?: readonly NodeLog[];
}

interface Pool {
  readonly index: number;
  price: number;
  liquidity: number;
  /** Volume, a bucket a minute, one hour. */
  readonly window: Float64Array;
}

interface Ready {
  readonly key: Uint8Array;
  readonly hash: string;
  readonly value: Uint8Array;
  readonly events: number;
}

const { port, folder, totalBlocks } = partArgument<ContenderOptions>();
endWithParent();
const measure = new Measure(totalBlocks);
const store = open<Buffer, Uint8Array>({
  path: folder,
  noSubdir: false,
  encoding: 'binary',
  keyEncoding: 'binary',
  overlappingSync: false,
});
const pools = new Map<string, Pool>();
/** Most urgent first. */
const heap: { readonly key: number; readonly pool: number }[] = [];
const scratch = Buffer.allocUnsafe(8 * 1024 * 1024);
let waiting: Ready[] = [];
let writing = false;
for (const [i, plan] of chainPlans.entries()) {
  for (const address of [...plan.pools.map(({ address }) => address), plan.usdc, plan.aggregator]) {
    pools.set(address, { index: pools.size, price: 1, liquidity: 0, window: new Float64Array(60) });
  }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${plan.chain}`, {
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const asked = new Map<number, { hash: string; number: number }>();
  let nextId = 2;
  socket.on('message', (data) => {
    const text = String(data);
    const hash = announcedHash(text);
    if (hash !== null) measure.arrived(hash);
    const answer = JSON.parse(text) as Answer;
    if (answer.method !== undefined && answer.params !== undefined) {
      const id = nextId++;
      const { hash, number } = answer.params.result;
      asked.set(id, { hash, number: Number(number) });
      const params = [{ blockHash: hash }];
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_getLogs', params }));
      return;
    }
    const block = asked.get(answer.id ?? 0);
    if (block === undefined || answer.result === undefined) return;
    asked.delete(answer.id ?? 0);
    take(i, block, answer.result);
  });
  socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}');
}
tellParent({ kind: 'ready', storeBytes: 0 });

function take(chain: number, block: { hash: string; number: number }, logs: readonly NodeLog[]): void {
  const minute = Math.floor(Date.now() / 60_000) % 60;
  let at = scratch.write(block.hash.slice(2), 0, 'hex');
  for (const log of logs) at = decode(log, at, minute);
  pop();
  const key = Buffer.alloc(9);
  key.writeUInt8(chain, 0);
  key.writeBigUInt64BE(BigInt(block.number), 1);
  const value = Uint8Array.prototype.slice.call(scratch, 0, at);
  waiting.push({ key, hash: block.hash, value, events: logs.length });
  if (!writing) void write();
}

/** Reads what judging needs, and writes the log behind `at`; returns where the next one begins. */
function decode(log: NodeLog, at: number, minute: number): number {
  const { address, data } = log;
  const pool = pools.get(address);
  const topic = log.topics[0];
  if (pool === undefined || topic === undefined) return at;
  if (topic === topics.v3Swap) {
    const sqrt = Number(`0x${data.slice(130, 194)}`) / 2 ** 96;
    pool.price = sqrt * sqrt * 1e12;
    pool.liquidity = Number(`0x${data.slice(194, 258)}`);
    pool.window[minute] = (pool.window[minute] ?? 0) + Math.abs(amountOf(data, 66));
    push(Math.abs(pool.price - 1), pool.index);
  } else if (topic === topics.v2Sync) {
    pool.price = Number(`0x${data.slice(66, 130)}`) / Number(`0x${data.slice(2, 66)}`);
    push(Math.abs(pool.price * 1e12 - 1), pool.index);
  } else if (topic === topics.transfer) {
    pool.window[minute] = (pool.window[minute] ?? 0) + Number(`0x${data.slice(2, 66)}`);
  }
  let to = scratch.writeUInt16BE(pool.index, at);
  to = scratch.writeUInt32BE(Number(log.logIndex), to);
  to += scratch.write(log.transactionHash.slice(2), to, 'hex');
  for (let i = 1; i < log.topics.length; i++) to += scratch.write((log.topics[i] ?? '').slice(2), to, 'hex');
  to += scratch.write(data.slice(2), to, 'hex');
  return to;
}

/** A signed word as a number; its lower 64 bits are all that these amounts need. */
function amountOf(data: string, at: number): number {
  return Number(BigInt.asIntN(64, BigInt(`0x${data.slice(at + 48, at + 64)}`)));
}

function push(key: number, pool: number): void {
  if (heap.length > 1024) heap.length = 512;
  let at = heap.push({ key, pool }) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent]!;
    const below = heap[at]!;
    if (above.key >= below.key) return;
    heap[at] = above;
    heap[parent] = below;
    at = parent;
  }
}

function pop(): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    if (left >= heap.length) return;
    const child = left + 1 < heap.length && heap[left + 1]!.key > heap[left]!.key ? left + 1 : left;
    const below = heap[child]!;
    const above = heap[at]!;
    if (above.key >= below.key) return;
    heap[at] = below;
    heap[child] = above;
    at = child;
  }
}

async function write(): Promise<void> {
  writing = true;
  while (waiting.length > 0) {
    const blocks = waiting;
    waiting = [];
    await store.transaction(() => {
      for (const { key, value } of blocks) void store.put(key, value as Buffer);
    });
    if (measure.durable(blocks)) await end();
  }
  writing = false;
}

async function end(): Promise<void> {
  const measured = measure.result();
  await store.close();
  tellParent({ ...measured, storeBytes: Number.NaN });
}
