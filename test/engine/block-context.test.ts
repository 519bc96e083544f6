// How busy the block of a critical was: told with other news, never as news, and gone with its block.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { expect, onTestFinished, test } from 'vitest';
import { message } from '../../src/alerts/message.js';
import { runCommandLine } from '../../src/cli/program.js';
import type { Alert } from '../../src/core/alert.js';
import type { Effect, Input, Step } from '../../src/core/io.js';
import type { Spec } from '../../src/core/spec.js';
import { createClock } from '../../src/edge/clock.js';
import { createLog } from '../../src/edge/log.js';
import { createMetrics } from '../../src/edge/metrics.js';
import { createEngine, type EngineState } from '../../src/engine.js';
import { replay } from '../../src/replay.js';
import { openReader } from '../../src/store/open-reader.js';
import { openStore } from '../../src/store/open-store.js';
import { makeSpec } from '../helpers/make-spec.js';
import { skewedBlock as block } from '../helpers/skewed-block.js';

const startMs = Date.UTC(2026, 0, 1);
const at = (seconds: number): number => startMs + seconds * 1_000;
const hash = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const;
const context = {
  transactions: 180,
  failed: 41,
  baseFeeGwei: 312,
  baseFeeTimesUsual: 14,
  gasUsedShare: 0.98,
};
const sentence =
  'In block 2 on ethereum 41 of 180 transactions failed; its base fee is 312 gwei, 14 times its usual.';

function spec(): Spec {
  const made = makeSpec(['ethereum']);
  return {
    ...made,
    chains: made.chains.map((one) => ({ ...one, agreement: 2 })),
    channels: made.channels.map((channel) => ({ ...channel, repeatMs: 60_000, confirms: true })),
  };
}

const start: Input = { kind: 'start', atMs: startMs, spec: spec() };
const tick = (seconds: number): Input => ({ kind: 'tick', atMs: at(seconds) });
const check = { agreed: 1, of: 3, wanted: 2, proven: false };
const checked: Input = {
  kind: 'checked',
  atMs: at(3),
  chain: 'ethereum',
  number: 2,
  hash: hash(2),
  check,
  context,
};
const agreed: Input = { ...checked, atMs: at(72), check: { ...check, agreed: 2, proven: true } };
const finalized: Input = { kind: 'finalized', atMs: at(71), chain: 'ethereum', number: 2 };
const provisional = [start, block(1, startMs), block(2, at(2), 1.3), checked, tick(4), tick(70)];
const crisis = [...provisional, finalized, agreed];
const reorg: Input = {
  kind: 'reorg',
  atMs: at(80),
  chain: 'ethereum',
  keep: { number: 1, hash: hash(1) },
  dead: [hash(2)],
};

const alertsIn = (effects: readonly Effect[]): readonly Alert[] =>
  effects.flatMap((effect) => (effect.kind === 'alert' ? [effect.alert] : []));

test('comes with the next news and with the confirmation, and is never news itself', () => {
  const engine = createEngine();
  const told = [...crisis, tick(75)].map((input) => [input.kind, alertsIn(engine.step(input))] as const);
  expect(
    told.flatMap(([kind, alerts]) => alerts.map(({ reason, context }) => [kind, reason, context?.failed])),
  ).toEqual([
    ['block', 'opened', undefined],
    ['tick', 'repeat', 41],
    ['tick', 'confirmed', 41],
  ]);
  const [opened, repeat] = told.flatMap(([, alerts]) => alerts.map((one) => message(one)));
  expect(opened?.context).toBeNull();
  expect(repeat?.text).toContain(sentence);
  expect(repeat?.context).toMatchObject({ chain: 'ethereum', block: { number: 2, hash: hash(2) }, sentence });
});

test('changes no severity and no judgement', () => {
  const judged = (inputs: readonly Input[]): readonly Effect[] => {
    const engine = createEngine();
    return inputs
      .flatMap((input) => engine.step(input))
      .filter(({ kind }) => kind === 'signal' || kind === 'incident');
  };
  const without = crisis.map((input) => {
    if (input.kind !== 'checked') return input;
    const { context: _left, ...rest } = input;
    return rest;
  });
  expect(judged([...crisis, tick(75)])).toEqual(judged([...without, tick(75)]));
});

test('goes with its block', () => {
  const engine = createEngine();
  for (const input of provisional) engine.step(input);
  expect([...engine.state.contexts.keys()]).toEqual([hash(2)]);
  const [retracted] = alertsIn(engine.step(reorg));
  expect(retracted).toMatchObject({ reason: 'retracted' });
  expect(retracted && message(retracted).context).toBeNull();
  engine.step(tick(81));
  expect(engine.state.contexts.size).toBe(0);
});

test('is the same after a restart from a checkpoint, at whatever moment', () => {
  for (const inputs of [
    [...crisis, tick(75), tick(140)],
    [...provisional, reorg, tick(140)],
  ]) {
    const live = createEngine();
    const expected = inputs.map((input) => live.step(input));
    for (let stop = 1; stop < inputs.length; stop++) {
      const before = createEngine();
      for (const input of inputs.slice(0, stop)) before.step(input);
      const after = createEngine(deserialize(serialize(before.state)) as EngineState);
      expect(inputs.slice(stop).map((input) => after.step(input))).toEqual(expected.slice(stop));
    }
  }
});

test('is stored, replayed to the last byte, and shown with its incident and in the timeline', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pegwatch-context-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const log = createLog({ level: 'error', redact: (text) => text }, () => {});
  const store = await openStore({ folder }, { log, clock: createClock(), meter: createMetrics().meter });
  const engine = createEngine();
  const steps = [...crisis, tick(75)].map(
    (input, i): Step => ({ seq: i + 1, input, effects: engine.step(input) }),
  );
  await store.commit(steps);
  await store.close();

  const reader = openReader(folder);
  onTestFinished(() => reader.close());
  expect(replay(reader).difference).toBeNull();
  const [incident] = [...reader.incidents()];
  expect(reader.alertsOf(incident?.id ?? '').length).toBe(3);

  const run = async (...args: string[]): Promise<string> => {
    const out: string[] = [];
    const world = {
      env: {},
      out: (line: string) => void out.push(line),
      err: (line: string) => void out.push(line),
      signal: new AbortController().signal,
    };
    expect(await runCommandLine([...args, '--store', folder], world)).toBe(0);
    return out.join('\n');
  };
  const line = '41 of 180 transactions failed, base fee is 312 gwei, 14 times its usual, 98 % full';
  expect(await run('incidents', 'show', incident?.id ?? '')).toContain(`in its block: ${line}`);
  const shown = JSON.parse(await run('incidents', 'show', incident?.id ?? '', '--json'));
  expect(shown.contexts).toEqual({ [hash(2)]: context });
  expect(await run('timeline', '--kind', 'checked')).toContain(
    `1 of 3 endpoints tells the same block; ${line}`,
  );
});
