// What the edge hands in. Pure rooms never see these; effect rooms get nothing else from outside.

/** Wall clock and timers in one, so that a simulation can own time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `fn` once after `ms`; the returned function cancels. */
  after(ms: number, fn: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** The part of pino's logger that pegwatch uses: fields first, then a short sentence. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export type Labels = Readonly<Record<string, string>>;

/** Counts and measures by the names of the table in `edge/metrics.ts`; labels are bounded by the configuration. */
export interface Meter {
  count(name: string, labels?: Labels, by?: number): void;
  gauge(name: string, labels: Labels, value: number): void;
  observe(name: string, labels: Labels, value: number): void;
}

/** Waits for `ms` or until `signal` aborts, whichever comes first. Never rejects. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Resolves when `signal` aborts, at once where it has. Never rejects. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
