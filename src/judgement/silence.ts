import type { Input } from '../core/io.js';
import type { Signal } from '../core/types.js';
import { nothingStanding, noValues, type Standing, signalOf } from './standing.js';

/**
 * The chain fell silent or was heard again: a signal about the chain itself. The limit is the chain's own
 * (`silenceMs`), so no rule is asked; nobody who trades on a chain that is not watched should think it calm.
 *
 * It is about time and not about a block: the head at that moment may die in a reorg, and the silence was there all
 * the same. So the evidence names the last final block and when the silence began, and the id is made of the time.
 */
export function silenceSignal(
  input: Extract<Input, { kind: 'silent' | 'heard' }>,
  finalized: number,
): Signal {
  const { chain, atMs } = input;
  const silent = input.kind === 'silent' ? input : null;
  const silentMs = silent === null ? 0 : atMs - silent.sinceMs;
  const standing: Standing =
    silent === null ? nothingStanding : { ...nothingStanding, severity: 'high', impact: 0.5 };
  const evidence = {
    chain,
    source: chain,
    blockNumber: Math.max(0, finalized),
    blockHash: '0x' as const,
    blockTimeMs: silent?.sinceMs ?? atMs,
    transactionHash: null,
    values: { silentMs },
    rule: 'no head within the silence limit of the chain',
    thresholds: noValues,
  };
  const sentence =
    silent === null
      ? `${chain} is heard again`
      : `${chain} has been silent for ${Math.round(silentMs / 1000)} s (${silent.reason}): nothing on it is watched now`;
  const subject = { detector: 'chainSilence', source: chain, coin: '*' };
  return signalOf(subject, standing, String(atMs), evidence, atMs, sentence);
}
