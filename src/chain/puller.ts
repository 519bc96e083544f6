import type { ChainConfig } from '../config/config.js';
import type { Block } from '../core/reading.js';
import type { Cursor } from '../store/store.js';
import { ancestorsOf } from './ancestors.js';
import type { BaseFees } from './base-fees.js';
import { Belief } from './belief.js';
import { BranchReader } from './branch-reader.js';
import type { CallReader } from './call-reader.js';
import type { CallSchedule } from './call-schedule.js';
import type { Unstamped } from './chain-input.js';
import { Confirmation } from './confirmation.js';
import type { Finality } from './finality.js';
import { GivenChain } from './given-chain.js';
import { headerByHash, headerByTag, headersOf, linkedHeaders } from './headers.js';
import type { Outcome } from './json-rpc.js';
import { landingAfter } from './landing.js';
import { lastCanonical } from './last-canonical.js';
import type { Span } from './late-reader.js';
import type { LogReader } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import { RangeReader } from './range-reader.js';
import { type Branch, type Kept, linkedTail, reconcile } from './reorg.js';
import type { Requests } from './requests.js';
import type { SecondLook } from './second-look.js';
import type { Tuning } from './tuning.js';
import type { Watched } from './watched.js';

export interface PullerParts {
  readonly requests: Requests;
  readonly logs: LogReader;
  readonly calls: CallReader;
  readonly schedule: CallSchedule;
  readonly watched: Watched;
  readonly finality: Finality;
  readonly second: SecondLook;
  readonly baseFees: BaseFees;
  /** Waits for room; resolves false after the end. */
  readonly put: (input: Unstamped) => Promise<boolean>;
}

/**
 * Pulls the canonical chain, block by block: where the socket only hints, this is where continuity is proved.
 * What cannot be read is given up quietly (the request layer has tried long enough by then) with the state left true,
 * and the next round starts from there. Methods that return a boolean say whether something came of it.
 */
export class Puller {
  #begun = false;
  readonly #given: GivenChain;
  readonly #confirmation: Confirmation;
  readonly #belief: Belief;
  readonly #branches: BranchReader;
  readonly #ranges: RangeReader;

  constructor(
    private readonly options: {
      readonly chain: ChainConfig;
      readonly cursor: Cursor | null;
      readonly recent: readonly Block[];
    },
    private readonly parts: PullerParts,
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {
    this.#given = new GivenChain(this.#name, parts, deps);
    this.#belief = new Belief(options.chain, parts, deps);
    this.#branches = new BranchReader(parts, deps);
    const read = (branch: Branch): Promise<boolean> => this.#read(branch, false);
    this.#confirmation = new Confirmation(options.chain, { ...parts, given: this.#given, read }, deps);
    this.#ranges = new RangeReader(this.#name, { ...parts, branches: this.#branches }, deps);
  }

  /** The newest block that was given to the engine and is canonical. */
  get read(): Block | null {
    return this.#given.read;
  }

  /** Asks for the newest head; null where nobody answers. */
  async latest(): Promise<Block | null> {
    return valueIn(await headerByTag(this.parts.requests, 'latest', 2));
  }

  /** The same from another endpoint than this one, where there is one. */
  async latestElsewhere(endpoint: string): Promise<Block | null> {
    return valueIn(await headerByTag(this.parts.requests, 'latest', 1, endpoint));
  }

  /** Reads everything up to `head`. `hinted`: it came from a subscription and is believed only as the tip's child. */
  async advanceTo(head: Block, hinted: boolean): Promise<void> {
    const { finality } = this.parts;
    this.#given.pushed = hinted ? head.hash : null;
    let doubtful = hinted;
    await this.#confirmation.look(head, !this.#begun || this.#isFarBelow(head));
    if (!this.#begun) this.#begun = await this.#begin(head);
    while (this.#begun && !this.deps.signal.aborted) {
      // The same question as `#take` asks: two answers to it would go round for ever.
      const verdict = reconcile(this.#given.kept, [head], finality.announced ?? undefined);
      if (verdict.kind === 'known') break;
      if (verdict.kind === 'gap') {
        if (!(await this.#fill(verdict.from, head.number))) break;
        // That took its time: the head may have died meanwhile, and what was read may be what replaced it.
        doubtful = true;
      } else if (doubtful && verdict.kind !== 'extends') {
        // Late news of a dead sibling must not turn the chain around: only what a node calls its head may.
        const latest = await this.latest();
        if (latest) await this.#take([latest], true);
        break;
      } else if (!(await this.#take([head], true))) break;
    }
    if (this.#begun) await this.#confirmation.announce();
  }

  /**
   * Goes on behind what has been refused for long; says what was passed over, null where nothing behind it can be read
   * either. A reorg among the passed-over blocks is none of the engine's business; one from below them is.
   */
  async passOver(head: Block): Promise<Span | null> {
    const { tip } = this.#given;
    if (!this.#begun || tip === undefined || head.number <= tip.number + 1) return null;
    const found = await landingAfter(tip.number, head, this.#depth, this.parts);
    if (found === null) return null;
    const span = { from: tip.number + 1, to: found.landing.number - 1 };
    return (await this.#given.passOver(span, found.kept)) ? span : null;
  }

  /** Resolves when nothing is under way beside the pulling. */
  ended(): Promise<void> {
    return this.#confirmation.ended();
  }

  #isFarBelow(head: Block): boolean {
    return head.number - (this.#given.tip?.number ?? -1) > 2 * this.deps.tuning.segment;
  }

  // -------------------------------------------------------------- the start of a run

  async #begin(head: Block): Promise<boolean> {
    const { cursor, recent } = this.options;
    if (cursor === null) {
      // Ancestors come first, so that a reorg right after the start is understood.
      const ancestors = await ancestorsOf(head, this.#depth, this.parts.requests);
      this.#given.begin(head.number, ancestors ?? []);
      return ancestors !== null;
    }
    const tail = linkedTail(recent.filter(({ number }) => number <= cursor.number));
    const { number, hash, timeMs } = cursor;
    const stored: Kept = tail.at(-1)?.hash === hash ? tail : [{ number, hash, parentHash: '0x', timeMs }];
    this.#given.kept = stored;
    return this.#standOnLiving();
  }

  /**
   * What we stand on may have died while nobody listened, and a range of logs links to nothing: so it is asked about
   * first, and the dead are taken back.
   */
  async #standOnLiving(): Promise<boolean> {
    const stood = this.#given.kept;
    const found = valueIn(await lastCanonical(stood, this.parts.requests, this.deps.tuning.segment));
    if (found === null) return false;
    const { keep, dead } = found;
    const final = this.parts.finality.announced ?? Number.NEGATIVE_INFINITY;
    if (dead.length > 0 && (keep?.number ?? Number.NEGATIVE_INFINITY) < final) {
      if (!this.#belief.sure({ dead })) return false;
    }
    if (keep === null) return this.#giveUpFloor(stood);
    if (!(await this.#given.reorg(keep, dead))) return false;
    this.#given.kept = found.kept;
    return true;
  }

  // -------------------------------------------------------------- behind the head

  async #fill(from: number, to: number): Promise<boolean> {
    const { requests, finality } = this.parts;
    const { segment } = this.deps.tuning;
    const final = Math.min(finality.claimed ?? 0, to - 1);
    if (final - from >= 2 * segment) {
      if (!(await this.#standOnLiving()) || !(await this.#confirmation.leaveKept())) return false;
      return this.#fillByRange((this.#given.tip?.number ?? from - 1) + 1, final);
    }
    const end = Math.min(to, from + segment - 1);
    const [first, ...rest] = valueIn(await linkedHeaders(requests, from, end, 'confirm')) ?? [];
    if (first === undefined) return false;
    return this.#take([first, ...rest], from + rest.length === to);
  }

  async #fillByRange(from: number, to: number): Promise<boolean> {
    for await (const { blocks, last, calls, confirmedBy } of this.#ranges.read(this.#given.tip, from, to)) {
      for (const one of blocks) {
        if (!(await this.#given.giveFinal(one, one.block === last ? calls : []))) return false;
      }
      await this.#confirmation.announce({ upTo: last.number, by: confirmedBy });
    }
    return (this.#given.tip?.number ?? -1) >= to;
  }

  // -------------------------------------------------------------- near the head

  /** Settles a linked branch against the kept chain and reads it. */
  async #take(linked: Branch, live: boolean): Promise<boolean> {
    let branch = linked;
    while (!this.deps.signal.aborted) {
      const verdict = reconcile(this.#given.kept, branch, this.parts.finality.announced ?? undefined);
      switch (verdict.kind) {
        // A gap opens where the chain was taken up lower; the round comes back to it.
        case 'known':
        case 'gap':
          return true;
        case 'extends':
          this.#belief.reset();
          return this.#read(branch, live);
        case 'reorg':
          return (await this.#given.reorg(verdict.keep, verdict.dead)) && this.#read(branch, live);
        case 'too-deep':
          if (!this.#belief.sure(verdict)) return false;
          if (verdict.keep === null) return this.#giveUpFloor(this.#given.kept);
          return (await this.#given.reorg(verdict.keep, verdict.dead)) && this.#read(branch, live);
        case 'parent-needed': {
          const parent = valueIn(await headerByHash(this.parts.requests, verdict.hash));
          if (parent?.number !== verdict.number) return false;
          branch = [parent, ...branch];
        }
      }
    }
    return false;
  }

  /** Every block kept is dead: the chain is taken up again at the height of the oldest. */
  async #giveUpFloor(kept: Kept): Promise<boolean> {
    const [floor] = kept;
    if (floor === undefined) return false;
    const header = valueIn(await headersOf(this.parts.requests, [floor.number], 'head'))?.[0];
    if (header === undefined) return false;
    const keep: Block = { ...floor, number: floor.number - 1, hash: header.parentHash, parentHash: '0x' };
    this.#given.kept = kept;
    if (!(await this.#given.reorg(keep, kept.map(({ hash }) => hash).reverse()))) return false;
    this.#given.kept = [keep];
    return true;
  }

  /** Reads linked blocks that continue the kept chain, and gives them on. */
  async #read(branch: Branch, live: boolean): Promise<boolean> {
    let given = 0;
    for await (const { read, calls } of this.#branches.read(branch, live)) {
      if (!(await this.#given.give(read, calls))) return false;
      given++;
    }
    return given === branch.length;
  }

  get #name(): string {
    return this.options.chain.chain;
  }

  /** Ancestors that are kept where reading begins. */
  get #depth(): number {
    return Math.min(this.deps.tuning.ancestors, this.options.chain.finality.keep);
  }
}

function valueIn<T>(outcome: Outcome<T>): T | null {
  return outcome.ok ? outcome.value : null;
}
