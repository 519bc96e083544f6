import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Input, Step } from '../../src/core/io.js';
import { createClock } from '../../src/edge/clock.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { createEngine } from '../../src/engine.js';
import { openStore } from '../../src/store/open-store.js';
import { commandLine } from '../helpers/command-line.js';
import { makeSpec } from '../helpers/make-spec.js';
import { hashOf, makeBlock } from '../store/make-steps.js';

const releases: (() => void)[] = [];
afterEach(() => {
  for (const release of releases.splice(0)) release();
});

const via = { endpoint: 'alpha', how: 'pushed' } as const;
const passedOver = {
  kind: 'hole',
  chain: 'ethereum',
  from: 3,
  to: 9,
  sources: null,
  why: 'unreadable',
} as const;

/** A store in which blocks 1 and 2 were read, 3 to 9 passed over, 10 read, and 3 to 5 read later. */
async function storeWithHole(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-coverage-'));
  releases.push(() => rmSync(folder, { recursive: true, force: true }));
  const log = createLog({ level: 'error', redact: (text) => text }, () => {});
  const store = await openStore({ folder }, { log, clock: createClock(), meter: createMetrics().meter });
  const engine = createEngine();
  const inputs: Input[] = [
    { kind: 'start', atMs: 0, spec: makeSpec(['ethereum']) },
    { ...makeBlock({ number: 1 }), via },
    { ...makeBlock({ number: 2 }), via },
    { ...passedOver, atMs: 9_900 },
    { ...makeBlock({ number: 10 }), via: { endpoint: 'beta', how: 'fetched' } },
    { kind: 'filled', atMs: 20_000, chain: 'ethereum', from: 3, to: 5, hash: hashOf('b5'), endpoint: 'beta' },
    {
      kind: 'finalized',
      atMs: 21_000,
      chain: 'ethereum',
      number: 2,
      via: { endpoint: 'beta', how: 'confirmed' },
    },
  ];
  const steps = inputs.map((input, i): Step => ({ seq: i + 1, input, effects: engine.step(input) }));
  await store.commit(steps);
  await store.close();
  return folder;
}

test('pegwatch coverage lists what was read, from whom and how, and what is missing', async () => {
  const folder = await storeWithHole();
  const { code, out } = await commandLine('coverage', '--store', folder);
  expect(code).toBe(0);
  expect(out).toContain('ethereum: covered to block 10, verified to 2, 4 blocks are missing in 1 hole');
  expect(out).toContain('blocks 6 to 9 since');
  expect(out).toContain('no endpoint gives its logs');
  expect(out).toContain(`1 to 2, confirmed from alpha, beta, up to ${hashOf('b2')}`);
  expect(out).toContain(`3 to 5, fetched from beta, up to ${hashOf('b5')}`);
  expect(out).toContain('blind on ethereum from block 3 to 5');
  const { out: json } = await commandLine('coverage', '--chain', 'ethereum', '--json', '--store', folder);
  expect(JSON.parse(json)).toMatchObject([
    { chain: 'ethereum', coveredTo: 10, verifiedTo: 2, missingBlocks: 4, openHoles: [{ from: 6, to: 9 }] },
  ]);
});

test('pegwatch status and the timeline know of the hole', async () => {
  const folder = await storeWithHole();
  const status = await commandLine('status', '--store', folder);
  expect(status.out).toContain('missing: blocks 6 to 9');
  const timeline = await commandLine(
    'timeline',
    '--store',
    folder,
    '--kind',
    'hole,filled',
    '--from',
    '1970-01-01',
  );
  expect(timeline.out).toContain('hole  blocks 3 to 9 are not read');
  expect(timeline.out).toContain('filled  blocks 3 to 5 were read from beta');
});

test('a chain that is not known is said to be so, with those that are', async () => {
  const folder = await storeWithHole();
  const { code, err } = await commandLine('coverage', '--chain', 'solana', '--store', folder);
  expect(code).toBe(1);
  expect(err).toContain('there are: ethereum');
});
