// Bad news goes out while its block can still die, and says so. When every block behind it is final, channels whose
// message can be edited have the doubt taken out of it, without a sound.

import type { Alert } from '../core/alert.js';
import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';
import { type AlertLook, type AlertRoomState, gateOf, stateOf } from './alert-room.js';
import { incidentOf } from './conversation-key.js';
import { shownOf, stands } from './notice.js';

/** Blocks became final: who was told something provisional, and hears of its confirmation. */
export function onConfirmed(
  state: AlertRoomState,
  channels: readonly ChannelSpec[],
  look: AlertLook,
): Alert[] {
  const alerts: Alert[] = [];
  for (const channel of channels) {
    if (channel.confirms !== true) continue;
    for (const [key, told] of state.told) {
      if (told.state !== 'provisional' || !key.startsWith(`${channel.name}|`)) continue;
      const incident = look.incident(incidentOf(key));
      if (incident === undefined || !stands(incident) || severityRank(told.severity) < severityRank('high'))
        continue;
      if (stateOf(incident, look) !== 'confirmed') continue;
      // Asked with every tick: it comes when the gate opens.
      if (gateOf(state, channel, incident, 'confirmed', look) !== null) continue;
      const sequence = told.sequence + 1;
      // All else stays as it was told: a repeat is neither put off nor replaced by this.
      state.told.set(key, { ...told, sequence, state: 'confirmed', shown: shownOf(incident) });
      alerts.push({
        id: `${incident.id}-${channel.name}-${sequence}`,
        incidentId: incident.id,
        channel: channel.name,
        sequence,
        reason: 'confirmed',
        state: 'confirmed',
        severity: incident.severity,
        atMs: look.nowMs,
        incident,
      });
    }
  }
  return alerts;
}
