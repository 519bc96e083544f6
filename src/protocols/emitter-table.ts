// Finds what belongs to an emitter (a contract and one of its events) from its bytes in a packed block, without
// making text of them: a few of its bits choose a bucket, the 52 bytes decide.

import { type Hex, writeHex } from '../core/hex.js';
import type { LogCursor } from '../core/log-cursor.js';
import { emitterBytes, emitterHash } from '../core/log-layout.js';

interface Row<Value> {
  readonly emitter: Uint8Array;
  readonly value: Value;
}

export interface EmitterTable<Value> {
  /** The value of an emitter, made at first sight. */
  entry(address: Hex, topic0: Hex, create: () => Value): Value;
  find(log: LogCursor, emitter: number): Value | null;
}

export function createEmitterTable<Value>(): EmitterTable<Value> {
  const buckets = new Map<number, Row<Value>[]>();
  return {
    entry(address, topic0, create) {
      const emitter = new Uint8Array(emitterBytes);
      writeHex(address, emitter, 0);
      writeHex(topic0, emitter, 20);
      const hash = emitterHash(emitter);
      const bucket = buckets.get(hash) ?? [];
      buckets.set(hash, bucket);
      const known = bucket.find((row) => row.emitter.every((byte, i) => byte === emitter[i]));
      if (known !== undefined) return known.value;
      const value = create();
      bucket.push({ emitter, value });
      return value;
    },
    find(log, emitter) {
      const bucket = buckets.get(log.emitterHashAt(emitter));
      if (bucket === undefined) return null;
      for (const row of bucket) if (log.isEmitter(emitter, row.emitter)) return row.value;
      return null;
    },
  };
}
