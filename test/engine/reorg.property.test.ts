import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { Input } from '../../src/core/io.js';
import { packLogs } from '../../src/core/packed-logs.js';
import type { RawLog } from '../../src/core/reading.js';
import type { Spec } from '../../src/core/spec.js';
import { createEngine, type Engine } from '../../src/engine.js';
import { answerLog, supplyLog, syncLog } from '../helpers/events.js';
import { aggregatorAddress, makeSpec, poolAddress, usdx } from '../helpers/make-spec.js';

/** USDC hangs on USDX: trouble raises the watch, and takes it along when it is taken back. */
const tied: Spec = {
  ...makeSpec(),
  incidents: {
    ...makeSpec().incidents,
    dependence: [
      { kind: 'collateralOf', from: 'USDX', to: 'USDC', share: null, lag: null },
      { kind: 'pooledWith', from: 'USDC', to: 'USDX', share: null, lag: null },
    ],
  },
};
const million = 1_000_000_000_000n; // of a token with six decimals

/** What happens in one drawn block. */
interface Draw {
  readonly chain: 'ethereum' | 'bsc';
  readonly usdx: number;
  readonly burned: number;
  readonly answerCents: number | null;
  /** A block without a log of ours: only its time is heard. */
  readonly empty: boolean;
  readonly ticksAfter: readonly number[];
  /** Blocks of its chain that a reorg takes away before this one; 0: none. */
  readonly reorg: number;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  chain: fc.constantFrom('ethereum' as const, 'bsc' as const),
  usdx: fc.constantFrom(1, 1.0004, 1.002, 1.02, 1.3),
  burned: fc.constantFrom(0, 0, 0.5, 8),
  answerCents: fc.constantFrom(null, null, 100, 97),
  empty: fc.constantFrom(false, false, true),
  ticksAfter: fc.array(fc.constantFrom(1000, 30_000, 400_000), { maxLength: 2 }),
  reorg: fc.constantFrom(0, 0, 0, 1, 2, 4),
});

type BlockInput = Extract<Input, { kind: 'block' }>;

/** The inputs of a run with reorgs, and those of a run that never saw a dead block. */
function play(draws: readonly Draw[]): { lived: Input[]; clean: Input[] } {
  let atMs = 1_700_000_000_000;
  const lived: Input[] = [];
  const dead = new Set<Input>();
  const tips = new Map<string, BlockInput[]>();
  const add = (input: Input): void => {
    lived.push(input);
  };
  add({ kind: 'start', atMs, spec: tied });
  for (const chain of ['ethereum', 'bsc']) tips.set(chain, [first(chain, atMs)]);
  for (const [block] of tips.values()) add(block!);

  draws.forEach((one, n) => {
    const chain = tips.get(one.chain)!;
    atMs += 2000;
    const gone = Math.min(one.reorg, chain.length - 1);
    if (gone > 0) {
      const lost = chain.splice(chain.length - gone);
      for (const block of lost) dead.add(block);
      const keep = chain.at(-1)!.block;
      const reorg: Input = {
        kind: 'reorg',
        atMs,
        chain: one.chain,
        keep,
        dead: lost.map(({ block }) => block.hash).reverse(),
      };
      dead.add(reorg);
      add(reorg);
    }
    const block = next(one, n, atMs, chain.at(-1)!);
    chain.push(block);
    add(block);
    for (const gapMs of one.ticksAfter) {
      atMs += gapMs;
      add({ kind: 'tick', atMs });
    }
  });
  return { lived, clean: lived.filter((input) => !dead.has(input)) };
}

function first(chain: string, atMs: number): BlockInput {
  const calls = [
    {
      source: `${chain}/oracle`,
      call: 'aggregator',
      data: `0x${aggregatorAddress.slice(2).padStart(64, '0')}` as Hex,
    },
    {
      source: `${chain}/supply`,
      call: 'totalSupply',
      data: `0x${(100n * million).toString(16).padStart(64, '0')}` as Hex,
    },
  ];
  const logs = packLogs([syncLog({ address: poolAddress, logIndex: 0 }, 5n * million, 5n * million)], fail);
  return {
    kind: 'block',
    atMs,
    chain,
    block: { number: 1, hash: hash(chain, 0), parentHash: hash(chain, -1), timeMs: atMs },
    logs,
    calls,
  };
}

function next(one: Draw, n: number, atMs: number, parent: BlockInput): BlockInput {
  const skew = BigInt(Math.round(one.usdx * 1e6));
  const raw: RawLog[] = [
    syncLog(
      { address: poolAddress, logIndex: 0 },
      (5n * million * skew) / 1_000_000n,
      (5n * million * 1_000_000n) / skew,
    ),
  ];
  if (one.burned > 0)
    raw.push(supplyLog({ address: usdx.address, logIndex: 1 }, -BigInt(one.burned * 1e6) * 1_000_000n));
  if (one.answerCents !== null) {
    raw.push(
      answerLog(
        { address: aggregatorAddress, logIndex: 2 },
        BigInt(one.answerCents) * 1_000_000n,
        BigInt(n),
        atMs / 1000,
      ),
    );
  }
  const block = {
    number: parent.block.number + 1,
    hash: hash(one.chain, n + 1),
    parentHash: parent.block.hash,
    timeMs: atMs,
  };
  return {
    kind: 'block',
    atMs,
    chain: one.chain,
    block,
    logs: packLogs(one.empty ? [] : raw, fail),
    calls: [],
  };
}

function hash(chain: string, n: number): Hex {
  return `0x${chain === 'bsc' ? 'b' : 'e'}${(n + 1).toString(16).padStart(63, '0')}`;
}

function fail(_: RawLog, why: string): void {
  throw new Error(why);
}

function run(inputs: readonly Input[]): Engine {
  const engine = createEngine();
  for (const input of inputs) engine.step(input);
  return engine;
}

/** What must not remember the dead: every source's series and standings, and the incidents. */
function view({ state }: Engine) {
  return {
    slots: [...state.lanes.values()].map((lane) =>
      [...lane.slots].map(([id, { series, standings }]) => ({ id, series, standings: [...standings] })),
    ),
    incidents: [...(state.incidents?.book.values() ?? [])],
  };
}

/** Watch signals that were raised and not taken back. */
function watchOf(inputs: readonly Input[]): readonly string[] {
  const engine = createEngine();
  const standing = new Set<string>();
  for (const effect of inputs.flatMap((input) => engine.step(input))) {
    if (effect.kind === 'signal' && effect.signal.detector === 'contagionWatch')
      standing.add(effect.signal.id);
    else if (effect.kind === 'signal-retracted') standing.delete(effect.signalId);
  }
  return [...standing].sort();
}

describe('a reorg', () => {
  it('takes the watch on other coins back with what raised it', () => {
    let watched = 0;
    fc.assert(
      fc.property(fc.array(draw, { minLength: 1, maxLength: 40 }), (draws) => {
        const { lived, clean } = play(draws);
        const expected = watchOf(clean);
        expect(watchOf(lived)).toEqual(expected);
        if (expected.length > 0 && lived.length > clean.length) watched++;
      }),
      { numRuns: 200 },
    );
    expect(watched).toBeGreaterThan(20);
  });

  it('leaves the engine as if the dead blocks had never been seen', () => {
    let reorged = 0;
    let withIncidents = 0;
    fc.assert(
      fc.property(fc.array(draw, { minLength: 1, maxLength: 40 }), (draws) => {
        const { lived, clean } = play(draws);
        const expected = view(run(clean));
        expect(view(run(lived))).toEqual(expected);
        if (lived.length > clean.length) reorged++;
        if (expected.incidents.length > 0) withIncidents++;
      }),
      { numRuns: 300 },
    );
    // The property must have had something to bite on.
    expect(reorged).toBeGreaterThan(50);
    expect(withIncidents).toBeGreaterThan(50);
  });

  it('retracts the signals of dead blocks and takes back the alert that went out', () => {
    const draws: Draw[] = [
      {
        chain: 'ethereum',
        usdx: 1.3,
        burned: 0,
        answerCents: null,
        ticksAfter: [1000],
        empty: false,
        reorg: 0,
      },
      {
        chain: 'ethereum',
        usdx: 1,
        burned: 0,
        answerCents: null,
        ticksAfter: [1000],
        empty: false,
        reorg: 1,
      },
    ];
    const engine = createEngine();
    const effects = play(draws).lived.flatMap((input) => engine.step(input));
    const alerts = effects.flatMap((effect) => (effect.kind === 'alert' ? [effect.alert] : []));
    expect(alerts.map(({ reason, state, sequence }) => ({ reason, state, sequence }))).toEqual([
      { reason: 'opened', state: 'provisional', sequence: 1 },
      { reason: 'retracted', state: 'retracted', sequence: 2 },
    ]);
    const raised = effects.flatMap((effect) => (effect.kind === 'signal' ? [effect.signal.id] : []));
    const retracted = effects.flatMap((effect) =>
      effect.kind === 'signal-retracted' ? [effect.signalId] : [],
    );
    expect(raised.length).toBeGreaterThan(0);
    expect(retracted.sort()).toEqual(raised.sort());
  });
});
