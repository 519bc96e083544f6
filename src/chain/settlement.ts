import { type PackedLogs, packLogs } from '../core/packed-logs.js';
import type { Block } from '../core/reading.js';
import type { Disagreements } from './disagreements.js';
import type { Given, GivenLogs } from './given-logs.js';
import type { LogReader } from './log-reader.js';
import { logCount, logSummary, mostLogs } from './log-summary.js';
import type { ChainDeps } from './ports.js';
import { proveLogs } from './prove-logs.js';
import type { Requests } from './requests.js';
import type { Watched } from './watched.js';

export interface SettlementParts {
  readonly requests: Requests;
  readonly logs: LogReader;
  readonly watched: Watched;
  readonly disagreements: Disagreements;
  readonly given: GivenLogs;
}

export interface Dispute {
  /** Who told something else than the one that gave it. */
  readonly against?: string | null;
  /** The engine has what was given. */
  readonly reached?: boolean;
}

/** The logs of the block where others than the given ones are true; null where too few answer to tell. */
export type Settled = PackedLogs | 'as given' | null;

/** What everybody said of a block's logs. */
interface Hearing {
  readonly told: ReadonlyMap<string, PackedLogs>;
  /** Out of receipts that the header vouches for. */
  readonly proven: PackedLogs | null;
}

const none: PackedLogs = new Uint8Array(6);

/** Settles about which logs of a block endpoints differ: by its receipts, else the most logs win. The wrong ones pay. */
export class Settlement {
  constructor(
    private readonly chain: string,
    private readonly parts: SettlementParts,
    private readonly deps: Pick<ChainDeps, 'log'>,
  ) {}

  /** `alone`: no second opinion was to be had for so long that one endpoint is believed. */
  async settle(
    block: Block,
    given: Given,
    { alone, ...dispute }: Dispute & { readonly alone: boolean },
  ): Promise<Settled> {
    const hearing = await this.#hear(block);
    const { told, proven } = hearing;
    // The one that gave it first is a voice too, whether or not it answers now.
    const voices = new Set([...told.keys(), given.by].filter((name) => name !== ''));
    const tooFew = this.parts.requests.several && voices.size < 2 && !alone;
    const best = proven ?? (tooFew ? null : mostLogs(told.values()));
    if (best === null) {
      const unsettled = { what: 'logs', by: 'unsettled', reached: false } as const;
      const endpoint = dispute.against ?? null;
      this.parts.disagreements.suspected({ number: block.number, endpoint, ...unsettled });
      return null;
    }
    const keep = proven === null && given.count >= logCount(best);
    const truth = keep ? given : logSummary(best);
    const isAsGiven = truth.digest === given.digest;
    const about = { chain: this.chain, block: block.number, given: given.count, logs: truth.count };
    this.deps.log.warn({ ...about, proven: proven !== null }, 'endpoints differ about the logs of a block');
    const wrong = [...told.keys()].filter((name) => logSummary(told.get(name)).digest !== truth.digest);
    for (const name of wrong) this.blame(name);
    // With other filters the first answer may have been whole.
    const sameFilters = given.version === this.parts.watched.version;
    if (!isAsGiven && sameFilters && given.by !== '') this.blame(given.by);
    this.#tell(block, given, hearing, { ...dispute, wrong, best, isAsGiven, count: truth.count });
    return isAsGiven ? 'as given' : best;
  }

  /** It tells another block than the one that is followed. */
  otherBlock(number: number, endpoint: string): void {
    const seen = { what: 'blocks', by: 'unsettled', reached: false } as const;
    this.parts.disagreements.suspected({ number, endpoint, ...seen });
  }

  blame(endpoint: string): void {
    this.parts.requests.distrust(endpoint, 'tells other logs than the block holds');
  }

  async #hear(block: Block): Promise<Hearing> {
    const { requests, logs } = this.parts;
    const told = new Map<string, PackedLogs>();
    let proven: PackedLogs | null = null;
    for (const name of requests.usable) {
      const answer = await logs.told(name, block);
      if (answer.ok) told.set(name, answer.value);
      proven ??= await this.#prove(name, block);
    }
    return { told, proven };
  }

  /** The watched logs out of the block's receipts; null where this endpoint cannot prove them. */
  async #prove(endpoint: string, block: Block): Promise<PackedLogs | null> {
    const { requests, watched } = this.parts;
    const proof = await proveLogs(requests, endpoint, block);
    if (!proof.ok) return null;
    const wanted = proof.value.logs.filter((log) => watched.wants(log));
    return packLogs(wanted, () => {});
  }

  /** Says who was wrong, and whether it had been believed. */
  #tell(
    block: Block,
    given: Given,
    { told, proven }: Hearing,
    verdict: Dispute & {
      readonly wrong: readonly string[];
      readonly best: PackedLogs;
      readonly isAsGiven: boolean;
      readonly count: number;
    },
  ): void {
    const { disagreements } = this.parts;
    const { against = null, reached = false, wrong, best, isAsGiven, count } = verdict;
    const by = proven === null ? 'most-logs' : 'receipts';
    const seen = { number: block.number, what: 'logs', by, reached: false } as const;
    const misled = !isAsGiven && reached && this.parts.given.isWrong(given, best, block);
    if (misled) disagreements.found({ ...seen, endpoint: given.by || null, reached: true });
    for (const endpoint of wrong) {
      if (misled && endpoint === given.by) continue;
      // As many, and others: the first answer is kept, and that settles nothing.
      const tied = proven === null && logCount(told.get(endpoint) ?? none) >= count;
      disagreements.found({ ...seen, endpoint, ...(tied ? { by: 'unsettled' } : {}) });
    }
    // By range it told something else than now, asked for the very block.
    const other = isAsGiven ? against : reached ? null : given.by;
    if (other && !wrong.includes(other)) disagreements.suspected({ ...seen, endpoint: other });
  }
}
