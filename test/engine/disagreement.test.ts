// What the engine makes of endpoints that tell different things of one block.

import { expect, test } from 'vitest';
import { message } from '../../src/alerts/message.js';
import type { Effect, Input } from '../../src/core/io.js';
import type { Severity } from '../../src/core/severity.js';
import type { Spec } from '../../src/core/spec.js';
import { createEngine } from '../../src/engine.js';
import { makeSpec } from '../helpers/make-spec.js';

const startMs = Date.UTC(2026, 0, 1);
const minute = 60_000;
const hash = (name: string) => `0x${Buffer.from(name).toString('hex').padStart(64, '0')}` as const;
type Told = Extract<Input, { kind: 'disagreement' }>;

function told(minutes: number, about: Partial<Told> = {}): Told {
  const atMs = startMs + minutes * minute;
  const known = { number: 7, endpoint: 'liar', what: 'logs', by: 'most-logs', reached: false } as const;
  return { kind: 'disagreement', atMs, chain: 'ethereum', ...known, sinceMs: atMs, times: 1, ...about };
}

const tick = (minutes: number): Input => ({ kind: 'tick', atMs: startMs + minutes * minute });

function fold(inputs: readonly Input[], spec: Spec = makeSpec(['ethereum'])): Effect[] {
  const engine = createEngine();
  return [{ kind: 'start', atMs: startMs, spec } as const, ...inputs].flatMap((input) => engine.step(input));
}

function verdicts(effects: readonly Effect[]): (readonly [Severity | null, number])[] {
  return effects.flatMap((effect) =>
    effect.kind === 'signal' && effect.signal.detector === 'endpointDisagreement'
      ? [[effect.signal.severity, (effect.signal.atMs - startMs) / minute] as const]
      : [],
  );
}

test('one liar that was not believed is low, and half an hour of peace ends it', () => {
  const effects = fold([told(1), told(11), tick(40), tick(41)]);
  expect(verdicts(effects)).toEqual([
    ['low', 1],
    [null, 41],
  ]);
});

test('a second liar makes it medium', () => {
  expect(verdicts(fold([told(1), told(2, { endpoint: 'other' })]))).toEqual([
    ['low', 1],
    ['medium', 2],
  ]);
});

test('what nobody can settle is medium, and high once it has lasted for ten minutes', () => {
  const unsettled = { by: 'unsettled', sinceMs: startMs } as const;
  expect(verdicts(fold([told(5, unsettled), told(15, unsettled)]))).toEqual([
    ['medium', 5],
    ['high', 15],
  ]);
});

test('wrong logs that had been judged are high, and ease to what is still heard', () => {
  const effects = fold([
    told(1),
    told(2, { reached: true }),
    told(12),
    told(22),
    tick(31),
    tick(32),
    tick(52),
  ]);
  expect(verdicts(effects)).toEqual([
    ['low', 1],
    ['high', 2],
    ['low', 32],
    [null, 52],
  ]);
});

test('the incident is about the chain, names the endpoint and does not say that the chain is not seen', () => {
  const alerts = fold([told(1, { reached: true, by: 'receipts' }), tick(3)]).flatMap((effect) =>
    effect.kind === 'alert' ? [message(effect.alert, 0)] : [],
  );
  expect(alerts[0]).toMatchObject({ title: expect.stringContaining('endpoints of ethereum disagree') });
  expect(alerts[0]?.incident.coins).toEqual(['*']);
  expect(alerts[0]?.evidence[0]?.sentence).toContain('liar told other logs of block 7 of ethereum');
});

test('a low one is written down and told to no channel that asks for medium, and a high one waits for its window', () => {
  const spec = makeSpec(['ethereum']);
  const desk = spec.channels.map((one) => ({ ...one, minSeverity: 'medium' as const, groupMs: 15 * minute }));
  const alertTimes = (inputs: readonly Input[]) =>
    fold(inputs, { ...spec, channels: desk }).flatMap((effect) =>
      effect.kind === 'alert' ? [(effect.alert.atMs - startMs) / minute] : [],
    );
  expect(alertTimes([told(1), tick(17), tick(32)])).toEqual([]);
  expect(alertTimes([told(1, { reached: true }), tick(2), tick(16)])).toEqual([16]);
});

test('the death of the block changes nothing about it', () => {
  const block = (number: number, name: string, parent: string): Input => ({
    kind: 'block',
    atMs: startMs + number,
    chain: 'ethereum',
    block: { number, hash: hash(name), parentHash: hash(parent), timeMs: startMs + number },
    logs: new Uint8Array(6),
    calls: [],
  });
  const reorg: Input = {
    kind: 'reorg',
    atMs: startMs + 2 * minute,
    chain: 'ethereum',
    keep: { number: 6, hash: hash('six') },
    dead: [hash('seven')],
  };
  const effects = fold([
    block(6, 'six', 'five'),
    block(7, 'seven', 'six'),
    told(1, { reached: true }),
    reorg,
    block(7, 'other', 'six'),
    tick(3),
  ]);
  expect(verdicts(effects)).toEqual([['high', 1]]);
  expect(effects.filter(({ kind }) => kind === 'signal-retracted')).toEqual([]);
});

test('the same inputs tell the same, from a stored state too', () => {
  const inputs = [told(1), told(2, { endpoint: 'other' }), tick(20), told(21, { reached: true }), tick(60)];
  const spec = makeSpec(['ethereum']);
  const whole = fold(inputs, spec);
  const first = createEngine();
  const start = { kind: 'start', atMs: startMs, spec } as const;
  const before = [start, ...inputs.slice(0, 3)].flatMap((input) => first.step(input));
  const second = createEngine(structuredClone(first.state));
  expect([...before, ...inputs.slice(3).flatMap((input) => second.step(input))]).toEqual(whole);
});
