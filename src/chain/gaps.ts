import type { ChainConfig } from '../config/config.js';
import type { Block } from '../core/reading.js';
import { type Hole, isPassedOver } from '../coverage/holes.js';
import type { Unstamped } from './chain-input.js';
import type { Finality } from './finality.js';
import type { News } from './head-watch.js';
import { HoleWatch, type Read } from './hole-watch.js';
import { LateReader, type Span } from './late-reader.js';
import type { LogReader } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import type { Tuning } from './tuning.js';

export interface GapParts {
  readonly logs: LogReader;
  readonly finality: Finality;
  /** Who answered last, by its configured name. */
  readonly endpoint: () => string;
  /** For what must not wait for room. */
  readonly force: (input: Unstamped) => void;
  readonly put: (input: Unstamped) => Promise<boolean>;
}

/** A head is heard before its block is read, and on a quick chain several are. */
export function normalLag({ blockTimeMs }: Pick<ChainConfig, 'blockTimeMs'>): number {
  return Math.max(3, 5_000 / blockTimeMs);
}

/**
 * Keeps count of what is missing between the blocks that the engine was given and the head, tells of it, gives up for
 * now what nobody gives, and comes back to that later.
 */
export class Gaps {
  readonly #holes: HoleWatch;
  readonly #late: LateReader;
  /** The newest block that is in the queue: what is said of holes must not come before it. */
  #given: Read | null;
  /** Since when nothing was read though there was something to read. */
  #stuckSinceMs: number | null = null;

  constructor(
    private readonly options: {
      readonly chain: ChainConfig;
      /** The newest block of the runs before; null where there was none. */
      readonly given: Read | null;
      readonly open: readonly Pick<Hole, 'from' | 'to' | 'why' | 'sources'>[];
    },
    private readonly parts: GapParts,
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {
    const { chain, silenceMs } = options.chain;
    const open = options.open.filter(({ sources }) => sources === null);
    this.#given = options.given;
    this.#holes = new HoleWatch({
      chain,
      limitMs: silenceMs,
      normalLag: normalLag(options.chain),
      open: open.filter((hole) => !isPassedOver(hole)),
    });
    this.#late = new LateReader({ chain, spans: open.filter(isPassedOver) }, parts, deps);
  }

  /** Reads what was passed over, now and then; resolves when the signal aborts. */
  run(): Promise<void> {
    return this.#late.run();
  }

  /** A head was heard: it may show what was missed while nobody told of any, or while we did not run. */
  heard(head: Block, { endsSilence, first }: News): void {
    const nowMs = this.deps.clock.now();
    const lastMs = this.#given?.timeMs ?? 0;
    const wasStopped = first && lastMs > 0 && nowMs - lastMs > this.options.chain.silenceMs;
    if (this.#given !== null && (endsSilence || wasStopped)) {
      this.#tell(this.#holes.missed(this.#given, head, wasStopped ? 'stopped' : 'silent', nowMs));
    }
    this.look(head);
  }

  /** The engine will be given this. */
  given(input: Unstamped, head: Block | null): void {
    if (input.kind === 'block') this.#given = input.block;
    if (input.kind === 'reorg') {
      this.#given = { timeMs: this.#given?.timeMs ?? 0, ...input.keep };
      this.#late.rewind(input.keep.number);
    }
    this.look(head);
  }

  look(head: Block | null): void {
    if (this.#given === null || head === null) return;
    this.#tell(this.#holes.look(this.#given, head, this.parts.endpoint(), this.deps.clock.now()));
  }

  /** After a round; says whether it is time to give up for now what stands in the way. */
  isStuck(head: Block, moved: boolean): boolean {
    const { clock, tuning } = this.deps;
    if (moved || head.number <= (this.#given?.number ?? head.number)) {
      this.#stuckSinceMs = null;
      return false;
    }
    this.#stuckSinceMs ??= clock.now();
    return clock.now() - this.#stuckSinceMs >= tuning.giveUpAfterMs;
  }

  /** This was given up; null: there was nothing behind it either, which is asked again after a while. */
  passedOver(span: Span | null, head: Block): void {
    const { clock, tuning } = this.deps;
    this.#stuckSinceMs = span === null ? clock.now() - tuning.giveUpAfterMs * 0.9 : null;
    if (span === null) return;
    this.#tell(this.#holes.passedOver(span.to, head));
    this.#late.add(span);
  }

  #tell(inputs: readonly Unstamped[]): void {
    for (const input of inputs) this.parts.force(input);
  }
}
