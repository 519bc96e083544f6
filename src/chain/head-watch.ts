import type { Clock } from '../core/ports.js';
import type { Block } from '../core/reading.js';

/** What a header said that was heard. */
export interface News {
  /** It is higher than all before it. */
  readonly higher: boolean;
  /** It ends a silence. */
  readonly endsSilence: boolean;
  /** It is the first one of this run. */
  readonly first: boolean;
}

const nothing: News = { higher: false, endsSilence: false, first: false };

/** The newest head that anybody told of, and since when nobody does. */
export class HeadWatch {
  head: Block | null = null;
  /** Since when the chain counts as silent; null while it does not. */
  silentSinceMs: number | null = null;
  #heardAtMs = 0;
  #cancel: () => void = () => {};

  constructor(
    private readonly options: {
      readonly silenceMs: number;
      /** The chain was silent already when the last run ended. */
      readonly silent: boolean;
    },
    private readonly parts: {
      /** The engine takes nothing: nobody listens either, and that is no silence of the chain. */
      readonly isStuck: () => boolean;
      readonly silent: (sinceMs: number) => void;
    },
    private readonly clock: Clock,
  ) {}

  begin(): void {
    this.#heardAtMs = this.clock.now();
    if (this.options.silent) this.silentSinceMs = this.#heardAtMs;
    else this.#watch();
  }

  end(): void {
    this.#cancel();
  }

  /** Only a higher head is news: an endpoint that is stuck repeats itself, two that lag contradict each other. */
  hear(header: Block): News {
    if (header.number <= (this.head?.number ?? -1)) return nothing;
    const news = { higher: true, endsSilence: this.silentSinceMs !== null, first: this.head === null };
    this.head = header;
    this.#heardAtMs = this.clock.now();
    if (news.endsSilence) {
      this.silentSinceMs = null;
      this.#watch();
    }
    return news;
  }

  /** After a reorg the chain may be shorter than it was: what comes next is news again. */
  shorten(number: number): void {
    if (this.head !== null) this.head = { ...this.head, number };
  }

  #watch(): void {
    if (this.parts.isStuck()) this.#heardAtMs = this.clock.now();
    const leftMs = this.#heardAtMs + this.options.silenceMs - this.clock.now();
    if (leftMs > 0) {
      this.#cancel = this.clock.after(leftMs, () => this.#watch());
      return;
    }
    this.silentSinceMs = this.#heardAtMs;
    this.parts.silent(this.#heardAtMs);
  }
}
