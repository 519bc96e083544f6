// A problem: bad input is never an exception, it is one of these.

import type { ChainName } from './chain.js';

/** Something that should not have happened and was survived: counted, kept (bounded), shown. */
export interface Problem {
  readonly code:
    | 'log-malformed'
    | 'log-unknown-emitter'
    | 'call-failed'
    | 'call-malformed'
    | 'rule-degraded'
    | 'reorg-too-deep'
    | 'triage-full';
  readonly chain: ChainName | null;
  readonly source: string | null;
  readonly message: string;
  /** The offending raw words, cut to a bounded length. */
  readonly raw: string | null;
  /** How many others it stands for, that were counted and not kept; left out: only for itself. */
  readonly count?: number;
}
