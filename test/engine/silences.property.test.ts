// Silences, routes and hours are a part of the fold like any other: a journal that was read back and an engine that
// was restored in the middle decide what the first run decided.
import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import type { Hex } from '../../src/core/hex.js';
import type { Effect, Input } from '../../src/core/io.js';
import { packLogs } from '../../src/core/packed-logs.js';
import type { RouteSpec } from '../../src/core/routing.js';
import type { Spec } from '../../src/core/spec.js';
import { createEngine, type EngineState } from '../../src/engine.js';
import { decodeInput, encodeInput } from '../../src/store/codec.js';
import { syncLog } from '../helpers/events.js';
import { makeSpec, poolAddress } from '../helpers/make-spec.js';

const startMs = Date.UTC(2026, 0, 1, 20);
const million = 1_000_000_000_000n;

const routes: RouteSpec = {
  when: {},
  channels: ['desk', 'sleeper'],
  waitMs: { low: 60_000, medium: 120_000 },
  goOn: false,
  routes: [{ when: { minSeverity: 'high' }, goOn: true, intervalMs: { high: 600_000 }, routes: [] }],
};

function specOf(minSeverity: 'low' | 'critical'): Spec {
  const desk = { name: 'desk', kind: 'webhook', minSeverity, groupMs: 60_000, repeatMs: 3_600_000 } as const;
  const quiet = [{ fromMin: 1260, toMin: 300, offsetMin: 0, minSeverity: 'critical' }] as const;
  return {
    ...makeSpec(['ethereum']),
    channels: [desk, { ...desk, name: 'sleeper', quiet, confirms: true, digestMs: 60_000 }],
    routes,
    inhibit: [
      {
        name: 'ours',
        source: { detectors: ['chainSilence'] },
        target: { coins: ['USDX'] },
        equal: ['chain'],
      },
    ],
  };
}

type Draw =
  | { readonly kind: 'block'; readonly skew: number }
  | { readonly kind: 'silence'; readonly minutes: number; readonly coin: 'USDX' | 'USDC' }
  | { readonly kind: 'unsilence' | 'final' | 'start' | 'silent' | 'heard' }
  | { readonly kind: 'tick'; readonly minutes: number };

const draw: fc.Arbitrary<Draw> = fc.oneof(
  fc.record({ kind: fc.constant('block' as const), skew: fc.constantFrom(1, 1.0015, 1.002, 1.02) }),
  fc.record({
    kind: fc.constant('silence' as const),
    minutes: fc.constantFrom(5, 60),
    coin: fc.constantFrom('USDX' as const, 'USDC' as const),
  }),
  fc.record({
    kind: fc.constantFrom<'unsilence' | 'final' | 'start' | 'silent' | 'heard'>(
      'unsilence',
      'final',
      'start',
      'silent',
      'heard',
    ),
  }),
  fc.record({ kind: fc.constant('tick' as const), minutes: fc.constantFrom(0.5, 3, 20, 200) }),
);

const who = { silenceId: 'sil-1', by: 'ann', reason: 'a test' };

function inputsOf(draws: readonly Draw[]): Input[] {
  let atMs = startMs;
  let number = 0;
  let starts = 0;
  const inputs: Input[] = [{ kind: 'start', atMs, spec: specOf('low') }];
  for (const one of draws) {
    atMs += 1000;
    if (one.kind === 'block') inputs.push(block(++number, one.skew, atMs));
    else if (one.kind === 'final') inputs.push({ kind: 'finalized', atMs, chain: 'ethereum', number });
    else if (one.kind === 'start')
      inputs.push({ kind: 'start', atMs, spec: specOf(++starts % 2 === 1 ? 'critical' : 'low') });
    else if (one.kind === 'tick') {
      atMs += one.minutes * 60_000;
      inputs.push({ kind: 'tick', atMs });
    } else if (one.kind === 'silent')
      inputs.push({ kind: 'silent', atMs, chain: 'ethereum', sinceMs: atMs, reason: 'a test' });
    else if (one.kind === 'heard') inputs.push({ kind: 'heard', atMs, chain: 'ethereum' });
    else if (one.kind === 'unsilence') inputs.push({ kind: 'unsilence', atMs, ...who });
    else if (one.kind === 'silence') {
      const match = { coins: [one.coin], maxSeverity: 'critical' } as const;
      inputs.push({ kind: 'silence', atMs, ...who, untilMs: atMs + one.minutes * 60_000, match });
    }
  }
  return inputs;
}

function block(number: number, skew: number, atMs: number): Input {
  const raw = BigInt(Math.round(skew * 1e6));
  const sync = syncLog(
    { address: poolAddress, logIndex: 0 },
    (5n * million * raw) / 1_000_000n,
    (5n * million * 1_000_000n) / raw,
  );
  const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;
  const head = { number, hash: hash(number), parentHash: hash(number - 1), timeMs: atMs };
  return { kind: 'block', atMs, chain: 'ethereum', block: head, logs: packLogs([sync], () => {}), calls: [] };
}

function run(inputs: readonly Input[]): Effect[][] {
  const engine = createEngine();
  return inputs.map((input) => engine.step(input));
}

describe('silences, routes and hours', () => {
  it('decide the same when the journal is read back and when the engine is restored on the way', () => {
    let silenced = 0;
    let quiet = 0;
    let inhibited = 0;
    let told = 0;
    fc.assert(
      fc.property(fc.array(draw, { minLength: 5, maxLength: 40 }), fc.nat(40), (draws, cut) => {
        const inputs = inputsOf(draws);
        const live = run(inputs);
        expect(run(inputs.map((input) => decodeInput(encodeInput(input))))).toEqual(live);

        const first = createEngine();
        const restored: Effect[][] = inputs.slice(0, cut).map((input) => first.step(input));
        const second = createEngine(deserialize(serialize(first.state)) as EngineState);
        restored.push(...inputs.slice(cut).map((input) => second.step(input)));
        expect(restored).toEqual(live);

        for (const effect of live.flat()) {
          if (effect.kind === 'alert') told++;
          if (effect.kind !== 'suppressed') continue;
          if (effect.suppressed.why === 'silenced') silenced++;
          if (effect.suppressed.why === 'quiet') quiet++;
          if (effect.suppressed.why === 'inhibited') inhibited++;
        }
      }),
      { numRuns: 200 },
    );
    // The property must have had something to bite on.
    for (const count of [silenced, quiet, inhibited, told]) expect(count).toBeGreaterThan(20);
  });

  it('do not hold up a response hook', () => {
    const when = { detectors: ['priceDeviation'], minSeverity: 'low' } as const;
    const hook = { mode: 'send', minSeverity: 'low', waitMs: 60_000 } as const;
    const playbook = { name: 'drain', title: 'A coin is off', when, runbook: null, checklist: [], hook };
    const engine = createEngine();
    const match = { coins: ['USDX', 'USDC'], maxSeverity: 'critical' } as const;
    const inputs: Input[] = [
      { kind: 'start', atMs: startMs, spec: { ...specOf('low'), playbooks: [playbook] } },
      { kind: 'silence', atMs: startMs, ...who, untilMs: startMs + 3_600_000, match },
      block(1, 1, startMs + 1000),
      block(2, 1.02, startMs + 2000),
      { kind: 'tick', atMs: startMs + 1_800_000 },
    ];
    const effects = inputs.flatMap((input) => engine.step(input));
    const channels = effects.flatMap((effect) => (effect.kind === 'alert' ? [effect.alert.channel] : []));
    expect(new Set(channels)).toEqual(new Set(['hook:drain']));
  });

  it('of a new start hold for what stood before it', () => {
    const engine = createEngine();
    const told = (
      inputs: readonly Input[],
    ): readonly (readonly [channel: string, reason: Alert['reason']])[] =>
      inputs
        .flatMap((input) => engine.step(input))
        .flatMap((effect) =>
          effect.kind === 'alert' ? [[effect.alert.channel, effect.alert.reason] as const] : [],
        );
    const before = told([
      { kind: 'start', atMs: startMs, spec: specOf('critical') },
      block(1, 1, startMs + 1000),
      block(2, 1.002, startMs + 2000),
      { kind: 'tick', atMs: startMs + 900_000 },
    ]);
    expect(before).toEqual([]);
    const after = told([
      { kind: 'start', atMs: startMs + 901_000, spec: specOf('low') },
      { kind: 'tick', atMs: startMs + 1_800_000 },
    ]);
    expect(after.some(([channel, reason]) => channel === 'desk' && reason === 'opened')).toBe(true);
  });
});
