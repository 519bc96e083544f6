// Silences as the timeline tells of them: who keeps what back, since when, until when, and who ended it early.

import type { Silence } from '../core/routing.js';
import type { StoreReader } from '../store/store.js';

export interface SilenceRow extends Silence {
  readonly ended: { readonly by: string; readonly reason: string; readonly atMs: number } | null;
}

/** Those that were made since then, newest first. */
export function silencesSince(store: Pick<StoreReader, 'entries'>, fromMs: number): readonly SilenceRow[] {
  const rows = new Map<string, SilenceRow>();
  for (const entry of store.entries({ fromMs, kinds: ['silence', 'unsilence'] })) {
    if (entry.kind !== 'silence' && entry.kind !== 'unsilence') continue;
    const { input } = entry;
    const { by, reason, atMs, silenceId: id } = input;
    if (input.kind === 'silence') {
      const { untilMs, match } = input;
      rows.set(id, { id, by, reason, fromMs: atMs, untilMs, match, ended: null });
    } else {
      const row = rows.get(id);
      if (row !== undefined) rows.set(id, { ...row, ended: row.ended ?? { by, reason, atMs } });
    }
  }
  return [...rows.values()].reverse();
}

export function isStanding({ untilMs, ended }: SilenceRow, nowMs: number): boolean {
  return ended === null && untilMs > nowMs;
}

/** `USDC on ethereum, up to high`. */
export function describeMatch({ match }: Pick<Silence, 'match'>): string {
  const { coins, chains, detectors, incident, channels, maxSeverity } = match;
  const parts = [
    ...(incident === undefined ? [] : [incident]),
    ...(coins === undefined ? [] : [coins.join(', ')]),
    ...(detectors === undefined ? [] : [`by ${detectors.join(', ')}`]),
    ...(chains === undefined ? [] : [`on ${chains.join(', ')}`]),
    ...(channels === undefined ? [] : [`to ${channels.join(', ')}`]),
  ];
  return `${parts.join(' ')}, up to ${maxSeverity}`;
}
