// An alert: what a person receives. One incident is one conversation with each channel, an alert is one thing said in it.

import type { BlockCheck } from './block-checks.js';
import type { NamedContext } from './block-context.js';
import type { HookCall } from './hook.js';
import type { Incident } from './incident.js';
import type { Suppressed } from './routing.js';
import type { RunningDigest } from './running-digest.js';
import type { Severity } from './severity.js';
import type { AlertPlaybook } from './spec.js';

/** Why an alert is sent now. */
export type Reason =
  | 'opened'
  | 'escalated'
  | 'spread'
  | 'repeat'
  | 'easing'
  | 'resolved'
  | 'retracted'
  /** Nothing that rings: every block behind it is final now. */
  | 'confirmed'
  /** The chain dropped blocks, and what stands is less than what was told. */
  | 'revised'
  /** Nothing that rings: the numbers of a standing incident as they are now, for a message that can be edited. */
  | 'digest';

export type AlertState = 'provisional' | 'confirmed' | 'retracted' | 'resolved';

/** What one channel is told about one incident, once. */
export interface Alert {
  /** Stable over retries and restarts: incident, channel and sequence. */
  readonly id: string;
  readonly incidentId: string;
  readonly channel: string;
  /** 1 for the first alert of this incident on this channel, rising. */
  readonly sequence: number;
  readonly reason: Reason;
  readonly state: AlertState;
  readonly severity: Severity;
  readonly atMs: number;
  readonly incident: Incident;
  /** What had kept it back until now; left out: nothing. */
  readonly after?: Pick<Suppressed, 'why' | 'detail'> & {
    /** That still holds, and this is too bad to be held back by it. */
    readonly through?: true;
  };
  /** Set where it opens anew: as what the channel had been told of its end, and when that was. */
  readonly back?: { readonly was: 'resolved' | 'retracted'; readonly sinceMs: number };
  /** What was asked about the block of its worst critical signal; left out where nothing was, or not yet. */
  readonly check?: BlockCheck;
  /** How busy the block of its worst critical signal was; left out where nobody was asked, or not yet. */
  readonly context?: NamedContext;
  /** What to do about it, the most fitting first; left out where nothing is written down. */
  readonly playbooks?: readonly AlertPlaybook[];
  /** The numbers of the incident so far, and what is new since the channel was told last. */
  readonly digest?: RunningDigest;
  /** This goes to the operator's own automation and not to a person (see `core/hook.ts`). */
  readonly hook?: HookCall;
}
