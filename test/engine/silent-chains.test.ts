// What time alone brings about where no block is heard: nothing. An oracle whose chain is silent is unknown, not stale.

import { describe, expect, it } from 'vitest';
import type { Effect, Input } from '../../src/core/io.js';
import { packLogs } from '../../src/core/packed-logs.js';
import type { Spec } from '../../src/core/spec.js';
import { createEngine, type Engine } from '../../src/engine.js';
import { answerLog, syncLog } from '../helpers/events.js';
import { aggregatorAddress, makeSpec, poolAddress } from '../helpers/make-spec.js';

const chains = ['ethereum', 'polygon', 'arbitrum', 'bsc'];
const startMs = Date.UTC(2026, 0, 1);
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const million = 1_000_000_000_000n;

/** The oracles promise an answer a minute; a cascade calls an automation once a person has approved. */
const spec: Spec = {
  ...makeSpec(chains),
  playbooks: [
    {
      name: 'cascade',
      title: 'Cascade',
      runbook: null,
      checklist: ['look'],
      when: { minSeverity: 'high', cascade: true },
      hook: { mode: 'approve', minSeverity: 'high', waitMs: hour },
    },
  ],
};

const tick = (atMs: number): Input => ({ kind: 'tick', atMs });
const hash = (chain: string, n: number) =>
  `0x${chains.indexOf(chain)}${n.toString(16).padStart(63, '0')}` as const;

interface What {
  readonly answers?: boolean;
  /** Of the pool's USDX; 1 is the peg. */
  readonly skew?: bigint;
  readonly atMs?: number;
}

/** A block of one chain, with the pool and, where it answers, the oracle. */
function block(chain: string, number: number, timeMs: number, what: What = {}): Input {
  const { answers = true, skew = 1000n, atMs = timeMs } = what;
  const raw = [
    syncLog(
      { address: poolAddress, logIndex: 0 },
      (5n * million * skew) / 1000n,
      (5n * million * 1000n) / skew,
    ),
  ];
  if (answers)
    raw.push(
      answerLog({ address: aggregatorAddress, logIndex: 1 }, 100_000_000n, BigInt(number), timeMs / 1000),
    );
  const aggregator = `0x${aggregatorAddress.slice(2).padStart(64, '0')}` as const;
  const calls = number > 1 ? [] : [{ source: `${chain}/oracle`, call: 'aggregator', data: aggregator }];
  const head = { number, hash: hash(chain, number), parentHash: hash(chain, number - 1), timeMs };
  return { kind: 'block', atMs, chain, block: head, logs: packLogs(raw, () => {}), calls };
}

const onAll = (make: (chain: string) => Input): Input[] => chains.map(make);
/** Two blocks on each chain: the first says which contract answers, the second has its answer. */
const living: readonly Input[] = [
  { kind: 'start', atMs: startMs, spec },
  ...onAll((chain) => block(chain, 1, startMs)),
  ...onAll((chain) => block(chain, 2, startMs + 12 * second)),
];
const silent = onAll((chain) => ({
  kind: 'silent',
  atMs: startMs + 72 * second,
  chain,
  sinceMs: startMs + 12 * second,
  reason: 'no endpoint answers',
}));
const ticks = (fromMs: number, toMs: number): Input[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / minute) }, (_, i) => tick(fromMs + i * minute));

function fold(inputs: readonly Input[], engine: Engine = createEngine()): Effect[] {
  return inputs.flatMap((input) => engine.step(input));
}

const told = (effects: readonly Effect[]) => ({
  detectors: [
    ...new Set(effects.flatMap((one) => (one.kind === 'signal' ? [one.signal.detector] : []))),
  ].sort(),
  cascades: effects.filter((one) => one.kind === 'incident' && one.incident.cascade).length,
  hooks: effects.filter((one) => one.kind === 'hook').length,
});

describe('four chains that fall silent', () => {
  it('are told as silent, and no coin is accused, called a cascade or acted upon', () => {
    const effects = fold([...living, ...silent, ...ticks(startMs + 2 * minute, startMs + 6 * hour)]);
    expect(told(effects)).toEqual({ detectors: ['chainSilence'], cascades: 0, hooks: 0 });
    const coins = effects.flatMap((one) => (one.kind === 'incident' ? one.incident.coins : []));
    expect([...new Set(coins)]).toEqual(['*']);
  });

  it('accuse nobody before the silence is noticed, nor when a daemon comes back after hours', () => {
    const effects = fold([...living, ...ticks(startMs + 3 * hour, startMs + 4 * hour)]);
    expect(told(effects)).toEqual({ detectors: [], cascades: 0, hooks: 0 });
  });

  it('are no news while old blocks are caught up with, whose oracles answered in time', () => {
    const nowMs = startMs + 6 * hour;
    const caughtUp = Array.from({ length: 30 }, (_, i) => [
      ...onAll((chain) => block(chain, 3 + i, startMs + (i + 1) * minute, { atMs: nowMs + i * second })),
      tick(nowMs + i * second),
    ]).flat();
    const heard = onAll((chain) => ({ kind: 'heard', atMs: nowMs, chain }));
    expect(told(fold([...living, ...silent, ...heard, ...caughtUp])).detectors).toEqual(['chainSilence']);
  });

  it('show a stale oracle as soon as they are heard again and it still says nothing', () => {
    const endMs = startMs + 6 * hour;
    const engine = createEngine();
    fold([...living, ...silent, ...ticks(startMs + 2 * minute, endMs)], engine);
    const effects = fold(
      [
        { kind: 'heard', atMs: endMs, chain: 'bsc' },
        block('bsc', 3, endMs, { answers: false }),
        tick(endMs + second),
      ],
      engine,
    );
    const stale = effects.flatMap((one) =>
      one.kind === 'signal' && one.signal.detector === 'oracleStale' ? [one.signal] : [],
    );
    expect(stale).toMatchObject([{ source: 'bsc/oracle', severity: 'high' }]);
    expect(stale[0]?.evidence.values).toMatchObject({ ageSeconds: 6 * 3600 - 12 });
  });

  it('leave what stood before standing: nothing eases by time in which nothing was heard', () => {
    const off = block('bsc', 3, startMs + 20 * second, { skew: 1300n });
    const back = block('bsc', 4, startMs + 30 * second);
    const engine = createEngine();
    expect(told(fold([...living, off, back], engine)).detectors).toContain('priceDeviation');
    const eased = (effects: readonly Effect[]) =>
      effects.filter(
        (one) => one.kind === 'signal' && one.signal.severity === null && one.signal.source === 'bsc/pool',
      ).length;
    expect(eased(fold([...silent, ...ticks(startMs + 2 * minute, startMs + 6 * hour)], engine))).toBe(0);
    const later = startMs + 6 * hour;
    expect(eased(fold([block('bsc', 5, later), tick(later + second)], engine))).toBeGreaterThan(0);
  });
});

describe('four living chains whose oracles stop answering', () => {
  it('are told as before: stale oracles, a cascade, and the automation for it', () => {
    const blocks = Array.from({ length: 5 }, (_, i) => {
      const timeMs = startMs + (i + 1) * minute;
      return [...onAll((chain) => block(chain, 3 + i, timeMs, { answers: false })), tick(timeMs)];
    }).flat();
    const { detectors, cascades, hooks } = told(fold([...living, ...blocks]));
    expect(detectors).toEqual(['oracleStale']);
    expect(cascades).toBeGreaterThan(0);
    expect(hooks).toBeGreaterThan(0);
  });
});

describe('a reorg', () => {
  it('takes back what was judged up to the time of a dead block, even one that held nothing of ours', () => {
    const empty = (number: number, timeMs: number): Input => {
      const head = { number, hash: hash('bsc', number), parentHash: hash('bsc', number - 1), timeMs };
      return {
        kind: 'block',
        atMs: timeMs,
        chain: 'bsc',
        block: head,
        logs: packLogs([], () => {}),
        calls: [],
      };
    };
    const final: Input = { kind: 'finalized', atMs: startMs + 13 * second, chain: 'bsc', number: 2 };
    const engine = createEngine();
    const late = startMs + 5 * minute;
    const raised = fold([...living, final, empty(3, late), tick(late)], engine);
    expect(told(raised).detectors).toEqual(['oracleStale']);
    const keep = { number: 2, hash: hash('bsc', 2) };
    const undone = fold(
      [{ kind: 'reorg', atMs: late + second, chain: 'bsc', keep, dead: [hash('bsc', 3)] }],
      engine,
    );
    expect(undone.filter((one) => one.kind === 'signal-retracted')).toHaveLength(1);
    expect(told(fold([tick(late + 2 * second)], engine)).detectors).toEqual([]);
  });
});
