// What goes wrong and when, drawn before a run begins: a list of episodes. Nothing else decides about faults.

import type { Seeded } from './seeded.js';

/** What an endpoint does while it is not well. */
export const endpointFaults = [
  /** Refuses connections; open ones are cut. */
  'down',
  /** Connections stay up and nothing comes. */
  'half-open',
  /** Answers late. */
  'slow',
  /** A load balancer: some answers come from a backend that is blocks behind. */
  'lag',
  /** Sees no new block. */
  'frozen',
  /** Serves another chain, and says so when asked. */
  'wrong-chain',
  /** Follows a branch that the others do not. */
  'wrong-fork',
  /** Does not know blocks that it has announced. */
  'null-blocks',
  'rate-limited',
  /** Refuses ranges, in some provider's words. */
  'range-limit',
  /** Frames and bodies that are cut, empty or of another shape. */
  'garbage',
  'drop-heads',
  'double-heads',
  'shuffle-heads',
  /** Cuts every connection again and again. */
  'cuts',
] as const;

/** Lies that only a second opinion shows; an honest endpoint is configured beside the one that tells them. */
export const lies = ['empty-logs', 'partial-logs'] as const;

/** Only where a test wants it: the logs of blocks of the episode's first moments are refused until it ends. */
export const arranged = ['hidden-logs'] as const;

export const daemonFaults = [
  'slow-disk',
  'full-disk',
  'failing-commit',
  'receiver-down',
  'receiver-slow',
  'receiver-forgets',
] as const;

export type EndpointFault =
  | (typeof endpointFaults)[number]
  | (typeof lies)[number]
  | (typeof arranged)[number];
export type DaemonFault = (typeof daemonFaults)[number];

export interface Episode<Kind extends string = string> {
  readonly kind: Kind;
  /** An endpoint's name; empty for the daemon's own troubles. */
  readonly where: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of `hidden-logs`: for how long blocks are mined whose logs are refused. */
  readonly hiddenMs?: number;
}

export interface Stop {
  readonly atMs: number;
  /** Killed without warning, or asked to stop. */
  readonly kill: boolean;
  readonly downMs: number;
}

/** Episodes of one endpoint between `fromMs` and `toMs`. */
export function drawEndpointFaults(
  where: string,
  kinds: readonly EndpointFault[],
  span: { readonly fromMs: number; readonly toMs: number },
  random: Seeded,
): Episode<EndpointFault>[] {
  return draw(where, kinds, random.int(0, 6), span, 60_000, random);
}

export function drawDaemonFaults(
  span: { readonly fromMs: number; readonly toMs: number },
  random: Seeded,
): Episode<DaemonFault>[] {
  return draw('', daemonFaults, random.int(0, 5), span, 45_000, random);
}

export function drawStops(
  span: { readonly fromMs: number; readonly toMs: number },
  random: Seeded,
): readonly Stop[] {
  const stops = Array.from({ length: random.pick([0, 1, 1, 2, 3, 5]) }, () => ({
    atMs: Math.round(random.between(span.fromMs, span.toMs)),
    kill: random.chance(0.7),
    downMs: Math.round(random.pick([50, 1_000, 20_000, 120_000]) * random.between(0.5, 1.5)),
  }));
  return stops.sort((a, b) => a.atMs - b.atMs);
}

function draw<Kind extends string>(
  where: string,
  kinds: readonly Kind[],
  count: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  longestMs: number,
  random: Seeded,
): Episode<Kind>[] {
  return Array.from({ length: count }, () => {
    const begins = Math.round(random.between(fromMs, toMs));
    const lasts = Math.round(random.pick([2_000, 10_000, longestMs]) * random.between(0.3, 1));
    return { kind: random.pick(kinds), where, fromMs: begins, toMs: Math.min(toMs, begins + lasts) };
  });
}
