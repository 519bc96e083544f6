import type { Input } from '../core/io.js';
import type { Signal } from '../core/signal.js';
import { chainSignal } from './chain-signal.js';

/**
 * The chain fell silent or was heard again: a signal about the chain itself. The limit is the chain's own
 * (`silenceMs`), so no rule is asked; nobody who trades on a chain that is not watched should think it calm. Where no
 * chain is left that is heard, nothing at all is watched, and that is critical.
 */
export function silenceSignal(
  input: Extract<Input, { kind: 'silent' | 'heard' }>,
  finalized: number,
  onEveryChain: boolean,
): Signal {
  const { chain, atMs } = input;
  const silent = input.kind === 'silent' ? input : null;
  const silentMs = silent === null ? 0 : atMs - silent.sinceMs;
  const scope = onEveryChain ? 'every chain, last of all ' : '';
  return chainSignal({
    detector: 'chainSilence',
    chain,
    severity: silent === null ? null : onEveryChain ? 'critical' : 'high',
    impact: onEveryChain ? 1 : 0.5,
    atMs,
    sinceMs: silent?.sinceMs ?? atMs,
    finalized,
    values: { silentMs },
    rule: 'no head within the silence limit of the chain',
    sentence:
      silent === null
        ? `${chain} is heard again`
        : `pegwatch is blind on ${scope}${chain}: no new block for ${Math.round(silentMs / 1000)} s (${silent.reason}); ` +
          'nothing on it is watched now',
  });
}
