import type { Observation } from '../core/observation.js';
import type { Entry } from '../store/store.js';

type RowKind = Observation['kind'] | Exclude<Entry['kind'], 'block' | 'late'>;

/** All that a row may be called, so that a kind that no row has can be refused. */
export const rowKinds: readonly string[] = Object.keys({
  swap: true,
  reserves: true,
  range: true,
  liquidity: true,
  collect: true,
  amplification: true,
  supply: true,
  totalSupply: true,
  answer: true,
  price: true,
  leastShare: true,
  backing: true,
  issuance: true,
  control: true,
  emitter: true,
  signal: true,
  'signal-retracted': true,
  incident: true,
  alert: true,
  receipt: true,
  resend: true,
  suppressed: true,
  silence: true,
  unsilence: true,
  hook: true,
  approve: true,
  start: true,
  reorg: true,
  silent: true,
  heard: true,
  hole: true,
  filled: true,
  checked: true,
  disagreement: true,
  problem: true,
} satisfies Record<RowKind, true>);
