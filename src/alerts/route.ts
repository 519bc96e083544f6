// Which channels hear of an incident, and how patiently: the route tree, or without one each channel by itself.

import { contagionWatch } from '../core/detector-names.js';
import type { Incident } from '../core/incident.js';
import type { IncidentMatch, QuietSpec, Repeats, RouteSpec, Times } from '../core/routing.js';
import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';

/** How one channel is told about one incident. */
export interface Delivery {
  /** Why it hears nothing of it, in words; null: it does. Who was told once hears the end in any case. */
  readonly whyNot: string | null;
  readonly waitMs: number;
  /** Null: every piece of news waits as the first one did. */
  readonly intervalMs: number | null;
  readonly repeatMs: number | null;
  /** Hours of the channel and of the route. */
  readonly quiet: readonly QuietSpec[];
}

/** Without routes a channel hears what its own row asks for. */
export function deliveryOf(
  channel: ChannelSpec,
  incident: Incident,
  routes: RouteSpec | undefined,
): Delivery {
  const { groupMs: waitMs, repeatMs, quiet = [] } = channel;
  const own = { whyNot: refusal(channel, incident), waitMs, intervalMs: null, repeatMs, quiet };
  if (routes === undefined) return own;
  const leaf = leavesOf(routes, incident).find(({ channels }) => channels.includes(channel.name));
  if (leaf === undefined) return { ...own, whyNot: own.whyNot ?? 'no route leads here' };
  const { severity } = incident;
  const repeat = leaf.repeatMs[severity];
  return {
    ...own,
    waitMs: leaf.waitMs[severity] ?? own.waitMs,
    intervalMs: leaf.intervalMs[severity] ?? null,
    repeatMs: repeat === undefined ? own.repeatMs : repeat,
    quiet: [...quiet, ...leaf.quiet],
  };
}

/** Why the channel's own row does not ask for this. */
function refusal({ minSeverity, only = {} }: ChannelSpec, incident: Incident): string | null {
  if (!matches({ minSeverity }, incident)) return `milder than ${minSeverity}`;
  return concerns({ ...only, minSeverity }, incident) ? null : 'not about what the channel is for';
}

/**
 * Who asks for certain coins also hears of another coin's incident that raised a watch on one of his, as if it were as
 * bad as that watch: never worse than medium.
 */
function concerns(match: IncidentMatch, incident: Incident): boolean {
  if (matches(match, incident)) return true;
  const { coins, ...rest } = match;
  if (coins === undefined) return false;
  const watch = incident.signals.filter(
    ({ detector, severity, coin }) =>
      detector === contagionWatch && severity !== null && coins.includes(coin),
  );
  const severity = watch.some((one) => one.severity === 'medium') ? 'medium' : 'low';
  return watch.length > 0 && matches(rest, { ...incident, severity });
}

/** A match is of the incident as it stands: its standing signals, or all of them once nothing stands any more. */
export function matches(match: IncidentMatch, incident: Incident): boolean {
  const { coins, chains, detectors, minSeverity, maxSeverity, cascade } = match;
  const rank = severityRank(incident.severity);
  return (
    (minSeverity === undefined || rank >= severityRank(minSeverity)) &&
    (maxSeverity === undefined || rank <= severityRank(maxSeverity)) &&
    (cascade === undefined || cascade === incident.cascade) &&
    (coins === undefined || incident.coins.some((coin) => coins.includes(coin))) &&
    (chains === undefined || incident.chains.some((chain) => chains.includes(chain))) &&
    (detectors === undefined || detectorsOf(incident).some((one) => detectors.includes(one)))
  );
}

/** Detectors of the standing signals, or of all where none stands. */
export function detectorsOf(incident: Incident): readonly string[] {
  const standing = incident.signals.filter(({ severity }) => severity !== null);
  return (standing.length > 0 ? standing : incident.signals).map(({ detector }) => detector);
}

interface Leaf {
  readonly channels: readonly string[];
  readonly waitMs: Times;
  readonly intervalMs: Times;
  readonly repeatMs: Repeats;
  readonly quiet: readonly QuietSpec[];
}

const top: Leaf = { channels: [], waitMs: {}, intervalMs: {}, repeatMs: {}, quiet: [] };

/** The routes that an incident ends in, the root itself where none of its branches fits. */
export function leavesOf(route: RouteSpec, incident: Incident, above: Leaf = top): readonly Leaf[] {
  const here: Leaf = {
    channels: route.channels ?? above.channels,
    waitMs: { ...above.waitMs, ...route.waitMs },
    intervalMs: { ...above.intervalMs, ...route.intervalMs },
    repeatMs: { ...above.repeatMs, ...route.repeatMs },
    quiet: route.quiet ?? above.quiet,
  };
  const leaves: Leaf[] = [];
  for (const branch of route.routes) {
    if (!concerns(branch.when, incident)) continue;
    leaves.push(...leavesOf(branch, incident, here));
    if (!branch.goOn) break;
  }
  return leaves.length > 0 ? leaves : [here];
}
