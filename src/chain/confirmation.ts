import type { ChainConfig } from '../config/config.js';
import type { Block, Via } from '../core/reading.js';
import { Aside } from './aside.js';
import type { Unstamped } from './chain-input.js';
import type { Finality } from './finality.js';
import type { GivenChain } from './given-chain.js';
import type { ChainDeps } from './ports.js';
import { type Branch, blockAt, type Kept, trim } from './reorg.js';
import type { Look, SecondLook } from './second-look.js';
import type { Tuning } from './tuning.js';

export interface ConfirmationParts {
  readonly given: GivenChain;
  readonly finality: Finality;
  readonly second: SecondLook;
  /** Reads linked blocks that continue the given chain, and gives them on. */
  readonly read: (branch: Branch) => Promise<boolean>;
  /** Waits for room; resolves false after the end. */
  readonly put: (input: Unstamped) => Promise<boolean>;
}

/** Everything up to here is as it was given, by whose word. */
interface Confirmed {
  readonly upTo: number;
  readonly by: string | null;
}

/**
 * Tells the engine what of the given blocks is final: only after a second look, and what that finds wrong is given
 * again. Questions and second looks go on beside the pulling.
 */
export class Confirmation {
  readonly #finalityAside = new Aside<void>();
  readonly #aside = new Aside<{ readonly at: Kept; readonly look: Look }>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly chain: ChainConfig,
    private readonly parts: ConfirmationParts,
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {}

  /** Asks what is final. Where reading goes on by range that must be `known`; else no head waits for the answer. */
  async look(head: Block, known: boolean): Promise<void> {
    const { finality } = this.parts;
    if (known) await finality.look(head);
    else this.#finalityAside.start(() => finality.look(head));
    this.#finalityAside.take();
  }

  /** Resolves when nothing is under way beside the pulling. */
  async ended(): Promise<void> {
    await Promise.all([this.#finalityAside.ended(), this.#aside.ended()]);
  }

  /** `readAsFinal`: up to here blocks were read because they are final, and looked at twice. */
  async announce(readAsFinal: Confirmed | null = null): Promise<void> {
    const { given, second, finality: known, put } = this.parts;
    if (given.read === null) return;
    const next = readAsFinal ?? (await this.#confirmed());
    const number = next === null ? null : known.announceTo(next.upTo);
    const { chain, finality, blockTimeMs } = this.chain;
    // What slips out of sight before anybody confirmed it would be called final with the blocks after it.
    const waiting = (2 * this.deps.tuning.opinionPatienceMs) / blockTimeMs;
    given.kept = trim(given.kept, number ?? Number.NEGATIVE_INFINITY, finality.keep, waiting);
    if (number !== null) second.forget(number);
    const read = given.read.number;
    const told = number ?? known.unmoved(read);
    if (told === null) return;
    known.told(read);
    const by = number === null ? null : (next?.by ?? null);
    const via: { via?: Via } = by === null ? {} : { via: { endpoint: by, how: 'confirmed' } };
    await put({ kind: 'finalized', chain, number: told, ...via });
  }

  /**
   * How much was confirmed by the last second look; what turned out to be wrong is given again. Looks again, beside the
   * pulling, where more has become final.
   */
  async #confirmed(): Promise<Confirmed | null> {
    const found = this.#aside.take();
    if (found?.look.kind === 'wrong') {
      await this.#giveAgain(found.look.block);
      return null;
    }
    this.#lookAgain();
    if (found === null) return null;
    const { upTo } = found.look;
    // It may have died meanwhile.
    const stands = blockAt(this.parts.given.kept, upTo)?.hash === blockAt(found.at, upTo)?.hash;
    return stands ? found.look : null;
  }

  #lookAgain(): void {
    const { clock, tuning } = this.deps;
    const { given, finality, second } = this.parts;
    const to = finality.next(given.kept, given.read?.number ?? -1);
    if (to === null || clock.now() - this.#lookedAtMs < tuning.secondLookEveryMs) return;
    this.#lookedAtMs = clock.now();
    const at = given.kept;
    this.#aside.start(async () => ({ at, look: await second.confirm(at, to, tuning.opinionPatienceMs) }));
  }

  /** Back-fill leaves the kept blocks behind as final: what was read near the head is looked at again before. */
  async leaveKept(): Promise<boolean> {
    const { given, second } = this.parts;
    for (;;) {
      const { tip, read } = given;
      if (tip === undefined) return true;
      const look = await second.confirm(given.kept, tip.number, this.deps.tuning.opinionWithinMs);
      if (look.kind === 'agreed') return look.upTo >= tip.number;
      await this.#giveAgain(look.block);
      if (this.deps.signal.aborted || given.read?.hash !== read?.hash) return false;
    }
  }

  /** The engine goes back to before this block and is given it, and all after it, once more. */
  async #giveAgain(wrong: Block): Promise<void> {
    const { given, read } = this.parts;
    const { chain } = this.chain;
    const [first, ...rest] = given.kept.filter(({ number }) => number >= wrong.number);
    // It may have died meanwhile.
    if (first?.hash !== wrong.hash) return;
    this.deps.meter.count('pegwatch_blocks_corrected_total', { chain });
    this.deps.log.error({ chain, block: wrong.number }, 'logs had been left out of a block');
    const before = blockAt(given.kept, wrong.number - 1);
    const keep = before ?? { ...wrong, number: wrong.number - 1, hash: wrong.parentHash, parentHash: '0x' };
    const dead = [first, ...rest].map(({ hash }) => hash).reverse();
    if (await given.reorg(keep, dead, 'second-look')) await read([first, ...rest]);
  }
}
