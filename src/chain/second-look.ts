// No answer about logs is believed for ever on one endpoint's word. What was read near the head is asked for again when
// it is about to become final, and what is filled in by range at once: of another endpoint where one is configured.
// Where two answers differ everybody is asked; logs that exist cannot be talked away, so the most logs win, unless the
// block's own receipts settle it. The endpoint pays for the contradiction, not the event.

import type { Hex } from '../core/hex.js';
import type { PackedLogs } from '../core/packed-logs.js';
import { sleep } from '../core/ports.js';
import type { Block } from '../core/reading.js';
import { speaksAgainst } from './bloom.js';
import { digest } from './digest.js';
import { type Given, GivenLogs, type GivenLogsParts } from './given-logs.js';
import { headersOf } from './headers.js';
import { done, failed, type Outcome } from './json-rpc.js';
import type { ReadBlock, ReadRange } from './log-reader.js';
import { emittersIn, logSummary } from './log-summary.js';
import type { ChainDeps } from './ports.js';
import type { Header } from './read-header.js';
import type { Kept } from './reorg.js';
import { type Dispute, type Settled, Settlement, type SettlementParts } from './settlement.js';
import type { Tuning } from './tuning.js';

export type SecondLookParts = GivenLogsParts & Omit<SettlementParts, 'given'>;

/** A range, and who told the same of it; null where nobody else was asked. */
export interface CheckedRange extends ReadRange {
  readonly confirmedBy: string | null;
}

export type Look =
  /** Everything up to here is as it was given; by whose word, null where the giver alone was asked once more. */
  | { readonly kind: 'agreed'; readonly upTo: number; readonly by: string | null }
  /** These are the logs of this block; the engine has others. */
  | { readonly kind: 'wrong'; readonly block: Block; readonly logs: PackedLogs };

/** Most blocks compared in one request, however empty. */
const mostAtOnce = 200;

export class SecondLook {
  readonly #given: GivenLogs;
  readonly #settlement: Settlement;
  /** Settled logs of blocks that must be given again, so that the same lie is not believed twice. */
  readonly #settled = new Map<Hex, PackedLogs>();
  #confirmed: number;
  /** Rises with every block that died: what was found out meanwhile may be about the dead. */
  #rewinds = 0;
  /** When a second opinion was last had. */
  #opinionAtMs: number;

  constructor(
    private readonly options: { readonly chain: string; readonly finalized: number | null },
    private readonly parts: SecondLookParts,
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {
    this.#confirmed = options.finalized ?? Number.NEGATIVE_INFINITY;
    this.#opinionAtMs = deps.clock.now();
    this.#given = new GivenLogs(parts);
    this.#settlement = new Settlement(options.chain, { ...parts, given: this.#given }, deps);
  }

  /** The engine is given this block. */
  remember(read: ReadBlock): void {
    this.#given.remember(read);
  }

  /** The blocks after `number` are dead, or must be given again. */
  rewind(number: number): void {
    this.#rewinds++;
    this.#given.rewind(number);
    this.#confirmed = Math.min(this.#confirmed, number);
  }

  /** Of the logs that the engine was given of this block; null where that is not known. */
  digestOf(block: Block): string | null {
    return this.#given.at(block)?.digest ?? null;
  }

  /**
   * What to give instead of what was read, where that is known to be wrong, its header speaks against it, or something
   * had to be left out of it: on its way a log may have been garbled that another answer holds whole.
   */
  async corrected(read: ReadBlock): Promise<ReadBlock> {
    const known = this.#settled.get(read.block.hash);
    if (known !== undefined) return { ...read, logs: known };
    const { requests, watched } = this.parts;
    const { bloom }: Header = read.block;
    if (read.isDoubtful !== true) {
      if (!requests.several || !speaksAgainst(bloom, watched.filters(), emittersIn(read.logs))) return read;
      this.deps.meter.count('pegwatch_bloom_suspicions_total', { chain: this.options.chain });
    }
    const others = requests.usable.filter((one) => one !== read.by);
    for (const name of others.length > 0 ? others : [read.by]) {
      const told = await this.parts.logs.told(name, read.block);
      if (!told.ok) continue;
      const given = this.#given.of(read.logs, read.by, read.version);
      if (digest(told.value) === given.digest) return read;
      const truth = await this.#settle(read.block, given, this.deps.tuning.opinionWithinMs);
      return truth === null || truth === 'as given' ? read : { ...read, logs: truth };
    }
    return read;
  }

  /** Blocks up to `number` are final and confirmed: nothing about them is needed any more. */
  forget(number: number): void {
    this.#confirmed = Math.max(this.#confirmed, number);
    this.#given.forget(number);
    if (this.#given.isEmpty) this.#settled.clear();
  }

  /** Looks again at the kept blocks up to `to`; waits for another endpoint's word no longer than `patienceMs`. */
  async confirm(kept: Kept, to: number, patienceMs: number): Promise<Look> {
    const open = kept.filter(({ number }) => number > this.#confirmed && number <= to);
    const rewinds = this.#rewinds;
    let confirmedBy: string | null = null;
    for (let i = 0; i < open.length; ) {
      const { run, by } = this.#runFrom(open, i);
      const verdict = await this.#compare(run, by, patienceMs);
      if (rewinds !== this.#rewinds) return { kind: 'agreed', upTo: this.#confirmed, by: confirmedBy };
      if (verdict.kind === 'wrong' || verdict.upTo < (run.at(-1)?.number ?? 0)) return verdict;
      this.#confirmed = Math.max(this.#confirmed, verdict.upTo);
      confirmedBy = verdict.by;
      i += run.length;
      if (i < open.length) await sleep(this.deps.clock, this.deps.tuning.secondLookPauseMs, this.deps.signal);
    }
    return { kind: 'agreed', upTo: to, by: confirmedBy };
  }

  /** The blocks from `i` on that one endpoint gave and whose logs are quickly read in one answer. */
  #runFrom(open: Kept, i: number): { readonly run: readonly Block[]; readonly by: string } {
    const run: Block[] = [];
    let by = '';
    let count = 0;
    for (const block of open.slice(i, i + mostAtOnce)) {
      const given = this.#given.at(block);
      count += given?.count ?? 0;
      const fits = (given?.by ?? '') === by && count <= this.deps.tuning.batchLogs;
      if (run.length > 0 && !fits) break;
      by = given?.by ?? '';
      run.push(block);
    }
    return { run, by };
  }

  /** A range of final blocks, in which two endpoints agree where two are configured. */
  async range(from: number, to: number): Promise<Outcome<CheckedRange>> {
    const { logs, requests } = this.parts;
    const first = await logs.range(from, to);
    if (!first.ok) return first;
    const alone = done({ ...first.value, confirmedBy: null });
    if (!requests.several) return alone;
    const { blocks, by, parentHash } = first.value;
    const found = new Map(blocks.map((one) => [one.block.number, one]));
    const second = await logs.again(from, to, by, (number) => found.get(number)?.block.hash);
    if (!second.ok) {
      if (!this.#isAlone(this.deps.tuning.opinionWithinMs)) return second;
      this.deps.meter.count('pegwatch_blocks_unchecked_total', { chain: this.options.chain }, to - from + 1);
      return alone;
    }
    this.#heardOpinion();
    const numbers = [...new Set([...found.keys(), ...second.value.byNumber.keys()])].sort((a, b) => a - b);
    for (const number of numbers) {
      const other = second.value.byNumber.get(number);
      const mine = found.get(number);
      const given = this.#given.of(mine?.logs, by);
      if (given.digest === logSummary(other?.logs).digest) continue;
      const block = mine?.block ?? (await this.#header(number));
      if (block === null || (other !== undefined && other.hash !== block.hash)) {
        this.#settlement.otherBlock(number, second.value.by);
        return failed('contradiction', 'two endpoints tell different blocks of a final range');
      }
      const patienceMs = this.deps.tuning.opinionWithinMs;
      const truth = await this.#settle(block, given, patienceMs, { against: second.value.by });
      if (truth === null)
        return failed('contradiction', 'endpoints disagree about the logs of a final block');
      if (truth !== 'as given') found.set(number, { block, logs: truth, by });
      else this.#settlement.blame(second.value.by);
    }
    const ordered = [...found.values()].sort((a, b) => a.block.number - b.block.number);
    return done({ blocks: ordered, by, parentHash, confirmedBy: second.value.by });
  }

  /** A run of blocks that one endpoint gave. */
  async #compare(run: readonly Block[], by: string, patienceMs: number): Promise<Look> {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) return { kind: 'agreed', upTo: -1, by: null };
    const hashes = new Map(run.map(({ number, hash }) => [number, hash]));
    const hashAt = (number: number): Hex | undefined => hashes.get(number);
    const { logs } = this.parts;
    let again = await logs.again(first.number, last.number, by, hashAt);
    // Nobody else for a long time: the word of the same endpoint, now that the block is settled there, is something.
    if (!again.ok && this.#isAlone(patienceMs))
      again = await logs.again(first.number, last.number, '', hashAt);
    else if (again.ok) this.#heardOpinion();
    if (!again.ok) return { kind: 'agreed', upTo: first.number - 1, by: null };
    for (const block of run) {
      const given = this.#given.at(block);
      // Not given to the engine: an ancestor of the first block.
      if (given === null) continue;
      const seen = again.value.byNumber.get(block.number);
      if (seen !== undefined && seen.hash !== block.hash) {
        this.parts.requests.distrust(again.value.by, 'logs of a branch that it does not follow');
        this.#settlement.otherBlock(block.number, again.value.by);
        return { kind: 'agreed', upTo: block.number - 1, by: null };
      }
      if (logSummary(seen?.logs).digest === given.digest) continue;
      const dispute = { against: again.value.by, reached: true };
      const truth = await this.#settle(block, given, patienceMs, dispute);
      if (truth === null) return { kind: 'agreed', upTo: block.number - 1, by: null };
      if (truth === 'as given') {
        this.#settlement.blame(again.value.by);
        continue;
      }
      this.#settled.set(block.hash, truth);
      return { kind: 'wrong', block, logs: truth };
    }
    return { kind: 'agreed', upTo: last.number, by: again.value.by || null };
  }

  #settle(block: Block, given: Given, patienceMs: number, dispute: Dispute = {}): Promise<Settled> {
    return this.#settlement.settle(block, given, { ...dispute, alone: this.#isAlone(patienceMs) });
  }

  async #header(number: number): Promise<Block | null> {
    const headers = await headersOf(this.parts.requests, [number], 'backfill');
    return headers.ok ? (headers.value[0] ?? null) : null;
  }

  /** No second opinion was to be had for this long. */
  #isAlone(patienceMs: number): boolean {
    return this.parts.requests.several && this.deps.clock.now() - this.#opinionAtMs > patienceMs;
  }

  #heardOpinion(): void {
    this.#opinionAtMs = this.deps.clock.now();
  }
}
