import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Input } from '../src/core/io.js';
import type { Log } from '../src/core/ports.js';
import { writeRequest } from '../src/store/request-folder.js';
import { takeRequests } from '../src/take-requests.js';
import { createManualClock } from './helpers/manual-clock.js';
import { makeFolder } from './store/world.js';

test('a request that cannot be removed is told once, and those behind it are taken', () => {
  const folder = makeFolder();
  const clock = createManualClock();
  const pushed: Input[] = [];
  const warned: string[] = [];
  const log: Log = {
    debug() {},
    info() {},
    warn: (_fields, message) => warned.push(message),
    error() {},
    child: () => log,
  };
  const push = async (input: Input): Promise<void> => void pushed.push(input);
  // A folder is not removed as a file is.
  mkdirSync(join(folder, 'requests', '000000000000000-a.json'), { recursive: true });
  const requests = takeRequests(folder, { clock, log, push });
  writeRequest(folder, { kind: 'resend', alertId: 'a1' }, clock.now());
  clock.advance(10_000);
  expect(pushed).toEqual([expect.objectContaining({ kind: 'resend', alertId: 'a1' })]);
  expect(warned).toEqual([
    'a request that makes no sense was thrown away',
    'a request cannot be removed: remove it by hand',
  ]);
  requests.stop();
  expect(clock.waiting()).toBe(0);
});
