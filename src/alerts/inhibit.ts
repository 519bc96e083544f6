// News that another standing incident explains already.

import type { Incident } from '../core/incident.js';
import type { InhibitSpec } from '../core/routing.js';
import { severityRank } from '../core/severity.js';
import { detectorsOf, matches } from './route.js';

/**
 * The rule and the incident that keep this one back; null where none does. `hears`: only what the channel hears of can
 * explain something to it.
 */
export function inhibitedBy(
  incident: Incident,
  incidents: Iterable<Incident>,
  rules: readonly InhibitSpec[],
  hears: (other: Incident) => boolean,
): { readonly rule: string; readonly incident: string } | null {
  if (!rules.some((rule) => isTarget(rule, incident))) return null;
  const others = [...incidents].filter((other) => other.id !== incident.id && stands(other) && hears(other));
  for (const other of others) {
    const rule = ruleFrom(other, incident, rules);
    if (rule === null) continue;
    // Those that explain each other would all stay untold: the worst of them speaks, of equals the oldest.
    if (isGraver(other, incident) || !leadsTo(incident, other, others, rules))
      return { rule: rule.name, incident: other.id };
  }
  return null;
}

/** The rule by which the one keeps the other back. */
function ruleFrom(source: Incident, target: Incident, rules: readonly InhibitSpec[]): InhibitSpec | null {
  const found = rules.find(
    (rule) =>
      isTarget(rule, target) &&
      matches(rule.source, source) &&
      rule.equal.every((key) => shares(key, target, source)),
  );
  return found ?? null;
}

/** What stands in an incident beside the named detectors is not explained. */
export function isTarget({ target }: InhibitSpec, incident: Incident): boolean {
  const { detectors } = target;
  return (
    matches(target, incident) &&
    (detectors === undefined || detectorsOf(incident).every((one) => detectors.includes(one)))
  );
}

/** Whether the one explains the other, by itself or by way of others. */
function leadsTo(
  from: Incident,
  to: Incident,
  others: readonly Incident[],
  rules: readonly InhibitSpec[],
): boolean {
  const seen = new Set([from.id]);
  const open = [from];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const next of others) {
      if (seen.has(next.id) || ruleFrom(one, next, rules) === null) continue;
      if (next.id === to.id) return true;
      seen.add(next.id);
      open.push(next);
    }
  }
  return false;
}

function isGraver(other: Incident, incident: Incident): boolean {
  const more = severityRank(other.severity) - severityRank(incident.severity);
  if (more !== 0) return more > 0;
  if (other.openedAtMs !== incident.openedAtMs) return other.openedAtMs < incident.openedAtMs;
  return other.id < incident.id;
}

function stands({ life }: Incident): boolean {
  return life === 'open' || life === 'escalated';
}

/** All chains (or coins) of the one that is kept back are the other's too; a `*` is every coin. */
function shares(key: 'chain' | 'coin', incident: Incident, other: Incident): boolean {
  const [mine, theirs] = key === 'chain' ? [incident.chains, other.chains] : [incident.coins, other.coins];
  return theirs.includes('*') || mine.every((one) => theirs.includes(one));
}
