import type { Random } from '../core/ports.js';

/**
 * How long to wait before attempt `attempt` (counted from 0): uniform between nothing and a ceiling that doubles up to
 * `capMs`. Full jitter keeps a crowd of clients from coming back in step ("Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015).
 */
export function fullJitter(attempt: number, baseMs: number, capMs: number, random: Random): number {
  return random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}
