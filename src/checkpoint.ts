// The engine's state as bytes, with what it looks like: a state that another version of pegwatch wrote is not restored.

import { deserialize, serialize } from 'node:v8';
import { createEngine, type EngineState } from './engine.js';

/** To be raised when something inside the state changes its meaning. What comes or goes at its top is seen anyway. */
const stateVersion = 2;

export function encodeCheckpoint(state: EngineState): Uint8Array {
  return serialize({ shape: shapeOf(state), state });
}

/** Null where these bytes are none of ours: the journal holds everything, folding it takes longer. */
export function decodeCheckpoint(bytes: Uint8Array): EngineState | null {
  try {
    const { shape, state } = deserialize(bytes) as { shape: unknown; state: EngineState };
    return shape === shapeOf(createEngine().state) ? state : null;
  } catch {
    return null;
  }
}

function shapeOf(state: EngineState): string {
  return `${stateVersion} ${Object.keys(state).sort().join()}`;
}
