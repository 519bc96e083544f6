// A reorg may take back a part of an incident: it stands, but is not as bad as people were told. That is said at once,
// like a retraction, because people acted on it. Whether it grew milder by itself is no news of this kind.

import type { Incident } from '../core/incident.js';
import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';
import type { AlertRoomState } from './alert-room.js';
import { conversationKey } from './conversation-key.js';
import { isOver, type Shown, type Told } from './notice.js';

/** To be noted before `onIncident` is asked about the same change: it tells, and keeps back what a gate keeps back. */
export function noteRevised(
  state: AlertRoomState,
  { incident, change }: { readonly incident: Incident; readonly change: string },
  channels: readonly ChannelSpec[],
): void {
  if (change !== 'revised') return;
  for (const { name } of channels) {
    const key = conversationKey(name, incident.id);
    const told = state.told.get(key);
    if (told !== undefined && !isOver(told) && isLessThanTold(incident, told)) state.lessened.add(key);
  }
}

function isLess(incident: Incident, { severity, cascade, chains }: Shown): boolean {
  return (
    severityRank(incident.severity) < severityRank(severity) ||
    (cascade && !incident.cascade) ||
    chains.some((chain) => !incident.chains.includes(chain))
  );
}

export function isLessThanTold(incident: Incident, told: Told): boolean {
  return (
    isOver(incident) ||
    isLess(incident, told) ||
    // A message that was rewritten since may have said more than what people were called for.
    (told.shown !== undefined && isLess(incident, told.shown))
  );
}
