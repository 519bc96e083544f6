// What was not watched while an incident lasted, and how that is said: every alert about it carries this.

import type { BlindSpot, HoleReason } from '../core/blind-spot.js';
import type { ChainName } from '../core/chain.js';
import type { Incident } from '../core/incident.js';
import type { Hole } from './holes.js';
import type { Ledgers } from './ledger.js';

/** More would not be read; the ledger has all of them. */
const most = 5;

/** Holes of the incident's chains that overlap it in time, the newest first. An incident lasts from its oldest evidence on. */
export function blindSpotsOf(ledgers: Ledgers, incident: Incident): readonly BlindSpot[] {
  const fromMs = Math.min(
    incident.openedAtMs,
    ...incident.signals.map(({ evidence }) => evidence.blockTimeMs),
  );
  const toMs = incident.closedAtMs ?? Number.POSITIVE_INFINITY;
  const spots = incident.chains.flatMap((chain) =>
    (ledgers.get(chain)?.holes ?? [])
      .filter((hole) => hole.sinceMs <= toMs && (hole.closedAtMs ?? Number.POSITIVE_INFINITY) >= fromMs)
      .map((hole) => spotOf(chain, hole)),
  );
  return spots.length === 0 ? spots : spots.sort((a, b) => b.sinceMs - a.sinceMs).slice(0, most);
}

/** `blind on polygon from block 100 to 250 (behind the head), closed 12:03 UTC` */
export function blindSpotText({ chain, from, to, why, closedAtMs }: BlindSpot): string {
  const end = closedAtMs === null ? 'still open' : `closed ${clockTime(closedAtMs)} UTC`;
  return `blind on ${chain} from block ${from} to ${to} (${reasonText[why]}), ${end}`;
}

export const reasonText: Readonly<Record<HoleReason, string>> = {
  behind: 'behind the head',
  silent: 'nobody told of new blocks',
  stopped: 'pegwatch did not run',
  unreadable: 'no endpoint gives its logs',
  reorg: 'a reorg deeper than the kept blocks',
};

function spotOf(chain: ChainName, { from, to, why, sinceMs, closedAtMs }: Hole): BlindSpot {
  return { chain, from, to, why, sinceMs, closedAtMs };
}

function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}
