// Four nodes in a process of its own: WebSocket JSON-RPC, one path per chain. All logs are text before the first head
// goes out. Heads go out by the clock, or at full load as fast as they are read: a bounded number ahead of the reader.

import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { cannedCall } from './canned-calls.js';
import { endWithParent, hearParent, partArgument, tellParent } from './children.js';
import { type BlockFrame, frameOf } from './frames.js';
import { blockHash, type ChainPlan, chainPlans, firstBlock } from './scenario.js';

export interface FrameServerOptions {
  readonly seed: number;
  readonly blocksPerChain: number;
  readonly logsPerBlock: number;
  /** Over all chains; null: full load. */
  readonly eventsPerMinute: number | null;
  /** Coins that crash, spread evenly over the run. */
  readonly crashes: number;
  /** Blocks between these shares of the run hold so many times the logs. */
  readonly burst?: { readonly times: number; readonly from: number; readonly to: number };
  /** Frames are made when they are needed: for runs that would not fit into memory. */
  readonly lazy?: boolean;
}

export interface CrashMessage {
  readonly kind: 'crash';
  readonly coin: string;
  /** `process.hrtime` of the moment at which the head went out: one clock for all processes of a machine. */
  readonly atNs: bigint;
}

interface Frame {
  readonly all: Buffer;
  readonly other: Buffer;
  readonly mints: Buffer;
  readonly burns: Buffer;
  readonly count: number;
}

interface Chain {
  readonly plan: ChainPlan;
  frameAt(i: number): Frame;
  readonly numberOf: ReadonlyMap<string, number>;
  /** When each block was announced, in seconds since 1970. */
  readonly times: number[];
  /** Newest block that was announced, newest whose logs were asked for; -1: the empty one before the first. */
  announced: number;
  asked: number;
  listener: { readonly socket: WebSocket; readonly subscription: string } | null;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** At full load at most this many blocks are announced beyond the last one that was asked for. */
const ahead = 64;
const comma = Buffer.from(',');

/** Of what was announced. */
let events = 0;
let blocks = 0;
const options = partArgument<FrameServerOptions>();
endWithParent();
const chains = chainPlans.map(prepare);
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket, request) => {
  const chain = chains.find(({ plan }) => request.url === `/${plan.chain}`);
  if (chain === undefined) return socket.close();
  socket.on('message', (data) => serve(chain, socket, String(data)));
});
await once(server, 'listening');
const address = server.address();
tellParent({ kind: 'ready', port: typeof address === 'object' ? address?.port : 0 });
await hearParent('go');
if (options.eventsPerMinute === null) for (const chain of chains) announceAhead(chain);
else await Promise.all(chains.map((chain, i) => pace(chain, i, options.eventsPerMinute ?? 0)));
tellParent({ kind: 'announced', events, blocks });

function prepare(plan: ChainPlan): Chain {
  const numberOf = new Map<string, number>();
  const atSeconds = Math.floor(Date.now() / 1000);
  const blocks = Array.from({ length: options.blocksPerChain }, (_, i) => i);
  for (const i of blocks) numberOf.set(blockHash(plan.chain, firstBlock + i), i);
  const make = (i: number): Frame => {
    const number = firstBlock + i;
    const hash = blockHash(plan.chain, number);
    const crash = crashAt(plan, i);
    const logs = options.logsPerBlock * (isInBurst(i) ? (options.burst?.times ?? 1) : 1);
    const { seed } = options;
    return bytesOf(
      frameOf({ seed, plan, number, hash, logs, atSeconds, ...(crash === null ? {} : { crash }) }),
    );
  };
  const frames = options.lazy === true ? null : blocks.map(make);
  const frameAt = (i: number): Frame => frames?.[i] ?? made(i);
  // The three filters of a block are asked for together: the last frames made are kept for a moment.
  const recent = new Map<number, Frame>();
  const made = (i: number): Frame => {
    const frame = recent.get(i) ?? make(i);
    recent.set(i, frame);
    for (const oldest of recent.keys()) {
      if (recent.size <= ahead) break;
      recent.delete(oldest);
    }
    return frame;
  };
  return { plan, frameAt, numberOf, times: [], announced: -1, asked: -1, listener: null };
}

function isInBurst(i: number): boolean {
  const { burst, blocksPerChain } = options;
  return burst !== undefined && i >= burst.from * blocksPerChain && i < burst.to * blocksPerChain;
}

/** Which pool crashes in block `i`: the chains take turns, each pool crashes once, none in the first blocks. */
function crashAt(plan: ChainPlan, i: number): number | null {
  const turn = chainPlans.indexOf(plan);
  const onChain = Math.ceil((options.crashes - turn) / chainPlans.length);
  const every = Math.floor((options.blocksPerChain * 0.9) / Math.max(1, onChain));
  const from = Math.floor(options.blocksPerChain * 0.05 + (turn * every) / chainPlans.length);
  if (every === 0 || i < from || (i - from) % every !== 0) return null;
  const pool = (i - from) / every;
  return pool < onChain ? pool : null;
}

function bytesOf({ other, mints, burns, count }: BlockFrame): Frame {
  return {
    count,
    all: Buffer.from([other, mints, burns].filter((part) => part !== '').join()),
    other: Buffer.from(other),
    mints: Buffer.from(mints),
    burns: Buffer.from(burns),
  };
}

// ---------------------------------------------------------------- heads

async function pace(chain: Chain, turn: number, eventsPerMinute: number): Promise<void> {
  const everyMs = (60_000 * chains.length * options.logsPerBlock) / eventsPerMinute;
  const startMs = performance.now() + (turn * everyMs) / chains.length;
  for (let i = 0; i < options.blocksPerChain; i++) {
    const waitMs = startMs + i * everyMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    announce(chain, i);
  }
}

function announceAhead(chain: Chain): void {
  while (chain.announced < options.blocksPerChain - 1 && chain.announced < chain.asked + ahead) {
    announce(chain, chain.announced + 1);
  }
}

function announce(chain: Chain, i: number): void {
  chain.announced = i;
  chain.times.push(Math.floor(Date.now() / 1000));
  events += chain.frameAt(i).count;
  blocks++;
  const { plan, listener } = chain;
  if (listener === null) return;
  const crash = crashAt(plan, i);
  const head = JSON.stringify(headerOf(chain, firstBlock + i));
  if (crash !== null) {
    tellParent({ kind: 'crash', coin: plan.pools[crash]!.coin, atNs: process.hrtime.bigint() });
  }
  listener.socket.send(
    `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${listener.subscription}","result":${head}}}`,
  );
}

function headerOf({ plan, times }: Chain, number: number): object {
  const atSeconds = times[number - firstBlock] ?? Math.floor(Date.now() / 1000);
  return {
    number: `0x${number.toString(16)}`,
    hash: blockHash(plan.chain, number),
    parentHash: blockHash(plan.chain, number - 1),
    timestamp: `0x${atSeconds.toString(16)}`,
  };
}

// ---------------------------------------------------------------- requests

function serve(chain: Chain, socket: WebSocket, text: string): void {
  const body = JSON.parse(text) as Request | readonly Request[];
  const pieces: Buffer[] = [];
  if ('method' in body) answer(chain, socket, body, pieces);
  else {
    pieces.push(Buffer.from('['));
    body.forEach((request, i) => {
      if (i > 0) pieces.push(comma);
      answer(chain, socket, request, pieces);
    });
    pieces.push(Buffer.from(']'));
  }
  socket.send(Buffer.concat(pieces), { binary: false });
  if (options.eventsPerMinute === null && chain.announced >= 0) announceAhead(chain);
}

function answer(chain: Chain, socket: WebSocket, { id, method, params }: Request, to: Buffer[]): void {
  const head = `{"jsonrpc":"2.0","id":${id},"result":`;
  if (method === 'eth_getLogs') {
    to.push(Buffer.from(`${head}[`), logsOf(chain, params[0] as Filter), Buffer.from(']}'));
    return;
  }
  const result = resultOf(chain, socket, method, params);
  to.push(Buffer.from(`${head}${JSON.stringify(result)}}`));
}

interface Filter {
  readonly blockHash?: string;
  readonly fromBlock?: string;
  readonly toBlock?: string;
  /** Left out by the skeleton, which takes everything at once. */
  readonly topics?: readonly unknown[];
}

/** Of one block by its hash, or of a range: the daemon asks a second time when blocks become final. */
function logsOf(chain: Chain, { blockHash, fromBlock, toBlock, topics = ['all'] }: Filter): Buffer {
  const i = chain.numberOf.get(blockHash ?? '');
  if (i !== undefined) chain.asked = Math.max(chain.asked, i);
  const from = i ?? Number(fromBlock) - firstBlock;
  const to = i ?? Math.min(Number(toBlock) - firstBlock, chain.announced);
  const pieces: Buffer[] = [];
  for (let at = Math.max(from, 0); at <= to; at++) {
    const piece = pieceOf(chain.frameAt(at), topics);
    if (piece.length === 0) continue;
    if (pieces.length > 0) pieces.push(comma);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function pieceOf(frame: Frame, topics: readonly unknown[]): Buffer {
  if (topics[0] === 'all') return frame.all;
  if (topics.length <= 1) return frame.other;
  return topics[1] === null ? frame.burns : frame.mints;
}

function resultOf(chain: Chain, socket: WebSocket, method: string, params: readonly unknown[]): unknown {
  switch (method) {
    case 'eth_chainId':
      return `0x${chain.plan.chainId.toString(16)}`;
    case 'eth_subscribe': {
      chain.listener = { socket, subscription: `0x${chain.plan.chainId.toString(16)}` };
      return chain.listener.subscription;
    }
    case 'eth_getBlockByNumber': {
      const newest = firstBlock + chain.announced;
      if (params[0] === 'latest') return headerOf(chain, newest);
      if (params[0] === 'finalized') return headerOf(chain, Math.max(firstBlock - 1, newest - ahead));
      return headerOf(chain, Number(params[0]));
    }
    case 'eth_getBlockByHash': {
      const i = chain.numberOf.get(String(params[0]));
      return i === undefined ? null : headerOf(chain, firstBlock + i);
    }
    case 'eth_call':
      return cannedCall(chain.plan, params[0] as { to: string; data: string });
    default:
      return null;
  }
}
