// What was kept from a channel, as the timeline tells of it: when, why, and whether it was told after all.

import type { Suppressed } from '../core/routing.js';
import type { StoreReader } from '../store/store.js';

export interface KeptBack extends Suppressed {
  readonly atMs: number;
  /** The channel was told something about the incident later. */
  readonly toldAtMs: number | null;
}

/** Oldest first; of these incidents, from the moment on. */
export function keptBack(
  store: Pick<StoreReader, 'entries'>,
  incidentIds: ReadonlySet<string>,
  fromMs: number,
): readonly KeptBack[] {
  const rows: KeptBack[] = [];
  const open = new Map<string, number[]>();
  if (incidentIds.size === 0) return rows;
  for (const entry of store.entries({ fromMs, kinds: ['suppressed', 'alert'] })) {
    if (entry.kind === 'suppressed') {
      const { suppressed, timeMs: atMs } = entry;
      if (!incidentIds.has(suppressed.incidentId)) continue;
      const key = `${suppressed.channel}|${suppressed.incidentId}`;
      open.set(key, [...(open.get(key) ?? []), rows.length]);
      rows.push({ ...suppressed, atMs, toldAtMs: null });
    } else if (entry.kind === 'alert') {
      const { channel, incidentId, atMs: toldAtMs } = entry.alert;
      for (const i of open.get(`${channel}|${incidentId}`) ?? []) {
        const row = rows[i];
        if (row !== undefined) rows[i] = { ...row, toldAtMs };
      }
      open.delete(`${channel}|${incidentId}`);
    }
  }
  return rows;
}
