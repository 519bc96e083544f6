// A reorg may take back a part of an incident: it stands, but is not as bad as people were told. That is said at once,
// like a retraction, because people acted on it. Whether it grew milder by itself is no news of this kind.

import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';
import type { Alert, Incident } from '../core/types.js';
import { type AlertLook, type AlertRoomState, tell } from './alert-room.js';
import type { Told } from './notice.js';

/** To be asked before any other news of the same change. */
export function onRevised(
  state: AlertRoomState,
  { incident, change }: { readonly incident: Incident; readonly change: string },
  channels: readonly ChannelSpec[],
  look: AlertLook,
): Alert[] {
  if (change !== 'revised') return [];
  const alerts: Alert[] = [];
  for (const channel of channels) {
    const told = state.told.get(`${channel.name}|${incident.id}`);
    if (told === undefined || !isOpen(told) || !isLess(incident, told)) continue;
    // Without the dead blocks it may have been over for a while.
    const reason = incident.life === 'closed' ? 'resolved' : 'revised';
    alerts.push(tell(state, channel, incident, told, reason, look));
  }
  return alerts;
}

function isOpen({ life }: Told): boolean {
  return life !== 'closed' && life !== 'retracted';
}

function isLess(incident: Incident, told: Told): boolean {
  return (
    incident.life === 'closed' ||
    severityRank(incident.severity) < severityRank(told.severity) ||
    (told.cascade && !incident.cascade) ||
    told.chains.some((chain) => !incident.chains.includes(chain))
  );
}
