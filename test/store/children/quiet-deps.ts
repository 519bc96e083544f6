import type { Clock, Log, Meter } from '../../../src/core/ports.js';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const meter: Meter = { count() {}, gauge() {}, observe() {} };
const clock: Clock = { now: () => Date.now(), after: () => () => {} };

/** What a store needs from outside, saying nothing. */
export const quietDeps = { log, meter, clock };
