// Looks every second whether somebody asked the daemon for something (see `store/request-folder.ts`), and makes an
// input of it. The file goes away when the input is stored, so a crash between the two asks again, which is harmless.

import { basename } from 'node:path';
import type { Input } from './core/io.js';
import type { Clock, Log } from './core/ports.js';
import { type FoundRequest, type Request, readRequests, removeRequest } from './store/request-folder.js';

export interface RequestDeps {
  readonly clock: Clock;
  readonly log: Log;
  push(input: Input): Promise<void>;
}

const lookEveryMs = 1000;

export interface Requests {
  /** Called with what was stored. */
  done(input: Input): void;
  stop(): void;
}

export function takeRequests(storeFolder: string, { clock, log, push }: RequestDeps): Requests {
  const waiting = new Map<string, FoundRequest>();
  /** Done with, and still there. */
  const stuck = new Set<string>();
  let cancel = clock.after(0, look);

  function look(): void {
    for (const found of readRequests(storeFolder, new Set([...waiting.keys(), ...stuck]))) {
      if (found.request === null) {
        log.warn({}, 'a request that makes no sense was thrown away');
        remove(found);
        continue;
      }
      const { request } = found;
      waiting.set(found.file, found);
      log.info({ request }, 'a person asked for something');
      void push({ ...request, atMs: clock.now() });
    }
    cancel = clock.after(lookEveryMs, look);
  }

  /** What is asked twice does no harm; a daemon that ends because it cannot remove a file does. */
  function remove(found: FoundRequest): void {
    if (removeRequest(found)) return;
    stuck.add(found.file);
    log.warn({ file: basename(found.file) }, 'a request cannot be removed: remove it by hand');
  }

  return {
    done(input) {
      for (const [file, found] of waiting) {
        if (found.request === null || !isOf(input, found.request)) continue;
        remove(found);
        waiting.delete(file);
      }
    },
    stop: () => cancel(),
  };
}

/** An input holds what was asked for, and the time at which it was heard. */
function isOf(input: Input, request: Request): boolean {
  const fields = new Map<string, unknown>(Object.entries(input));
  return Object.entries(request).every(
    ([name, value]) => JSON.stringify(fields.get(name)) === JSON.stringify(value),
  );
}
