import type { Clock } from '../../core/ports.js';

export interface TimeLimit {
  readonly signal: AbortSignal;
  expired(): boolean;
  end(): void;
}

/**
 * Where this process was busy for long, the answer is there and only unread, and timers come before sockets. So what
 * was said by then is read before anybody is called mute: else it would be told twice.
 */
export const readMs = 20;

/** Aborts after `ms` of the injected clock, or with the outer signal. */
export function timeLimit(ms: number, clock: Clock, outer: AbortSignal): TimeLimit {
  const controller = new AbortController();
  let expired = false;
  const abort = (): void => controller.abort();
  let cancel = clock.after(ms, () => {
    cancel = clock.after(readMs, () => {
      expired = true;
      abort();
    });
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
