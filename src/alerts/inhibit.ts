// News that another standing incident explains already.

import type { InhibitSpec } from '../core/routing.js';
import { severityRank } from '../core/severity.js';
import type { Incident } from '../core/types.js';
import { detectorsOf, matches } from './route.js';

/** The rule and the incident that keep this one back; null where none does. */
export function inhibitedBy(
  incident: Incident,
  others: Iterable<Incident>,
  rules: readonly InhibitSpec[],
): { readonly rule: string; readonly incident: string } | null {
  const fitting = rules.filter(
    ({ target }) => isOnly(target.detectors, incident) && matches(target, incident),
  );
  if (fitting.length === 0) return null;
  for (const other of others) {
    if (other.id === incident.id || (other.life !== 'open' && other.life !== 'escalated')) continue;
    // Two that explain each other would both stay untold: the worse one speaks, of equals the older.
    if (!isGraver(other, incident)) continue;
    const rule = fitting.find(
      ({ source, equal }) => matches(source, other) && equal.every((key) => shares(key, incident, other)),
    );
    if (rule !== undefined) return { rule: rule.name, incident: other.id };
  }
  return null;
}

/** What stands in an incident beside the named detectors is not explained. */
function isOnly(detectors: readonly string[] | undefined, incident: Incident): boolean {
  return detectors === undefined || detectorsOf(incident).every((one) => detectors.includes(one));
}

function isGraver(other: Incident, incident: Incident): boolean {
  const more = severityRank(other.severity) - severityRank(incident.severity);
  if (more !== 0) return more > 0;
  if (other.openedAtMs !== incident.openedAtMs) return other.openedAtMs < incident.openedAtMs;
  return other.id < incident.id;
}

/** All chains (or coins) of the one that is kept back are the other's too; a `*` is every coin. */
function shares(key: 'chain' | 'coin', incident: Incident, other: Incident): boolean {
  const [mine, theirs] = key === 'chain' ? [incident.chains, other.chains] : [incident.coins, other.coins];
  return theirs.includes('*') || mine.every((one) => theirs.includes(one));
}
