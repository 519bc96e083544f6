// A small node of our own: a WebSocket (and HTTP) JSON-RPC server that serves the blocks and logs it is given, keeps
// its own canonical chain, and can be told to misbehave. What a real node would refuse, it refuses in geth's words.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keccak256, toHex } from 'viem';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Hex } from '../../src/core/hex.js';

/** A log as a test words it; what is left out is made up in a stable way. */
export interface GivenLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data?: Hex;
  readonly logIndex?: number;
  readonly transactionHash?: Hex;
  readonly transactionIndex?: number;
}

export interface GivenBlock {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timeMs: number;
  readonly logs: readonly GivenLog[];
  /** Further words of its header, as a node would send them. */
  readonly header?: Readonly<Record<string, unknown>>;
}

export interface Call {
  readonly to: Hex;
  readonly data: Hex;
}

export interface PretendNodeOptions {
  readonly chainId?: number;
  /** A fixed port, to come back on the same one. */
  readonly port?: number;
  /** Answers `eth_call`; null reverts. */
  readonly onCall?: (call: Call, block: GivenBlock) => Hex | null;
  /** Blocks below the head that count as final. */
  readonly finalDepth?: number;
  /** Genesis time; blocks added without a time come `blockTimeMs` after their parent. */
  readonly startMs?: number;
  readonly blockTimeMs?: number;
}

/** An intervention: an object is the answer's `result` or `error` member instead of ours; undefined leaves ours. */
export type Intercept = (
  method: string,
  params: readonly unknown[],
) =>
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } }
  | undefined;

export interface PretendNode {
  readonly ws: string;
  readonly http: string;
  readonly port: number;
  /** The canonical chain, oldest first; index is the number minus the first block's. */
  readonly blocks: readonly GivenBlock[];
  readonly head: GivenBlock;
  /** How often each method was asked. */
  readonly asked: ReadonlyMap<string, number>;
  /** The number of frames and HTTP bodies received. */
  readonly frames: number;
  readonly connections: number;
  intercept: Intercept;
  chainId: number;
  /** Adds a block on top and announces it. */
  addBlock(
    logs?: readonly GivenLog[],
    options?: { readonly silent?: boolean; readonly timeMs?: number },
  ): GivenBlock;
  /** Adds blocks with given hashes, as recorded; announces the last only when `announce` is set. */
  addGiven(block: GivenBlock, announce?: boolean): void;
  /** Replaces the newest `depth` blocks by `length` others and announces them. */
  reorg(
    depth: number,
    length?: number,
    logs?: (number: number) => readonly GivenLog[],
  ): readonly GivenBlock[];
  /** Drops the newest blocks without a word. */
  rollback(depth: number): void;
  /** Sends every subscriber what the node would send for a new head. */
  announce(block: GivenBlock): void;
  /** Sends raw text to every socket. */
  shout(text: string): void;
  /** Ends every connection at once; new ones are accepted. */
  cut(): void;
  /** From now on nothing is answered or announced, connections stay up; `hear()` ends it. */
  goDeaf(): void;
  hear(): void;
  /** Stops listening, with every connection. */
  close(): Promise<void>;
  /** Listens again on the same port. */
  open(): Promise<void>;
}

type Fields = Record<string, unknown>;

class RpcProblem extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export async function startPretendNode(options: PretendNodeOptions = {}): Promise<PretendNode> {
  const startMs = options.startMs ?? Date.UTC(2026, 0, 1);
  const blockTimeMs = options.blockTimeMs ?? 1_000;
  const canonical: GivenBlock[] = [
    { number: 0, hash: keccak256('0x00'), parentHash: `0x${'0'.repeat(64)}`, timeMs: startMs, logs: [] },
  ];
  const byHash = new Map<string, GivenBlock>(canonical.map((block) => [block.hash, block]));
  const asked = new Map<string, number>();
  const subscribers = new Map<WebSocket, string>();
  let server: Server | null = null;
  let sockets: WebSocketServer | null = null;
  let port = options.port ?? 0;
  let deaf = false;
  let frames = 0;
  let forks = 0;
  let subscriptions = 0;

  const node: PretendNode = {
    get ws() {
      return `ws://127.0.0.1:${port}`;
    },
    get http() {
      return `http://127.0.0.1:${port}`;
    },
    get port() {
      return port;
    },
    blocks: canonical,
    get head() {
      return head();
    },
    asked,
    get frames() {
      return frames;
    },
    get connections() {
      return sockets?.clients.size ?? 0;
    },
    intercept: () => undefined,
    chainId: options.chainId ?? 1,
    addBlock(logs = [], { silent = false, timeMs = head().timeMs + blockTimeMs } = {}) {
      const parent = head();
      const number = parent.number + 1;
      const hash = keccak256(toHex(`${parent.hash}/${number}/${forks}/${JSON.stringify(logs)}`));
      const block = { number, hash, parentHash: parent.hash, timeMs, logs };
      node.addGiven(block, !silent);
      return block;
    },
    addGiven(block, announce = false) {
      // The first recorded block stands at its own height: the genesis gives way to it.
      if (canonical.length === 1 && block.parentHash !== head().hash) canonical.length = 0;
      canonical.push(block);
      byHash.set(block.hash, block);
      if (announce) node.announce(block);
    },
    reorg(depth, length = depth, logs = () => []) {
      node.rollback(depth);
      forks++;
      return Array.from({ length }, () => node.addBlock(logs(head().number + 1)));
    },
    rollback(depth) {
      canonical.splice(canonical.length - depth, depth);
      forks++;
    },
    announce(block) {
      if (deaf) return;
      for (const [socket, subscription] of subscribers) {
        const params = { subscription, result: headerOf(block) };
        socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }));
      }
    },
    shout(text) {
      for (const socket of sockets?.clients ?? []) socket.send(text);
    },
    cut() {
      for (const socket of sockets?.clients ?? []) socket.terminate();
      server?.closeAllConnections();
    },
    goDeaf() {
      deaf = true;
      // A half-open peer does not answer pings either.
      for (const socket of sockets?.clients ?? []) socket.pause();
    },
    hear() {
      deaf = false;
      for (const socket of sockets?.clients ?? []) socket.resume();
    },
    async close() {
      node.cut();
      const closing = server;
      server = null;
      sockets?.close();
      if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()));
    },
    async open() {
      const http = createServer((request, response) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
          if (deaf) return;
          response.setHeader('content-type', 'application/json');
          response.end(answerText(Buffer.concat(parts).toString(), null));
        });
      });
      const accepting = new WebSocketServer({ server: http, perMessageDeflate: false });
      accepting.on('connection', (socket) => {
        if (deaf) socket.pause();
        socket.on('error', () => {});
        socket.on('close', () => subscribers.delete(socket));
        socket.on('message', (data) => {
          if (!deaf) socket.send(answerText(data.toString(), socket));
        });
      });
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, '127.0.0.1', resolve);
      });
      port = (http.address() as AddressInfo).port;
      server = http;
      sockets = accepting;
    },
  };
  await node.open();
  return node;

  function head(): GivenBlock {
    return canonical.at(-1)!;
  }

  function answerText(text: string, socket: WebSocket | null): string {
    frames++;
    const body = JSON.parse(text) as Fields | Fields[];
    return JSON.stringify(
      Array.isArray(body) ? body.map((one) => answer(one, socket)) : answer(body, socket),
    );
  }

  function answer({ id, method, params }: Fields, socket: WebSocket | null): Fields {
    const name = String(method);
    const list = (params ?? []) as readonly unknown[];
    asked.set(name, (asked.get(name) ?? 0) + 1);
    const instead = node.intercept(name, list);
    if (instead !== undefined) return { jsonrpc: '2.0', id, ...instead };
    try {
      return { jsonrpc: '2.0', id, result: result(name, list, socket) };
    } catch (thrown) {
      if (!(thrown instanceof RpcProblem)) throw thrown;
      return { jsonrpc: '2.0', id, error: { code: thrown.code, message: thrown.message } };
    }
  }

  function result(method: string, params: readonly unknown[], socket: WebSocket | null): unknown {
    switch (method) {
      case 'eth_chainId':
        return hexOf(node.chainId);
      case 'eth_blockNumber':
        return hexOf(head().number);
      case 'eth_getBlockByNumber': {
        const block = at(params[0]);
        return block ? headerOf(block) : null;
      }
      case 'eth_getBlockByHash': {
        const block = byHash.get(String(params[0]));
        return block ? headerOf(block) : null;
      }
      case 'eth_getLogs':
        return logs(params[0] as Fields);
      case 'eth_call':
        return call(params[0] as Call, params[1]);
      case 'eth_subscribe': {
        if (socket === null || params[0] !== 'newHeads')
          throw new RpcProblem(-32601, 'notifications not supported');
        const subscription = hexOf(++subscriptions);
        subscribers.set(socket, subscription);
        return subscription;
      }
      case 'eth_unsubscribe':
        return socket !== null && subscribers.delete(socket);
      default:
        throw new RpcProblem(-32601, `the method ${method} does not exist/is not available`);
    }
  }

  function at(which: unknown): GivenBlock | undefined {
    const first = canonical[0]!.number;
    if (which === 'latest' || which === 'pending') return head();
    if (which === 'earliest') return canonical[0];
    if (which === 'finalized' || which === 'safe') {
      return canonical[Math.max(0, canonical.length - 1 - (options.finalDepth ?? 64))];
    }
    return canonical[Number(which) - first];
  }

  function logs(filter: Fields): readonly Fields[] {
    const { blockHash } = filter;
    if (typeof blockHash === 'string') {
      const block = byHash.get(blockHash);
      // geth keeps the logs of orphaned blocks for a while, anvil refuses them: refusing is the harder case.
      if (block === undefined || at(hexOf(block.number)) !== block)
        throw new RpcProblem(-32000, 'unknown block');
      return logsOf(block, filter);
    }
    const from = at(filter.fromBlock ?? 'latest');
    const to = at(filter.toBlock ?? 'latest') ?? head();
    if (from === undefined) throw new RpcProblem(-32602, 'block range extends beyond current head block');
    const first = canonical[0]!.number;
    return canonical
      .slice(from.number - first, to.number - first + 1)
      .flatMap((block) => logsOf(block, filter));
  }

  function call(wanted: Call, where: unknown): Hex {
    const hash = typeof where === 'object' && where !== null ? (where as Fields).blockHash : undefined;
    const block = typeof hash === 'string' ? byHash.get(hash) : at(where);
    if (block === undefined) throw new RpcProblem(-32000, 'header not found');
    const answered = options.onCall?.(wanted, block) ?? null;
    if (answered === null) throw new RpcProblem(3, 'execution reverted');
    return answered;
  }
}

function headerOf(block: GivenBlock): Fields {
  return {
    number: hexOf(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: hexOf(Math.floor(block.timeMs / 1_000)),
    transactions: [],
    ...block.header,
  };
}

function logsOf(block: GivenBlock, { address, topics }: Fields): readonly Fields[] {
  return block.logs
    .map((log, i) => ({
      address: log.address,
      topics: log.topics,
      data: log.data ?? '0x',
      blockNumber: hexOf(block.number),
      blockHash: block.hash,
      transactionHash: log.transactionHash ?? keccak256(toHex(`${block.hash}/${log.transactionIndex ?? i}`)),
      transactionIndex: hexOf(log.transactionIndex ?? i),
      logIndex: hexOf(log.logIndex ?? i),
      removed: false,
    }))
    .filter((log) => matches(address, log.address) && topicsMatch(topics, log.topics));
}

function topicsMatch(wanted: unknown, topics: readonly Hex[]): boolean {
  if (!Array.isArray(wanted)) return true;
  return wanted.every((one, i) => one === null || (topics[i] !== undefined && matches(one, topics[i])));
}

/** One value, a list of alternatives, or (undefined, null, an empty list) anything. */
function matches(wanted: unknown, value: Hex): boolean {
  if (wanted === undefined || wanted === null) return true;
  const list = (Array.isArray(wanted) ? wanted : [wanted]) as readonly string[];
  return list.length === 0 || list.some((one) => one.toLowerCase() === value.toLowerCase());
}

function hexOf(value: number): Hex {
  return `0x${value.toString(16)}`;
}
