// The engine as it stood when the last step was stored: its checkpoint, and the journal since folded again.

import { decodeCheckpoint } from './checkpoint.js';
import type { Log } from './core/ports.js';
import { createEngine, type Engine } from './engine.js';
import type { Store } from './store/store.js';

export function recoverEngine(store: Pick<Store, 'checkpoint' | 'journal'>, log: Log): Engine {
  const checkpoint = store.checkpoint();
  const engine = restore(checkpoint?.state ?? null, log);
  // A checkpoint that cannot be read costs time, nothing else: the journal holds everything.
  const from = engine.state.spec === null ? 1 : (checkpoint?.seq ?? 0) + 1;
  let folded = 0;
  for (const { input } of store.journal(from)) {
    engine.step(input);
    folded++;
  }
  if (folded > 0)
    log.info({ inputs: folded, fromSeq: from }, 'the journal was folded again after the last checkpoint');
  return engine;
}

function restore(bytes: Uint8Array | null, log: Log): Engine {
  if (bytes === null) return createEngine();
  const state = decodeCheckpoint(bytes);
  if (state !== null) return createEngine(state);
  log.warn({}, 'the checkpoint was written by another version: folding the whole journal instead');
  return createEngine();
}
