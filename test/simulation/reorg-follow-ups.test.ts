// Reorgs of depth 1 to 64 in drawn markets, on the engine with its alert room and on the whole daemon.
// More of them: PEGWATCH_FUZZ_RUNS=20000 npx vitest run test/simulation/reorg-follow-ups.test.ts

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import type { Hex } from '../../src/core/hex.js';
import type { Input } from '../../src/core/io.js';
import { type PackedLogs, packLogs } from '../../src/core/packed-logs.js';
import type { Spec } from '../../src/core/spec.js';
import { createEngine } from '../../src/engine.js';
import { answerLog, supplyLog, syncLog } from '../helpers/events.js';
import { aggregatorAddress, makeSpec, poolAddress, usdx } from '../helpers/make-spec.js';
import { checkFollowUps, type Played } from './check-follow-ups.js';
import type { DrawnWorld } from './draw-world.js';
import { simulate } from './simulate.js';

const runs = Number(process.env.PEGWATCH_FUZZ_RUNS ?? 200);
const deepest = 64;
const million = 1_000_000_000_000n;
const chains = ['ethereum', 'bsc'] as const;
type ChainName = (typeof chains)[number];
type BlockInput = Extract<Input, { kind: 'block' }>;

/** What a block does to the market; kept, so that it may happen again on another branch. */
interface Happening {
  readonly price: number;
  readonly burned: number;
  readonly answerCents: number | null;
}

type Act =
  | { readonly kind: 'blocks'; readonly chain: ChainName; readonly count: number; readonly what: Happening }
  | {
      readonly kind: 'reorg';
      readonly chain: ChainName;
      readonly depth: number;
      /** Blocks of the dead branch that happen again on the new one: its cause may survive. */
      readonly survives: number;
    }
  | { readonly kind: 'tick'; readonly gapMs: number }
  | { readonly kind: 'final'; readonly chain: ChainName };

const chain = fc.constantFrom(...chains);
const what: fc.Arbitrary<Happening> = fc.record({
  price: fc.constantFrom(1, 1, 1.0004, 1.002, 1.02, 1.3),
  burned: fc.constantFrom(0, 0, 0.5, 8),
  answerCents: fc.constantFrom(null, null, 100, 97),
});
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('blocks' as const),
      chain,
      count: fc.integer({ min: 1, max: 12 }),
      what,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('reorg' as const),
      chain,
      depth: fc.integer({ min: 1, max: deepest }),
      survives: fc.constantFrom(0, 0, 1, 5, deepest),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      gapMs: fc.constantFrom(1000, 61_000, 400_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('final' as const), chain }) },
);

function specOf(): Spec {
  const base = makeSpec(chains);
  const [desk] = base.channels;
  const pager = {
    ...desk!,
    name: 'pager',
    minSeverity: 'high',
    digestMs: 60_000,
    repeatMs: 300_000,
  } as const;
  const when = { minSeverity: 'low' } as const;
  const hook = { mode: 'send', minSeverity: 'low', waitMs: 60_000 } as const;
  const playbook = { name: 'any', title: 'anything', when, runbook: null, checklist: [], hook };
  return { ...base, channels: [{ ...desk!, repeatMs: null }, pager], playbooks: [playbook] };
}

/** The inputs of a run, and those of one that never saw a dead block. */
function inputsOf(acts: readonly Act[]): { lived: Input[]; clean: Input[] } {
  let atMs = 1_700_000_000_000;
  let made = 0;
  const lived: Input[] = [{ kind: 'start', atMs, spec: specOf() }];
  const dead = new Set<Input>();
  const branches = new Map(chains.map((name) => [name, [] as { input: BlockInput; what: Happening }[]]));
  const mine = (name: ChainName, happening: Happening): void => {
    const branch = branches.get(name)!;
    atMs += 700;
    const input = blockOf(name, branch.at(-1)?.input ?? null, made++, atMs, happening);
    branch.push({ input, what: happening });
    lived.push(input);
  };
  const calm = { price: 1, burned: 0, answerCents: null };
  for (const name of chains) for (let i = 0; i < deepest + 2; i++) mine(name, calm);
  for (const one of acts) {
    if (one.kind === 'blocks') for (let i = 0; i < one.count; i++) mine(one.chain, one.what);
    else if (one.kind === 'tick') {
      atMs += one.gapMs;
      lived.push({ kind: 'tick', atMs });
    } else if (one.kind === 'final') {
      const tip = branches.get(one.chain)!.at(-1)!.input.block.number;
      lived.push({ kind: 'finalized', atMs, chain: one.chain, number: tip - deepest });
    } else {
      const branch = branches.get(one.chain)!;
      // Never below what is final: the fork is at least `deepest` blocks under the highest tip there ever was.
      const gone = branch.splice(
        Math.max(1, branch.length - Math.min(one.depth, room(one.chain, lived, branch))),
      );
      if (gone.length === 0) continue;
      const keep = branch.at(-1)!.input.block;
      const hashes = gone.map(({ input }) => input.block.hash).reverse();
      const reorg: Input = { kind: 'reorg', atMs, chain: one.chain, keep, dead: hashes };
      for (const { input } of gone) dead.add(input);
      dead.add(reorg);
      lived.push(reorg);
      for (const { what: again } of gone.slice(0, one.survives)) mine(one.chain, again);
    }
  }
  return { lived, clean: lived.filter((input) => !dead.has(input)) };
}

/** How many blocks may still die: those above the last that was called final. */
function room(name: ChainName, lived: readonly Input[], branch: readonly { input: BlockInput }[]): number {
  const final = lived.findLast((input) => input.kind === 'finalized' && input.chain === name);
  const tip = branch.at(-1)?.input.block.number ?? 0;
  return final?.kind === 'finalized' ? Math.max(0, tip - final.number) : branch.length - 1;
}

function blockOf(
  name: ChainName,
  parent: BlockInput | null,
  nth: number,
  atMs: number,
  one: Happening,
): BlockInput {
  const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;
  const calls =
    parent === null
      ? [
          { source: `${name}/oracle`, call: 'aggregator', data: word(BigInt(aggregatorAddress)) },
          { source: `${name}/supply`, call: 'totalSupply', data: word(100n * million) },
        ]
      : [];
  const hash = word(BigInt(chains.indexOf(name) + 1) * 1_000_000_000n + BigInt(nth));
  const block = {
    number: (parent?.block.number ?? 0) + 1,
    hash,
    parentHash: parent?.block.hash ?? word(0n),
    timeMs: atMs,
  };
  const logs = logsOf(one, nth, atMs);
  return { kind: 'block', atMs, chain: name, block, logs, calls };
}

/** Encoding takes most of the time: what says nothing about its block is encoded once. */
const encoded = new Map<string, PackedLogs>();

function logsOf(one: Happening, nth: number, atMs: number): PackedLogs {
  const key = one.answerCents === null ? JSON.stringify(one) : null;
  const known = key === null ? undefined : encoded.get(key);
  if (known !== undefined) return known;
  const skew = BigInt(Math.round(one.price * 1e6));
  const place = { address: poolAddress, logIndex: 0 };
  const raw = [syncLog(place, (5n * million * skew) / 1_000_000n, (5n * million * 1_000_000n) / skew)];
  if (one.burned > 0)
    raw.push(supplyLog({ address: usdx.address, logIndex: 1 }, -BigInt(one.burned * 1e6) * 1_000_000n));
  if (one.answerCents !== null) {
    const answer = BigInt(one.answerCents) * 1_000_000n;
    raw.push(
      answerLog({ address: aggregatorAddress, logIndex: 2 }, answer, BigInt(nth), Math.floor(atMs / 1000)),
    );
  }
  const logs = packLogs(raw, (_, why) => expect.fail(why));
  if (key !== null) encoded.set(key, logs);
  return logs;
}

function play(inputs: readonly Input[]): { steps: Played[]; incidents: ReadonlySet<string> } {
  const engine = createEngine();
  const steps = inputs.map((input) => ({ input, effects: engine.step(input) }));
  return { steps, incidents: new Set(engine.state.incidents?.book.keys()) };
}

describe('after a reorg of 1 to 64 blocks', () => {
  it(
    'no orphaned alert is left open, and who was told too much hears so within two blocks',
    () => {
      const totals = { retracted: 0, revised: 0, deepest: 0, takenBack: 0 };
      fc.assert(
        fc.property(fc.array(act, { minLength: 4, maxLength: 24 }), (acts) => {
          const { lived, clean } = inputsOf(acts);
          const { steps, incidents } = play(lived);
          const { problems, retracted, revised, deepest } = checkFollowUps(steps);
          expect(problems).toEqual([]);
          // The oracle is a run that never saw the dead blocks: what is still open here stands there too.
          const truth = play(clean).incidents;
          expect([...incidents].sort()).toEqual([...truth].sort());
          for (const alert of lastAlerts(steps)) {
            const over = alert.reason === 'retracted' || alert.reason === 'resolved';
            if (!over) expect(truth, alert.id).toContain(alert.incidentId);
          }
          totals.retracted += retracted;
          totals.revised += revised;
          totals.deepest = Math.max(totals.deepest, deepest);
          totals.takenBack += hookSteps(steps).filter((step) => step === 'retracted').length;
        }),
        { numRuns: runs },
      );
      // The property must have had something to bite on.
      expect(totals.retracted).toBeGreaterThan(runs / 10);
      expect(totals.revised).toBeGreaterThan(0);
      expect(totals.takenBack).toBeGreaterThan(0);
      expect(totals.deepest).toBeGreaterThan(55);
    },
    Math.max(120_000, runs * 500),
  );

  it(
    'the same holds for the whole daemon, whose receiver and disk fail and which is killed as well',
    async () => {
      const problems: string[] = [];
      let reorgs = 0;
      for (let seed = 70_001; seed <= 70_000 + Math.round(runs / 50); seed++) {
        const run = await simulate(seed, null, deepReorgs);
        problems.push(...run.problems.map((problem) => `${seed}: ${problem}`));
        reorgs += run.counts.reorgs ?? 0;
      }
      expect(problems).toEqual([]);
      expect(reorgs).toBeGreaterThan(10);
    },
    Math.max(600_000, runs * 500),
  );
});

/**
 * The drawn world with chains that turn around up to 64 blocks, and a channel that is edited. Its endpoints are honest:
 * one that is alone and frozen on a dead branch is believed below finality in the end, which is another matter.
 */
function deepReorgs(world: DrawnWorld): DrawnWorld {
  const [desk, ...others] = world.spec.channels;
  return {
    ...world,
    spec: { ...world.spec, channels: [{ ...desk!, repeatMs: null, digestMs: 120_000 }, ...others] },
    chains: world.chains.map((one) => ({
      ...one,
      finalDepth: 80,
      deepest,
      episodes: [],
      reorgEvery: 40,
      config: {
        ...one.config,
        blockTimeMs: 450,
        finality: { tag: one.config.finality.tag, depth: 80, keep: 128 },
      },
    })),
  };
}

function lastAlerts(steps: readonly Played[]): readonly Alert[] {
  const last = new Map<string, Alert>();
  for (const { effects } of steps) {
    for (const effect of effects) {
      if (effect.kind === 'alert' && effect.alert.hook === undefined)
        last.set(`${effect.alert.incidentId} ${effect.alert.channel}`, effect.alert);
    }
  }
  return [...last.values()];
}

function hookSteps(steps: readonly Played[]): readonly string[] {
  return steps.flatMap(({ effects }) =>
    effects.flatMap((one) => (one.kind === 'hook' ? [one.hook.step] : [])),
  );
}
