import type { Clock } from '../../core/ports.js';

export interface TimeLimit {
  readonly signal: AbortSignal;
  expired(): boolean;
  end(): void;
}

/** Aborts after `ms` of the injected clock, or with the outer signal. */
export function timeLimit(ms: number, clock: Clock, outer: AbortSignal): TimeLimit {
  const controller = new AbortController();
  let expired = false;
  const abort = (): void => controller.abort();
  const cancel = clock.after(ms, () => {
    expired = true;
    abort();
  });
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    expired: () => expired,
    end() {
      cancel();
      outer.removeEventListener('abort', abort);
    },
  };
}
