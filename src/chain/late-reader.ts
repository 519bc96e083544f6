import { sleep } from '../core/ports.js';
import type { Unstamped } from './chain-input.js';
import type { Finality } from './finality.js';
import type { LogReader } from './log-reader.js';
import type { ChainDeps } from './ports.js';
import type { Tuning } from './tuning.js';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads what was passed over, in the background and now and then: first as wide as usual, then in halves, until a single
 * block is all that is refused; that one is left for the next time. Only final blocks are read: by then nobody has to
 * ask which branch they are of.
 */
export class LateReader {
  #spans: readonly Span[];
  #width = Number.POSITIVE_INFINITY;
  #wake: () => void = () => {};

  constructor(
    private readonly options: { readonly chain: string; readonly spans: readonly Span[] },
    private readonly parts: {
      readonly logs: LogReader;
      readonly finality: Finality;
      readonly put: (input: Unstamped) => Promise<boolean>;
    },
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {
    this.#spans = options.spans;
  }

  /** Blocks that were just passed over. */
  add(span: Span): void {
    this.#spans = [...this.#spans, span];
    this.#wake();
  }

  /** Blocks above `number` died: they are read anew in their order. */
  rewind(number: number): void {
    this.#spans = this.#spans
      .filter(({ from }) => from <= number)
      .map((span) => ({ ...span, to: Math.min(span.to, number) }));
  }

  /** Resolves when the signal aborts. */
  async run(): Promise<void> {
    const { clock, signal, tuning } = this.deps;
    while (!signal.aborted) {
      if (this.#spans.length === 0) await this.#untilThereIsSome();
      else await sleep(clock, tuning.lateEveryMs, signal);
      let at = Number.NEGATIVE_INFINITY;
      this.#width = Number.POSITIVE_INFINITY;
      for (;;) {
        const next = this.#nextFrom(at);
        if (next === null || signal.aborted) break;
        at = await this.#read(next);
      }
    }
  }

  /** Reads the beginning of a span; says from where to go on. */
  async #read(span: Span): Promise<number> {
    const { logs, put } = this.parts;
    const { chain } = this.options;
    const width = Math.max(1, Math.min(this.#width, logs.width.blocks));
    const to = Math.min(span.to, span.from + width - 1);
    const found = await logs.range(span.from, to);
    const last = found.ok ? found.value.blocks.at(-1) : undefined;
    if (!found.ok || last === undefined) {
      // A single block that is refused is passed over again; beyond it the width grows back.
      if (to === span.from) {
        this.#width = 2;
        return to + 1;
      }
      this.#width = Math.ceil((to - span.from + 1) / 2);
      return span.from;
    }
    this.#width *= 2;
    // It may have died while it was read.
    if (!this.#spans.some(({ from, to: end }) => from <= span.from && end >= to)) return to + 1;
    for (const { block, logs: own } of found.value.blocks) {
      await put({ kind: 'late', chain, block, logs: own });
    }
    const from = span.from;
    await put({ kind: 'filled', chain, from, to, hash: last.block.hash, endpoint: found.value.by });
    this.#spans = this.#spans.flatMap((one) => without(one, { from, to }));
    return to + 1;
  }

  #nextFrom(at: number): Span | null {
    const final = this.parts.finality.claimed ?? -1;
    for (const span of this.#spans) {
      const next = { from: Math.max(span.from, at), to: Math.min(span.to, final) };
      if (next.from <= next.to) return next;
    }
    return null;
  }

  #untilThereIsSome(): Promise<void> {
    const { signal } = this.deps;
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

function without(span: Span, gone: Span): readonly Span[] {
  if (gone.to < span.from || gone.from > span.to) return [span];
  const before = span.from < gone.from ? [{ from: span.from, to: gone.from - 1 }] : [];
  const after = span.to > gone.to ? [{ from: gone.to + 1, to: span.to }] : [];
  return [...before, ...after];
}
