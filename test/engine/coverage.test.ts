// What the engine makes of holes, of finality that stands still, and of news that is old when it is found.

import { expect, test } from 'vitest';
import { message } from '../../src/alerts/message.js';
import type { Effect, Input } from '../../src/core/io.js';
import type { Spec } from '../../src/core/spec.js';
import { createEngine } from '../../src/engine.js';
import { makeSpec } from '../helpers/make-spec.js';
import { skewedBlock as block } from '../helpers/skewed-block.js';

const startMs = Date.UTC(2026, 0, 1);
const minute = 60_000;
const hash = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const;

function specWith(chain: Partial<Spec['chains'][number]> = {}): Spec {
  const spec = makeSpec(['ethereum']);
  return { ...spec, chains: spec.chains.map((one) => ({ ...one, ...chain })) };
}

function fold(inputs: readonly Input[], spec = specWith()): Effect[] {
  const engine = createEngine();
  return [{ kind: 'start', atMs: startMs, spec } as const, ...inputs].flatMap((input) => engine.step(input));
}

const alertsIn = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'alert' ? [message(effect.alert, 0)] : []));
const signalsOf = (effects: readonly Effect[], detector: string) =>
  effects.flatMap((effect) =>
    effect.kind === 'signal' && effect.signal.detector === detector ? [effect.signal] : [],
  );
const tick = (atMs: number): Input => ({ kind: 'tick', atMs });
const hole = { kind: 'hole', chain: 'ethereum', from: 2, to: 40, sources: null, why: 'behind' } as const;
const filled = { kind: 'filled', chain: 'ethereum', from: 2, to: 40, hash: hash(40), endpoint: 'a' } as const;

test('a hole is told when it has stood for a minute, and its end too', () => {
  const effects = fold([
    block(1, startMs),
    { ...hole, atMs: startMs + minute },
    tick(startMs + 1.5 * minute),
    tick(startMs + 2 * minute),
    { ...filled, atMs: startMs + 5 * minute },
    tick(startMs + 5 * minute),
  ]);
  const told = signalsOf(effects, 'blindSpot').map(({ severity, atMs }) => [severity, atMs - startMs]);
  expect(told).toEqual([
    ['high', 2 * minute],
    [null, 5 * minute],
  ]);
  expect(alertsIn(effects)[0]).toMatchObject({
    title: expect.stringContaining('pegwatch is blind on ethereum'),
  });
});

test('a hole that closes within the minute is told to nobody', () => {
  const effects = fold([
    block(1, startMs),
    { ...hole, atMs: startMs + minute },
    { ...filled, atMs: startMs + 1.9 * minute },
    tick(startMs + 3 * minute),
  ]);
  expect(signalsOf(effects, 'blindSpot')).toEqual([]);
});

test('an alert names what was not watched while its incident lasted', () => {
  const effects = fold([
    block(1, startMs),
    { ...hole, atMs: startMs + 10_000 },
    block(41, startMs + 21_000, 1.3),
  ]);
  const [alert] = alertsIn(effects);
  const line = 'blind on ethereum from block 2 to 40 (behind the head), still open';
  expect(alert?.incident.blindSpots).toEqual([line]);
  expect(alert?.why).toContain(`While it lasted pegwatch was ${line}.`);
});

test('news that is hours old when it is found says how old, and is told all the same', () => {
  const threeHours = 180 * minute;
  const [late] = alertsIn(
    fold([block(1, startMs), block(2, startMs + 2_000, 1.3, startMs + 2_000 + threeHours)]),
  );
  expect(late).toMatchObject({ severity: 'critical', ageMs: threeHours });
  expect(late?.title).toContain('(3 h 00 min ago)');
  expect(late?.why).toContain('It happened 3 h 00 min ago and was found while catching up.');
  const [fresh] = alertsIn(fold([block(1, startMs), block(2, startMs + 2_000, 1.3)]));
  expect(fresh).toMatchObject({ severity: 'critical', ageMs: null });
});

test('finality that stands while blocks come is a signal after the limit of its chain, until it moves', () => {
  const at = (number: number, minutes: number): Input => ({
    kind: 'finalized',
    atMs: startMs + minutes * minute,
    chain: 'ethereum',
    number,
  });
  const spec = specWith({ finalityStalledAfterMs: 20 * minute });
  const effects = fold(
    [block(5, startMs), at(1, 1), at(1, 11), at(1, 20), at(1, 21), at(1, 30), at(2, 31)],
    spec,
  );
  const told = signalsOf(effects, 'finalityStalled').map(({ severity, atMs }) => [
    severity,
    (atMs - startMs) / minute,
  ]);
  expect(told).toEqual([
    ['medium', 21],
    [null, 31],
  ]);
});

test('a critical is confirmed when its block is final and enough endpoints tell it, and says so', () => {
  const spec = specWith({ agreement: 2 });
  const check = { agreed: 1, of: 3, wanted: 2, proven: false };
  const checked = { kind: 'checked', chain: 'ethereum', number: 2, hash: hash(2) } as const;
  const at = (seconds: number): number => startMs + seconds * 1_000;
  const repeat = spec.channels.map((channel) => ({ ...channel, repeatMs: 60_000 }));
  const engine = createEngine();
  const told = [
    { kind: 'start', atMs: startMs, spec: { ...spec, channels: repeat } } as const,
    block(1, startMs),
    block(2, at(2), 1.3),
    { ...checked, atMs: at(3), check },
    { kind: 'finalized', atMs: at(4), chain: 'ethereum', number: 2 } as const,
    tick(at(70)),
    { ...checked, atMs: at(71), check: { ...check, agreed: 2, proven: true } },
    tick(at(140)),
  ].flatMap((input) => alertsIn(engine.step(input)));
  expect(told.map(({ state, check }) => [state, check?.agreed])).toEqual([
    ['provisional', undefined],
    ['provisional', 1],
    ['confirmed', 2],
  ]);
  expect(told[1]?.text).toContain('1 of 3 endpoints tells the same block, which is not enough.');
  expect(told[2]?.text).toContain(
    '2 of 3 endpoints tell the same block; its logs are verified against its header.',
  );
});
