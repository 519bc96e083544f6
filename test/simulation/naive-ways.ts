// What the oracle of `check-ways.ts` believes about routes, silences, hours and inhibition: read from the documentation
// of the configuration and written down a second time, without the code that it is held against.

import type { Incident } from '../../src/core/incident.js';
import type {
  IncidentMatch,
  InhibitSpec,
  QuietSpec,
  RouteSpec,
  SilenceMatch,
} from '../../src/core/routing.js';
import type { Severity } from '../../src/core/severity.js';
import type { ChannelSpec, Spec } from '../../src/core/spec.js';

const ladder: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

export function rank(severity: Severity): number {
  return ladder.indexOf(severity);
}

export function isStanding({ life }: Incident): boolean {
  return life === 'open' || life === 'escalated';
}

export function isOver({ life }: Incident): boolean {
  return life === 'closed' || life === 'retracted';
}

function kindsOf({ signals }: Incident): readonly string[] {
  const now = signals.filter(({ severity }) => severity !== null);
  return (now.length === 0 ? signals : now).map(({ detector }) => detector);
}

function overlap(wanted: readonly string[] | undefined, had: readonly string[]): boolean {
  return wanted === undefined || wanted.some((one) => had.includes(one));
}

function within(had: readonly string[], allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || had.every((one) => allowed.includes(one));
}

function fits(match: IncidentMatch, incident: Incident): boolean {
  return (
    rank(incident.severity) >= rank(match.minSeverity ?? 'low') &&
    rank(incident.severity) <= rank(match.maxSeverity ?? 'critical') &&
    (match.cascade ?? incident.cascade) === incident.cascade &&
    overlap(match.coins, incident.coins) &&
    overlap(match.chains, incident.chains) &&
    overlap(match.detectors, kindsOf(incident))
  );
}

/** Also where another coin's incident says that one of these coins may follow, as mild as that watch is. */
function isAsked(match: IncidentMatch, incident: Incident): boolean {
  if (fits(match, incident)) return true;
  const { coins } = match;
  if (coins === undefined) return false;
  const watches = incident.signals.filter(
    ({ detector, severity, coin }) =>
      detector === 'contagionWatch' && severity !== null && coins.includes(coin),
  );
  if (watches.length === 0) return false;
  const mild = watches.some(({ severity }) => severity === 'medium') ? 'medium' : 'low';
  return fits({ ...match, coins: incident.coins }, { ...incident, severity: mild });
}

interface End {
  readonly channels: readonly string[];
  readonly quiet: readonly QuietSpec[];
}

function endsOf(route: RouteSpec, incident: Incident, above: End): readonly End[] {
  const here = { channels: route.channels ?? above.channels, quiet: route.quiet ?? above.quiet };
  const taken: RouteSpec[] = [];
  for (const next of route.routes) {
    if (!isAsked(next.when, incident)) continue;
    taken.push(next);
    if (!next.goOn) break;
  }
  return taken.length === 0 ? [here] : taken.flatMap((next) => endsOf(next, incident, here));
}

function endFor(spec: Spec, channel: ChannelSpec, incident: Incident): End | undefined {
  if (spec.routes === undefined) return { channels: [], quiet: [] };
  const ends = endsOf(spec.routes, incident, { channels: [], quiet: [] });
  return ends.find(({ channels }) => channels.includes(channel.name));
}

export function hears(spec: Spec, channel: ChannelSpec, incident: Incident): boolean {
  if (rank(incident.severity) < rank(channel.minSeverity)) return false;
  const { coins, chains, detectors } = channel.only ?? {};
  const own: IncidentMatch = {
    ...(coins === undefined ? {} : { coins }),
    ...(chains === undefined ? {} : { chains }),
    ...(detectors === undefined ? {} : { detectors }),
    minSeverity: channel.minSeverity,
  };
  return isAsked(own, incident) && endFor(spec, channel, incident) !== undefined;
}

/** Whether the channel wants to hear nothing as mild as this now. */
export function isQuiet(
  spec: Spec,
  channel: ChannelSpec,
  incident: Incident,
  severity: Severity,
  nowMs: number,
): boolean {
  const hours = [...(channel.quiet ?? []), ...(endFor(spec, channel, incident)?.quiet ?? [])];
  return hours.some(({ fromMin, toMin, offsetMin, minSeverity }) => {
    if (rank(severity) >= rank(minSeverity)) return false;
    const local = new Date(nowMs + offsetMin * 60_000);
    const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
    return fromMin < toMin ? minute >= fromMin && minute < toMin : minute >= fromMin || minute < toMin;
  });
}

export function isMeant(
  match: SilenceMatch,
  channel: string,
  incident: Incident,
  severity: Severity,
): boolean {
  return (
    rank(severity) <= rank(match.maxSeverity) &&
    (match.incident ?? incident.id) === incident.id &&
    within([channel], match.channels) &&
    within(incident.coins, match.coins) &&
    within(incident.chains, match.chains) &&
    within(kindsOf(incident), match.detectors)
  );
}

/** Whether this rule lets the one explain the other. */
export function explains(rule: InhibitSpec, source: Incident, target: Incident): boolean {
  const shared = (key: 'chain' | 'coin'): boolean =>
    key === 'chain'
      ? within(target.chains, source.chains)
      : source.coins.includes('*') || within(target.coins, source.coins);
  return (
    source.id !== target.id &&
    isStanding(source) &&
    fits(rule.source, source) &&
    fits(rule.target, target) &&
    within(kindsOf(target), rule.target.detectors) &&
    rule.equal.every(shared)
  );
}
