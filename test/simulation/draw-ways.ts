// What stands between news and people, drawn from a seed: routes, inhibition, quiet hours, playbooks with hooks,
// dependence, a channel that is edited, and what a pretend operator asks for. It has a stream of its own, and only
// seeds from half a million on have it: the worlds of the seeds below are what they were before there was any of this.

import type {
  IncidentMatch,
  InhibitSpec,
  QuietSpec,
  RouteSpec,
  SilenceMatch,
} from '../../src/core/routing.js';
import type { ChannelSpec, EdgeSpec, PlaybookSpec, Spec } from '../../src/core/spec.js';
import type { DrawnWorld } from './draw-world.js';
import { type Seeded, seeded } from './seeded.js';

/** What the operator does of his own accord; hooks that wait for a word he answers as they come. */
export type OperatorAct =
  | { readonly kind: 'silence'; readonly atMs: number; readonly forMs: number; readonly match: SilenceMatch }
  /** Ends the newest of his silences. */
  | { readonly kind: 'unsilence'; readonly atMs: number };

const firstSeed = 500_000;
/** All waits are at most so long, so that the oracle needs one bound. */
export const longestWaitMs = 30_000;

export function drawWays(world: DrawnWorld): DrawnWorld {
  const random = seeded(`ways ${world.seed}`);
  if (world.seed < firstSeed || random.chance(0.2)) return world;
  const span = { fromMs: world.startMs + 2_000, toMs: world.calmMs };
  return { ...world, spec: withWays(world.spec, random), acts: drawActs(span, world.spec, random) };
}

function withWays(spec: Spec, random: Seeded): Spec {
  const maybe = <T extends object>(probability: number, make: () => T): T | object =>
    random.chance(probability) ? make() : {};
  const { incidents } = spec;
  return {
    ...spec,
    coins: [...spec.coins, { coin: 'USDY', pegUsd: 1 }],
    // The second chain's coin is another one: two incidents that can explain each other, and a watch.
    sources: spec.sources.map((source) =>
      source.chain !== 'bsc'
        ? source
        : {
            ...source,
            coin: 'USDY',
            tokens: source.tokens.map((one) => ({ ...one, coin: one.coin === 'USDX' ? 'USDY' : one.coin })),
          },
    ),
    incidents: {
      ...incidents,
      closeAfterMs: random.pick([15_000, 45_000]),
      joinWindowMs: random.pick([20_000, 120_000]),
      ...maybe(0.7, () => ({ dependence: edges(random) })),
    },
    channels: spec.channels.map((channel) => drawChannel(channel, random)),
    ...maybe(0.7, () => ({ routes: drawRoutes(random) })),
    ...maybe(0.6, () => ({ inhibit: drawInhibit(random) })),
    ...maybe(0.8, () => ({ playbooks: drawPlaybooks(random) })),
  };
}

function edges(random: Seeded): readonly EdgeSpec[] {
  const one = (from: string, to: string): EdgeSpec => ({
    kind: random.pick(['backs', 'collateralOf', 'pooledWith']),
    from,
    to,
    share: random.pick([null, 0.1, 0.4]),
    lag: null,
  });
  return [one('USDX', 'USDY'), one('USDX', 'USDC'), ...(random.chance(0.5) ? [one('USDY', 'USDX')] : [])];
}

function drawChannel(channel: ChannelSpec, random: Seeded): ChannelSpec {
  const isDesk = channel.name === 'desk';
  return {
    ...channel,
    ...(isDesk && random.chance(0.6) ? { digestMs: random.pick([5_000, 30_000]), confirms: true } : {}),
    ...(isDesk && random.chance(0.2) ? { only: { coins: ['USDY', '*'] } } : {}),
    ...(random.chance(0.6) ? { quiet: [drawQuiet(random)] } : {}),
  };
}

/** A run begins at midnight in UTC, and lasts for minutes. */
function drawQuiet(random: Seeded): QuietSpec {
  const offsetMin = random.pick([0, 60, -300, 330]);
  const from = random.int(-3, 4) + offsetMin;
  const minute = (one: number): number => ((one % 1440) + 1440) % 1440;
  return {
    fromMin: minute(from),
    toMin: minute(from + random.int(1, 6)),
    offsetMin,
    minSeverity: random.pick(['high', 'critical', 'critical']),
  };
}

function drawRoutes(random: Seeded): RouteSpec {
  const branch = (when: IncidentMatch): RouteSpec => ({
    when,
    ...(random.chance(0.7) ? { channels: random.pick([['desk'], ['pager'], ['desk', 'pager']]) } : {}),
    ...(random.chance(0.6) ? { waitMs: { low: random.pick([2_000, longestWaitMs]), high: 1_000 } } : {}),
    ...(random.chance(0.3) ? { intervalMs: { medium: 20_000, high: 5_000 } } : {}),
    ...(random.chance(0.5) ? { repeatMs: { high: random.pick([null, 40_000]), critical: 60_000 } } : {}),
    ...(random.chance(0.2) ? { quiet: [drawQuiet(random)] } : {}),
    goOn: random.chance(0.4),
    routes: [],
  });
  const whens: readonly IncidentMatch[] = [
    { minSeverity: 'high' },
    { coins: ['USDY'] },
    { chains: ['ethereum'] },
    { detectors: ['priceDeviation', 'chainSilence'] },
    { maxSeverity: 'medium', coins: ['USDX', 'USDC'] },
    { cascade: true },
  ];
  const first = branch(random.pick(whens));
  return {
    ...branch({}),
    channels: random.pick([['desk'], ['desk', 'pager']]),
    goOn: false,
    routes: [
      { ...first, routes: random.chance(0.4) ? [branch(random.pick(whens))] : [] },
      branch(random.pick(whens)),
    ],
  };
}

/** Nothing that is critical is ever a target here: that only a silence keeps one back is part of what is checked. */
function drawInhibit(random: Seeded): readonly InhibitSpec[] {
  const rules: readonly InhibitSpec[] = [
    { name: 'coin-coin', source: { minSeverity: 'high' }, target: { maxSeverity: 'high' }, equal: [] },
    {
      name: 'silent-chain',
      source: { coins: ['*'] },
      target: { coins: ['USDX', 'USDY'], maxSeverity: 'high' },
      equal: ['chain'],
    },
    { name: 'x-y', source: { coins: ['USDX'] }, target: { coins: ['USDY'], maxSeverity: 'high' }, equal: [] },
    { name: 'y-x', source: { coins: ['USDY'] }, target: { coins: ['USDX'], maxSeverity: 'high' }, equal: [] },
  ];
  return rules.filter(() => random.chance(0.5));
}

function drawPlaybooks(random: Seeded): readonly PlaybookSpec[] {
  return (['dry-run', 'approve', 'send'] as const).map((mode) => ({
    name: mode,
    title: `what to do, ${mode}`,
    runbook: null,
    checklist: [],
    when: { minSeverity: random.pick(['low', 'medium', 'high']) },
    hook: {
      mode,
      minSeverity: random.pick(['low', 'medium', 'high']),
      waitMs: random.pick([10_000, 60_000]),
    },
  }));
}

function drawActs(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { chains }: Spec,
  random: Seeded,
): readonly OperatorAct[] {
  const match = (): SilenceMatch => ({
    ...random.pick([
      { coins: ['USDX'] },
      { coins: ['USDX', 'USDY'] },
      { chains: chains.map(({ chain }) => chain) },
      { channels: ['desk'] },
      { channels: ['desk', 'pager'] },
      { detectors: ['priceDeviation', 'supplyShock'] },
    ]),
    maxSeverity: random.pick(['medium', 'high', 'critical', 'critical']),
  });
  const acts = Array.from({ length: random.int(1, 8) }, (): OperatorAct => {
    const atMs = Math.round(random.between(fromMs, toMs));
    return random.chance(0.65)
      ? { kind: 'silence', atMs, forMs: random.pick([5_000, 40_000, 200_000]), match: match() }
      : { kind: 'unsilence', atMs };
  });
  return acts.sort((a, b) => a.atMs - b.atMs);
}
