// A start takes up the state that another life left behind, and nothing that another version did.
import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../src/checkpoint.js';
import type { Input } from '../src/core/io.js';
import type { Log } from '../src/core/ports.js';
import { createEngine } from '../src/engine.js';
import { recoverEngine } from '../src/recover.js';
import { makeSpec } from './helpers/make-spec.js';

const silence = (): void => {};
const quiet: Log = { debug: silence, info: silence, warn: silence, error: silence, child: () => quiet };

const inputs: readonly Input[] = [
  { kind: 'start', atMs: 1_000, spec: makeSpec() },
  { kind: 'tick', atMs: 2_000 },
  { kind: 'tick', atMs: 3_000 },
];

function stateAfter(count: number) {
  const engine = createEngine();
  for (const input of inputs.slice(0, count)) engine.step(input);
  return engine.state;
}

/** From which sequence number on the journal was read, and the engine that came of it. */
function recovered(state: Uint8Array) {
  let from = 0;
  const engine = recoverEngine(
    {
      checkpoint: () => ({ seq: 2, state }),
      *journal(first) {
        from = first ?? 1;
        for (const [i, input] of inputs.slice(from - 1).entries()) yield { seq: from + i, input };
      },
    },
    quiet,
  );
  return { from, state: engine.state };
}

test('a checkpoint is taken up, and only the journal since is folded', () => {
  const { from, state } = recovered(encodeCheckpoint(stateAfter(2)));
  expect(from).toBe(3);
  expect(state).toEqual(stateAfter(3));
});

test('a checkpoint of another version, or garbage, costs a whole fold and changes nothing', () => {
  const { contexts: _, ...older } = stateAfter(2);
  const others = [
    serialize({ state: stateAfter(2) }),
    serialize(stateAfter(2)),
    encodeCheckpoint(older as never),
    encodeCheckpoint({ ...stateAfter(2), later: 1 } as never),
    serialize(null),
    Uint8Array.of(1, 2, 3),
    new Uint8Array(0),
  ];
  for (const bytes of others) {
    expect(decodeCheckpoint(bytes)).toBeNull();
    const { from, state } = recovered(bytes);
    expect(from).toBe(1);
    expect(state).toEqual(stateAfter(3));
  }
});
