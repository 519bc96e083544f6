import type { Detector } from './detector.js';
import { duration } from './words.js';

/** An oracle has not answered for longer than its operator promises. Woken by time: silence has no event. */
export const oracleStale: Detector = {
  name: 'oracleStale',
  judges: 'oracle',
  wakes: 'tick',
  quantities: {
    ageSeconds: 'time since the last answer, in seconds',
    heartbeats: 'the same over the heartbeat that the operator promises: 1 is due now',
  },
  measure(oracle, look) {
    if (oracle.type !== 'oracle' || oracle.updatedAtMs === null) return [];
    const { heartbeatMs, tokens } = look.spec(oracle.source);
    const coin = tokens[0]?.coin ?? null;
    // Nobody promised anything: how old is too old is unknown.
    if (coin === null || heartbeatMs === null || !(heartbeatMs > 0)) return [];
    const ageMs = Math.max(0, look.nowMs - oracle.updatedAtMs);
    return [{ coin, values: { ageSeconds: ageMs / 1000, heartbeats: ageMs / heartbeatMs } }];
  },
  sentence: (coin, source, { ageSeconds = Number.NaN, heartbeats = Number.NaN }) =>
    `the oracle ${source} last answered for ${coin} ${duration(ageSeconds)} ago, ${Number(heartbeats.toPrecision(2))} times its heartbeat`,
};
