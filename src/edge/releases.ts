import { messageOf } from '../core/errors.js';
import { type Clock, type Log, sleep } from '../core/ports.js';

export interface Releases {
  /** Names what is to be given back when the process stops. */
  add(name: string, release: () => void | Promise<void>): void;
  /** Gives everything back, last acquired first. Idempotent; one that hangs or fails does not hold up the rest. */
  run(): Promise<void>;
}

/** Most that one release may take; all of them together stay under ten seconds in practice. */
const mostMs = 5000;

export function createReleases({ clock, log }: { clock: Clock; log: Log }): Releases {
  const stack: { name: string; release: () => void | Promise<void> }[] = [];
  let running: Promise<void> | null = null;

  async function unwind(): Promise<void> {
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
      const late = sleep(clock, mostMs, done.signal).then(() => 'late');
      if ((await Promise.race([work, late])) === 'late')
        log.warn({ name }, 'a release took too long and was left behind');
      done.abort();
    }
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
