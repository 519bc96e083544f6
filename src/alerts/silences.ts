// Silences: what a person keeps back, from whom and until when. They come as inputs, so a replay keeps back the same.

import type { Incident } from '../core/incident.js';
import type { Input } from '../core/io.js';
import type { Silence } from '../core/routing.js';
import { type Severity, severityRank } from '../core/severity.js';
import { detectorsOf } from './route.js';

/** Plain data: part of the engine's checkpoint. */
export type SilenceState = Map<string, Silence>;

export function onSilence(
  state: SilenceState,
  input: Extract<Input, { kind: 'silence' | 'unsilence' }>,
): void {
  if (input.kind === 'unsilence') return void state.delete(input.silenceId);
  const { silenceId, by, reason, untilMs, match, atMs } = input;
  if (untilMs > atMs) state.set(silenceId, { id: silenceId, by, reason, fromMs: atMs, untilMs, match });
}

export function forgetSilences(state: SilenceState, nowMs: number): void {
  for (const [id, { untilMs }] of state) if (untilMs <= nowMs) state.delete(id);
}

/** The silence that keeps news of this severity from this channel the longest; null where none does. */
export function silencedBy(
  state: SilenceState,
  channel: string,
  incident: Incident,
  severity: Severity,
  nowMs: number,
): Silence | null {
  let longest: Silence | null = null;
  for (const silence of state.values()) {
    if (silence.untilMs <= nowMs || !isSilenced(silence, channel, incident, severity)) continue;
    if (longest === null || silence.untilMs > longest.untilMs) longest = silence;
  }
  return longest;
}

/** All of what stands must be meant: a part of another kind, another coin or another chain pierces it. */
function isSilenced({ match }: Silence, channel: string, incident: Incident, severity: Severity): boolean {
  const { coins, chains, detectors, incident: id, channels, maxSeverity } = match;
  return (
    severityRank(severity) <= severityRank(maxSeverity) &&
    (id === undefined || id === incident.id) &&
    (channels === undefined || channels.includes(channel)) &&
    (coins === undefined || incident.coins.every((coin) => coins.includes(coin))) &&
    (chains === undefined || incident.chains.every((chain) => chains.includes(chain))) &&
    (detectors === undefined || detectorsOf(incident).every((one) => detectors.includes(one)))
  );
}
