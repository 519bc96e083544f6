import type { ChainName } from '../core/chain.js';
import type { Hex } from '../core/hex.js';
import { type PackedLogs, packLogs } from '../core/packed-logs.js';
import type { Block } from '../core/reading.js';
import { cutRaw } from './cut-raw.js';
import { type BlockLogs, type Gathering, gatherBlock, gatherRange } from './gather-logs.js';
import { headersOf } from './headers.js';
import {
  allOf,
  done,
  type FailureKind,
  failed,
  type Outcome,
  type RpcAnswer,
  type RpcCall,
} from './json-rpc.js';
import type { ChainDeps } from './ports.js';
import { RangeWidth } from './range-width.js';
import { readHeader, toQuantity } from './read-header.js';
import type { Priority } from './request-queue.js';
import type { Requests } from './requests.js';
import type { Tuning } from './tuning.js';
import type { Watched } from './watched.js';

const mayBeTooLarge: ReadonlySet<FailureKind> = new Set(['transport', 'timeout', 'malformed']);

/** A block with the logs of our sources as bytes. */
export interface ReadBlock {
  readonly block: Block;
  readonly logs: PackedLogs;
  /** The endpoint that gave the logs. */
  readonly by: string;
  /** Of the filters that it was asked with (see `watched.ts`); left out: the present ones. */
  readonly version?: number;
  /** Something in the answer was no log of ours and was left out. */
  readonly isDoubtful?: boolean;
}

/** Logs of blocks that hold any, and who gave them. */
export interface SomeLogs {
  readonly byNumber: ReadonlyMap<number, { readonly hash: Hex; readonly logs: PackedLogs }>;
  readonly by: string;
}

/** A range of final blocks: those that hold logs and the last one, oldest first, and what the first one follows. */
export interface ReadRange {
  readonly blocks: readonly ReadBlock[];
  readonly parentHash: Hex;
  readonly by: string;
}

interface How {
  readonly priority: Priority;
  /** Anybody but this endpoint is asked, where there is anybody. */
  readonly except?: string | null;
  /** Hash of the block with this number on our branch, where it is known: the node must show the same. */
  readonly hashAt?: (number: number) => Hex | undefined;
}

/**
 * Pulls logs: by block hash near the head, by range far behind it. An empty answer for a fresh block is no proof that
 * nothing happened (go-ethereum #26098): see `second-look.ts`.
 */
export class LogReader {
  readonly width: RangeWidth;
  /** Logs in a block, lately: rises at once, falls slowly. */
  #density = 0;
  /** Logs that were left out, ever. */
  #rejects = 0;

  constructor(
    private readonly options: { readonly chain: ChainName; readonly logRange: number },
    private readonly parts: { readonly requests: Requests; readonly watched: Watched },
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {
    this.width = new RangeWidth(options.logRange, deps.tuning.chunkLogs);
  }

  /** How many blocks to ask for at once: few where they are full, because a huge answer is slow to read in one piece. */
  get batch(): number {
    const { segment, batchLogs } = this.deps.tuning;
    return Math.max(1, Math.min(segment, Math.floor(batchLogs / Math.max(1, this.#density))));
  }

  /** The logs of these blocks, asked by hash in one request; all or nothing. */
  async blocks(blocks: readonly Block[]): Promise<Outcome<readonly ReadBlock[]>> {
    const filters = this.parts.watched.filters();
    const { version } = this.parts.watched;
    const calls = blocks.flatMap((block) =>
      filters.map(
        (filter): RpcCall => ({ method: 'eth_getLogs', params: [{ ...filter, blockHash: block.hash }] }),
      ),
    );
    let by = '';
    let rejects: number[] = [];
    const read = (answers: readonly RpcAnswer[], endpoint = ''): Outcome<readonly BlockLogs[]> => {
      by = endpoint;
      rejects = [];
      const values = allOf(answers);
      // One block cannot be asked for in smaller parts: another endpoint may give it whole.
      if (!values.ok)
        return values.failure.kind === 'range-too-wide' ? failed('other', values.failure.message) : values;
      const gathered: BlockLogs[] = [];
      for (const [i, block] of blocks.entries()) {
        const lists = values.value.slice(i * filters.length, (i + 1) * filters.length);
        const before = this.#rejects;
        const one = gatherBlock(block, lists, this.#gathering());
        if (!one.ok) return one;
        gathered.push(one.value);
        rejects.push(this.#rejects - before);
      }
      return done(gathered);
    };
    const gathered = calls.length === 0 ? read([]) : await this.parts.requests.ask(calls, read, 'confirm');
    if (!gathered.ok) return gathered;
    const logs = gathered.value.reduce((sum, one) => sum + one.logs.length, 0);
    this.#density = Math.max(logs / Math.max(1, blocks.length), this.#density * 0.9);
    return done(
      blocks.map((block, i) => {
        const before = this.#rejects;
        const packed = this.#pack(gathered.value[i]);
        const isDoubtful = (rejects[i] ?? 0) + this.#rejects - before > 0;
        return { block, logs: packed, by, version, isDoubtful };
      }),
    );
  }

  /**
   * The caller vouches that the range is final. Answers that are too large are asked for again in halves. The header of
   * `from` is read too, so that the caller can see whether the range continues what it has.
   */
  async range(from: number, to: number): Promise<Outcome<ReadRange>> {
    const heard = new Set<string>();
    const found = await this.#halving(from, to, { priority: 'backfill' }, heard);
    if (!found.ok) return found;
    const by = [...heard].at(-1) ?? '';
    const byNumber = new Map(found.value.map((one) => [one.number, one]));
    const numbers = [...new Set([from, ...byNumber.keys(), to])];
    const headers = await headersOf(this.parts.requests, numbers, 'backfill');
    if (!headers.ok) return headers;
    const blocks: ReadBlock[] = [];
    for (const block of headers.value) {
      const logs = byNumber.get(block.number);
      if (logs && logs.hash !== block.hash)
        return failed('contradiction', 'logs and header of a final block differ');
      if (logs || block.number === to) blocks.push({ block, logs: this.#pack(logs), by });
    }
    const [first] = headers.value;
    return first ? done({ blocks, parentHash: first.parentHash, by }) : failed('malformed', 'no header');
  }

  /**
   * The logs of `from..to` once more, from another endpoint than `except` where there is one, on the branch that
   * `hashAt` knows.
   */
  async again(
    from: number,
    to: number,
    except: string,
    hashAt: (number: number) => Hex | undefined,
  ): Promise<Outcome<SomeLogs>> {
    const heard = new Set<string>();
    const found = await this.#halving(from, to, { priority: 'again', except, hashAt }, heard);
    if (!found.ok) return found;
    const byNumber = new Map(
      found.value.map((one) => [one.number, { hash: one.hash, logs: this.#pack(one) }] as const),
    );
    return done({ byNumber, by: [...heard].at(-1) ?? '' });
  }

  /** The logs of one block as this endpoint tells them. */
  async told(endpoint: string, block: Block): Promise<Outcome<PackedLogs>> {
    const calls = this.parts.watched
      .filters()
      .map((filter): RpcCall => ({ method: 'eth_getLogs', params: [{ ...filter, blockHash: block.hash }] }));
    const read = (answers: readonly RpcAnswer[]): Outcome<BlockLogs> => {
      const values = allOf(answers);
      return values.ok ? gatherBlock(block, values.value, this.#gathering()) : values;
    };
    const gathered = await this.parts.requests.askOne(endpoint, calls, read, 'confirm');
    return gathered.ok ? done(this.#pack(gathered.value)) : gathered;
  }

  /**
   * A refusal that names the range is learned from at once. A request that broke off may have had too large an answer
   * (bodies and frames are bounded) or met an outage: its halves tell, and only if they succeed is it learned from.
   */
  async #halving(
    from: number,
    to: number,
    how: How,
    heard: Set<string>,
  ): Promise<Outcome<readonly BlockLogs[]>> {
    const found = await this.#ask(from, to, how, heard);
    if (found.ok || from === to) return found;
    const { kind, suggested = null } = found.failure;
    const refused = kind === 'range-too-wide';
    if (!refused && !mayBeTooLarge.has(kind)) return found;
    const asked = to - from + 1;
    const next = refused ? this.width.tooWide(asked, suggested) : Math.ceil(asked / 2);
    const parts: BlockLogs[] = [];
    for (let at = from; at <= to; at += next) {
      const part = await this.#halving(at, Math.min(to, at + next - 1), how, heard);
      if (!part.ok) return part;
      for (const block of part.value) parts.push(block);
    }
    if (!refused) this.width.tooWide(asked, next);
    return done(parts);
  }

  async #ask(
    from: number,
    to: number,
    { priority, except = null, hashAt = () => undefined }: How,
    heard: Set<string>,
  ): Promise<Outcome<readonly BlockLogs[]>> {
    const filters = this.parts.watched.filters();
    if (filters.length === 0) return done([]);
    const calls = filters.map((filter): RpcCall => {
      const range = { fromBlock: toQuantity(from), toBlock: toQuantity(to) };
      return { method: 'eth_getLogs', params: [{ ...filter, ...range }] };
    });
    // What lies beyond a node's head is left out without a word: in the same request it must show the last block.
    calls.push({ method: 'eth_getBlockByNumber', params: [toQuantity(to), false] });
    const outcome = await this.parts.requests.ask(
      calls,
      (answers, endpoint): Outcome<readonly BlockLogs[]> => {
        const values = allOf(answers);
        if (values.ok) {
          const last = values.value.at(-1);
          if (last === null) return failed('unknown-block', 'the node is behind the range');
          const header = readHeader(last);
          if (header?.number !== to) return failed('malformed', 'no header of the last block');
          const expected = hashAt(to);
          if (expected !== undefined && expected !== header.hash)
            return failed('unknown-block', 'the node is on another branch');
          heard.add(endpoint);
          return gatherRange(from, to, values.value.slice(0, -1), this.#gathering());
        }
        const single = from === to && values.failure.kind === 'range-too-wide';
        return single ? failed('other', values.failure.message) : values;
      },
      priority,
      from === to ? undefined : 2,
      except,
    );
    if (outcome.ok)
      this.width.went(
        to - from + 1,
        outcome.value.reduce((sum, { logs }) => sum + logs.length, 0),
      );
    return outcome;
  }

  #gathering(): Gathering {
    const { watched } = this.parts;
    return { isWatched: (address) => watched.has(address), reject: (why, raw) => this.#rejected(why, raw) };
  }

  #pack(found: BlockLogs | undefined): PackedLogs {
    return packLogs(found?.logs ?? [], (log, why) => this.#rejected(why, log));
  }

  #rejected(why: string, raw: unknown): void {
    this.#rejects++;
    const { chain } = this.options;
    const atMs = this.deps.clock.now();
    this.deps.keepReject?.({ atMs, chain, endpoint: null, why, raw: cutRaw(raw) });
    this.deps.meter.count('pegwatch_logs_rejected_total', { chain });
    this.deps.log.debug({ chain, why }, 'log rejected');
  }
}
