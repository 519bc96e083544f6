// When a failed delivery is tried again. Tight at the head, because an alert is worth most in its first minute and
// most failures are a restart somewhere; then widening to hourly, for a receiver that is down for the weekend.

const head = [0, 1, 2, 5, 10, 20, 30, 60];
const widening = [120, 300, 600, 1200, 1800];
const hour = 3600;
const giveUpAfterMs = 72 * hour * 1000;

/** Seconds to wait before attempt 1, 2, 3, …: they add up to 72 hours. */
export const retryWaitsSeconds: readonly number[] = wholeSchedule();

/** A receiver may ask for a pause (`Retry-After`), up to the longest that the schedule itself would wait. */
export const longestPauseMs = hour * 1000;

/**
 * How long to wait after `failed` failed attempts, spread by up to a quarter so that many alerts and many
 * installations do not knock at the same moment.
 */
export function retryWaitMs(failed: number, random: number): number {
  return (retryWaitsSeconds[failed] ?? hour) * 1000 * (1 + random / 4);
}

/**
 * True once an alert becomes a dead letter: the whole schedule was tried, and 72 hours have passed since it was
 * decided. Both, because attempts are brought forward while a receiver comes and goes, and because after a long
 * rest of the daemon itself an old alert deserves its schedule too.
 */
export function isExhausted(failed: number, ageMs: number): boolean {
  return failed >= retryWaitsSeconds.length && ageMs >= giveUpAfterMs;
}

function wholeSchedule(): readonly number[] {
  const waits = [...head, ...widening];
  let sum = waits.reduce((total, wait) => total + wait, 0);
  while (sum < giveUpAfterMs / 1000) {
    waits.push(hour);
    sum += hour;
  }
  return waits;
}
