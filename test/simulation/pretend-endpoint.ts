// An endpoint of a simulation: a view of a pretend chain behind a socket and an HTTP address, which misbehaves as its
// episodes say. It speaks text, as a real node does, so that the whole of the chain room is at work.

import type { HttpAnswer, SocketEvents, SocketLike } from '../../src/chain/ports.js';
import type { Clock } from '../../src/core/ports.js';
import { aggregatorAddress } from '../helpers/make-spec.js';
import type { EndpointFault, Episode } from './faults.js';
import { type NodeLog, type PretendChain, quantity, type SimBlock } from './pretend-chain.js';
import { answerCall, rangeRefusals } from './pretend-node-words.js';
import type { Seeded } from './seeded.js';

export interface PretendEndpoint {
  readonly name: string;
  connect(events: SocketEvents): SocketLike;
  post(body: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** The chain has changed: this endpoint notices in its own time. */
  changed(): void;
  /** Lets its episodes begin when their time comes. */
  begin(): void;
}

interface ServerSocket {
  readonly events: SocketEvents;
  state: 'opening' | 'open' | 'gone';
  subscribed: boolean;
  /** When the last frame arrives: the next one does not overtake it. */
  quietAtMs: number;
}

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export function pretendEndpoint(
  options: {
    readonly name: string;
    readonly chain: PretendChain;
    /** What it serves where it is the wrong one. */
    readonly stranger: PretendChain;
    readonly episodes: readonly Episode<EndpointFault>[];
    readonly finalDepth: number;
  },
  deps: { readonly clock: Clock; readonly random: Seeded; readonly trace: (what: string) => void },
): PretendEndpoint {
  const { chain, stranger, episodes, name } = options;
  const { clock, random, trace } = deps;
  const sockets = new Set<ServerSocket>();
  /** Its own idea of the canonical chain, by number from `chain.first`. */
  let view: SimBlock[] = [...chain.canonical];
  let seen: SimBlock = chain.tip;
  /** What it holds for final: no more than it has heard of. */
  let final = chain.final;
  /** Where it left the others, while it is on a branch of its own. */
  let forkedAt: number | null = null;

  return { name, connect, post, changed, begin };

  function is(kind: EndpointFault): boolean {
    const now = clock.now();
    return episodes.some((one) => one.kind === kind && now >= one.fromMs && now < one.toMs);
  }

  function begin(): void {
    for (const { kind, fromMs, toMs } of episodes) {
      at(fromMs, () => {
        trace(`${name} ${kind} begins`);
        if (kind === 'down' || kind === 'wrong-chain') cutAll();
        if (kind === 'cuts') cutOften();
        if (kind === 'wrong-fork' && forkedAt === null) leave();
      });
      at(toMs, () => {
        trace(`${name} ${kind} ends`);
        if (kind === 'wrong-fork' && !is('wrong-fork')) forkedAt = null;
        if (kind === 'wrong-chain') cutAll();
        look();
      });
    }
  }

  function at(whenMs: number, fn: () => void): void {
    clock.after(Math.max(0, whenMs - clock.now()), fn);
  }

  // -------------------------------------------------------------- what it sees

  function changed(): void {
    clock.after(random.between(10, 300), look);
  }

  function look(): void {
    if (is('frozen')) return;
    if (forkedAt !== null) return void growFork();
    final = chain.final;
    if (seen !== chain.tip) see(chain.tip);
  }

  /** A branch of its own is never long enough to become final. */
  function leave(): void {
    const from = Math.max(chain.final, seen.number - random.int(0, 3));
    const base = view[from - chain.first];
    if (base === undefined || base.number > seen.number) return;
    forkedAt = base.number;
    see(chain.fork(base, clock.now()));
  }

  function growFork(): void {
    if (forkedAt !== null && seen.number < forkedAt + options.finalDepth - 2) {
      see(chain.fork(seen, clock.now()));
    }
  }

  function see(tip: SimBlock): void {
    const fresh: SimBlock[] = [];
    let block: SimBlock | null = tip;
    while (block !== null && view[block.number - chain.first] !== block) {
      fresh.push(block);
      block = block.parent;
    }
    view = view.slice(0, (block?.number ?? chain.first - 1) - chain.first + 1);
    view.push(...fresh.reverse());
    seen = tip;
    for (const one of fresh.slice(-3)) announce(one);
  }

  function announce(block: SimBlock): void {
    if (is('drop-heads') && random.chance(0.7)) return;
    const times = is('double-heads') ? 2 : 1;
    for (const socket of sockets) {
      if (!socket.subscribed) continue;
      for (let i = 0; i < times; i++) {
        const result = is('garbage') && random.chance(0.3) ? { number: '0x' } : block.header;
        const params = { subscription: '0x1', result };
        deliver(socket, JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }), true);
      }
    }
  }

  /** What it answers from; a load balancer has backends that are behind. */
  function backend(): readonly SimBlock[] {
    if (is('wrong-chain')) return stranger.canonical;
    if (is('lag') && random.chance(0.5)) return view.slice(0, Math.max(1, view.length - random.int(1, 8)));
    return view;
  }

  // -------------------------------------------------------------- connections

  function latencyMs(): number {
    return is('slow') ? random.between(500, 20_000) : random.between(5, 120);
  }

  function connect(events: SocketEvents): SocketLike {
    const socket: ServerSocket = { events, state: 'opening', subscribed: false, quietAtMs: 0 };
    sockets.add(socket);
    if (is('down')) clock.after(latencyMs(), () => gone(socket, 'ECONNREFUSED'));
    else if (!is('half-open')) {
      clock.after(latencyMs(), () => {
        if (socket.state !== 'opening') return;
        if (is('down')) return gone(socket, 'ECONNREFUSED');
        socket.state = 'open';
        events.opened();
      });
    }
    return {
      send: (text) => {
        if (socket.state !== 'open') return;
        clock.after(random.between(5, 60), () => {
          if (socket.state !== 'open' || is('half-open')) return;
          const answer = respond(text, socket);
          if (answer !== null) deliver(socket, answer, false);
        });
      },
      ping: () => {
        if (socket.state === 'open' && !is('half-open')) {
          clock.after(random.between(5, 60), () => {
            if (socket.state === 'open' && !is('half-open')) events.pong();
          });
        }
      },
      close: () => {},
      terminate: () => {
        if (socket.state !== 'gone') clock.after(1, () => gone(socket, '1006'));
      },
    };
  }

  function deliver(socket: ServerSocket, text: string, mayOvertake: boolean): void {
    const overtakes = mayOvertake && is('shuffle-heads');
    const when = clock.now() + (overtakes ? random.between(0, 3_000) : latencyMs());
    const arrives = overtakes ? when : Math.max(when, socket.quietAtMs);
    if (!overtakes) socket.quietAtMs = arrives;
    clock.after(arrives - clock.now(), () => {
      if (socket.state !== 'open' || is('half-open')) return;
      trace(`${name} > ${text}`);
      socket.events.message(text);
    });
  }

  function gone(socket: ServerSocket, detail: string): void {
    if (socket.state === 'gone') return;
    socket.state = 'gone';
    sockets.delete(socket);
    socket.events.closed(detail);
  }

  function cutAll(): void {
    for (const socket of [...sockets]) gone(socket, '1006');
  }

  function cutOften(): void {
    if (!is('cuts')) return;
    cutAll();
    clock.after(random.between(500, 8_000), cutOften);
  }

  function post(body: string, signal: AbortSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error('no answer'));
      if (signal.aborted) return fail();
      signal.addEventListener('abort', fail, { once: true });
      if (is('half-open')) return;
      clock.after(latencyMs(), () => {
        if (is('half-open')) return;
        if (is('down') || (is('cuts') && random.chance(0.3))) return fail();
        if (is('rate-limited') && random.chance(0.7)) {
          return resolve({ status: 429, text: 'slow down', retryAfter: random.chance(0.5) ? '2' : null });
        }
        const text = respond(body, null) ?? '';
        trace(`${name} > ${text}`);
        resolve({ status: 200, text, retryAfter: null });
      });
    });
  }

  // -------------------------------------------------------------- answers

  function respond(text: string, socket: ServerSocket | null): string | null {
    const body = JSON.parse(text) as Request | Request[];
    if (is('rate-limited') && random.chance(0.7)) {
      const error = { code: -32005, message: 'Too Many Requests: request rate limited' };
      return JSON.stringify({ jsonrpc: '2.0', id: Array.isArray(body) ? null : body.id, error });
    }
    // All calls of a batch are answered by one backend.
    const blocks = backend();
    const answer = Array.isArray(body)
      ? body.map((one) => answerTo(one, blocks, socket))
      : answerTo(body, blocks, socket);
    const whole = JSON.stringify(answer);
    if (!is('garbage') || random.chance(0.5)) return whole;
    return random.pick(['', 'bad gateway', '[]', '{}', 'null', whole.slice(0, whole.length >> 1)]);
  }

  function answerTo(request: Request, blocks: readonly SimBlock[], socket: ServerSocket | null): object {
    const { id, method, params } = request;
    try {
      return { jsonrpc: '2.0', id, result: result(method, params, blocks, socket) };
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return { jsonrpc: '2.0', id, error: { code: thrown.code, message: thrown.message } };
    }
  }

  function result(
    method: string,
    params: readonly unknown[],
    blocks: readonly SimBlock[],
    socket: ServerSocket | null,
  ): unknown {
    switch (method) {
      case 'eth_chainId':
        return quantity(is('wrong-chain') ? stranger.chainId : chain.chainId);
      case 'eth_subscribe':
        if (socket === null) throw new Refusal(-32601, 'notifications not supported');
        socket.subscribed = true;
        return '0x1';
      case 'eth_getBlockByNumber': {
        const block = named(params[0], blocks);
        return block === undefined || (is('null-blocks') && random.chance(0.5)) ? null : block.header;
      }
      case 'eth_getBlockByHash': {
        const block = byHash(String(params[0]), blocks);
        return block === undefined || (is('null-blocks') && random.chance(0.5)) ? null : block.header;
      }
      case 'eth_getLogs':
        return logs(params[0] as Record<string, unknown>, blocks);
      case 'eth_call': {
        const where = params[1] as { blockHash?: string } | string;
        const block =
          typeof where === 'object' ? byHash(String(where.blockHash), blocks) : named(where, blocks);
        if (block === undefined) throw new Refusal(-32000, 'header not found');
        const answer = answerCall(params[0] as { to: string; data: string }, block, aggregatorAddress);
        if (answer === null) throw new Refusal(3, 'execution reverted');
        return answer;
      }
      default:
        throw new Refusal(-32601, `the method ${method} does not exist`);
    }
  }

  function named(which: unknown, blocks: readonly SimBlock[]): SimBlock | undefined {
    if (which === 'latest') return blocks.at(-1);
    if (which === 'finalized') {
      const last = blocks.at(-1)?.number ?? 0;
      return blocks[Math.min(is('wrong-chain') ? stranger.final : final, last) - chain.first];
    }
    return blocks[Number(which) - chain.first];
  }

  /** Blocks off its own branch are as unknown as those it never saw: the harder of the two ways of real nodes. */
  function byHash(hash: string, blocks: readonly SimBlock[]): SimBlock | undefined {
    const block = (is('wrong-chain') ? stranger : chain).byHash.get(hash);
    return block !== undefined && blocks[block.number - chain.first] === block ? block : undefined;
  }

  function logs(filter: Record<string, unknown>, blocks: readonly SimBlock[]): readonly NodeLog[] {
    const { blockHash } = filter;
    if (typeof blockHash === 'string') {
      const block = byHash(blockHash, blocks);
      if (block !== undefined && isHidden(block)) throw new Refusal(-32000, 'pruned');
      if (block === undefined || (is('null-blocks') && random.chance(0.5)))
        throw new Refusal(-32000, 'unknown block');
      return lied(block.nodeLogs.filter((log) => matches(filter, log)));
    }
    const from = Number(filter.fromBlock);
    const to = Number(filter.toBlock);
    if (is('range-limit') && to > from && random.chance(0.8)) {
      const { code, message } = random.pick(rangeRefusals)(from, Math.max(1, (to - from) >> 1));
      throw new Refusal(code, message);
    }
    // What lies beyond the head is cut off without a word.
    const within = blocks.slice(from - chain.first, to - chain.first + 1);
    if (within.some(isHidden)) throw new Refusal(-32000, 'pruned');
    return lied(within.flatMap((block) => block.nodeLogs.filter((log) => matches(filter, log))));
  }

  function isHidden({ timeMs }: SimBlock): boolean {
    return (
      is('hidden-logs') &&
      episodes.some(
        ({ kind, fromMs, hiddenMs = 0 }) =>
          kind === 'hidden-logs' && timeMs >= fromMs && timeMs < fromMs + hiddenMs,
      )
    );
  }

  function lied(found: readonly NodeLog[]): readonly NodeLog[] {
    if (is('empty-logs') && random.chance(0.5)) return [];
    if (is('partial-logs') && random.chance(0.5)) return found.slice(0, found.length >> 1);
    return found;
  }
}

function matches({ address, topics }: Record<string, unknown>, log: NodeLog): boolean {
  if (!(address as readonly string[]).includes(log.address)) return false;
  return (topics as readonly unknown[]).every((wanted, i) => {
    const topic = log.topics[i];
    if (wanted === null) return true;
    return topic !== undefined && (Array.isArray(wanted) ? wanted.includes(topic) : wanted === topic);
  });
}
