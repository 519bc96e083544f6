import type { Clock } from '../core/ports.js';

/**
 * How many calls an endpoint may be asked in a second: a token bucket that learns. A refusal (HTTP 429, `-32005`)
 * halves the pace; it then grows back in a straight line, because what refused was often a neighbour's burst.
 */
export interface Pace {
  /** Calls a second at this moment; never above what is configured. */
  readonly perSecond: number;
  /** Milliseconds until `calls` may go; 0: they may go now. */
  waitMs(calls: number): number;
  spend(calls: number): void;
  refused(): void;
}

/** From nothing back to the configured pace. */
const recoverMs = 300_000;
/** One refusal in ten seconds still lets a chain limp along. */
const leastPerSecond = 0.1;
/** The answers of one burst come together: they are one refusal. */
const oneRefusalMs = 1_000;

export function createPace(configured: number, clock: Clock): Pace {
  const least = Math.min(configured, leastPerSecond);
  let cutTo = configured;
  let cutAtMs = Number.NEGATIVE_INFINITY;
  let tokens = burst(configured);
  let filledAtMs = clock.now();

  function perSecond(): number {
    if (cutTo >= configured) return configured;
    return Math.min(configured, cutTo + (configured * (clock.now() - cutAtMs)) / recoverMs);
  }

  function fill(): void {
    const nowMs = clock.now();
    const rate = perSecond();
    tokens = Math.min(burst(rate), tokens + (rate * (nowMs - filledAtMs)) / 1_000);
    filledAtMs = nowMs;
  }

  return {
    get perSecond() {
      return perSecond();
    },
    waitMs(calls) {
      fill();
      const rate = perSecond();
      // A frame that is more than a second's worth goes when the bucket is full, and leaves a debt.
      const missing = Math.min(calls, burst(rate)) - tokens;
      // Rounding must not make a request wait for a token that is there but for its last bits.
      return missing <= 1e-9 ? 0 : Math.ceil((missing / rate) * 1_000);
    },
    spend(calls) {
      fill();
      tokens -= calls;
    },
    refused() {
      if (clock.now() - cutAtMs < oneRefusalMs) return;
      fill();
      cutTo = Math.max(least, perSecond() / 2);
      cutAtMs = clock.now();
      tokens = Math.min(tokens, 0);
    },
  };
}

/** What may go at once after a pause: a second's worth, at least one call. */
function burst(perSecond: number): number {
  return Math.max(1, perSecond);
}
