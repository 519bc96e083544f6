// A filter that nothing can pass is refused with what there is; an answer of nothing says so.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Input, Step } from '../../src/core/io.js';
import { createClock } from '../../src/edge/clock.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { createEngine } from '../../src/engine.js';
import { openStore } from '../../src/store/open-store.js';
import { commandLine } from '../helpers/command-line.js';
import { makeSpec } from '../helpers/make-spec.js';

const startMs = Date.parse('2024-01-05T00:00:00Z');
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegwatch-filters-'));
  const log = createLog({ level: 'error', redact: (text) => text }, () => {});
  const store = await openStore({ folder }, { log, clock: createClock(), meter: createMetrics().meter });
  const engine = createEngine();
  const inputs: Input[] = [
    { kind: 'start', atMs: startMs, spec: makeSpec(['ethereum', 'polygon']) },
    { kind: 'start', atMs: startMs + 60_000, spec: makeSpec(['ethereum']) },
  ];
  await store.commit(inputs.map((input, i): Step => ({ seq: i + 1, input, effects: engine.step(input) })));
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pegwatch = (...args: readonly string[]) => commandLine(...args, '--store', folder);

test.each([
  [
    ['timeline', '--chain', 'eth'],
    /"eth" is no chain that this store knows of/,
    /There are: ethereum, polygon\./,
  ],
  [['timeline', '--source', 'foo'], /"foo" is no source that this store knows of/, /There are: ethereum\//],
  [
    ['timeline', '--kind', 'signal,swaps'],
    /"swaps" is no kind of row/,
    /There are: swap, reserves, .*problem\./,
  ],
  [['timeline', '--from', '2h', '--to', '3h'], /--from .* is not before --to/, /A span counts back from now/],
  [['hooks', 'list', '--state', 'foo'], /"foo" is no state of a hook/, /There are: would-send, awaiting, /],
])('%j is refused with what there is', async (args, sentence, hint) => {
  const { code, out, err } = await pegwatch(...args);
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toMatch(sentence);
  expect(err).toMatch(hint);
});

test('a chain of an earlier start is still one', async () => {
  expect(await pegwatch('timeline', '--chain', 'polygon')).toMatchObject({ code: 0, out: '' });
});

test('a time of which the store holds nothing is said on standard error', async () => {
  expect(await pegwatch('timeline', '--from', '2h', '--json')).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringMatching(
      /^nothing from .*; the store holds 2024-01-05 00:00:00 to 2024-01-05 00:01:00$/,
    ),
  });
  expect((await pegwatch('timeline', '--kind', 'swap')).err).toMatch(/^nothing that passes these filters; /);
});

test('what the store holds is printed, and nothing beside it', async () => {
  const { out, err } = await pegwatch('timeline', '--kind', 'start');
  expect(out.split('\n')).toHaveLength(2);
  expect(err).toBe('');
});

test('the help of --kind lists every kind', async () => {
  const { out } = await pegwatch('timeline', '--help');
  for (const kind of ['swap', 'issuance', 'signal-retracted', 'disagreement']) expect(out).toContain(kind);
});
