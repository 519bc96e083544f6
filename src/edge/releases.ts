import { messageOf } from '../core/errors.js';
import { type Clock, type Log, sleep } from '../core/ports.js';

export interface Releases {
  /** Names what is to be given back when the process stops. */
  add(name: string, release: () => void | Promise<void>): void;
  /**
   * Gives everything back, last acquired first, and says what was left behind because it took too long. Idempotent;
   * one that hangs or fails does not hold up the rest.
   */
  run(): Promise<readonly string[]>;
}

/** Most that one release may take. */
const mostMs = 5000;
/** Most that all of them may take together: ten seconds are promised, and the end takes some. */
const allMs = 7000;
/** What each gets however late it is: most need no time, and none shall be left behind for another's sake. */
const leastMs = 100;

export function createReleases({ clock, log }: { clock: Clock; log: Log }): Releases {
  const stack: { name: string; release: () => void | Promise<void> }[] = [];
  let running: Promise<readonly string[]> | null = null;

  async function unwind(): Promise<readonly string[]> {
    const endMs = clock.now() + allMs;
    const left: string[] = [];
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      const { name, release } = one;
      const done = new AbortController();
      const work = (async () => {
        await release();
        return 'released';
      })().catch((thrown: unknown) => {
        log.warn({ name, problem: messageOf(thrown) }, 'a release failed');
        return 'failed';
      });
      const withinMs = Math.max(leastMs, Math.min(mostMs, endMs - clock.now()));
      const late = sleep(clock, withinMs, done.signal).then(() => 'late');
      if ((await Promise.race([work, late])) === 'late') {
        log.warn({ name }, 'a release took too long and was left behind');
        left.push(name);
      }
      done.abort();
    }
    return left;
  }

  return {
    add(name, release) {
      stack.push({ name, release });
    },
    run() {
      running ??= unwind();
      return running;
    },
  };
}
