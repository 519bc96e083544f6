import type { SourceSpec } from '../core/source.js';
import { protocolOf } from '../protocols/index.js';
import type { CallMoment } from '../protocols/protocol.js';
import type { SourceCall } from './call-reader.js';

interface Planned extends SourceCall {
  readonly when: readonly CallMoment[];
}

/** Which calls are due at a block: each source's protocol says what, this says when. */
export class CallSchedule {
  readonly #plan: readonly Planned[];
  #started = false;
  #polledAtMs = Number.NEGATIVE_INFINITY;
  /** The block at which everything was read last. */
  #polledBlock = Number.NEGATIVE_INFINITY;

  constructor(
    sources: readonly SourceSpec[],
    private readonly pollMs: number,
  ) {
    this.#plan = sources.flatMap((source) =>
      protocolOf(source.protocol)
        .calls(source)
        .map((call) => ({ source: source.id, call, when: call.when })),
    );
  }

  /**
   * The calls for a block in which `emitted` sources spoke; each call once. `live`: the block is the newest one, so
   * that the state of every source may be read there. The first live block of a run starts everything.
   */
  due(block: number, emitted: readonly SourceSpec[], live: boolean, nowMs: number): readonly SourceCall[] {
    const moments = new Set<CallMoment>();
    if (live && !this.#started) moments.add('start');
    if (live && nowMs - this.#polledAtMs >= this.pollMs) moments.add('poll');
    if (live) this.#started = true;
    if (moments.size > 0) {
      this.#polledAtMs = nowMs;
      this.#polledBlock = block;
    }
    const spoke = new Set(emitted.map(({ id }) => id));
    return this.#plan.filter(
      ({ source, when }) =>
        when.some((moment) => moments.has(moment)) || (when.includes('event') && spoke.has(source)),
    );
  }

  /** Blocks above `keep` died, and what was read at them is forgotten: where everything was, it is due again at once. */
  died(keep: number): void {
    if (this.#polledBlock <= keep) return;
    this.#started = false;
    this.#polledAtMs = Number.NEGATIVE_INFINITY;
  }
}
