import type { Input } from '../core/io.js';
import type { Block, Signal } from '../core/types.js';
import { nothingStanding, noValues, type Standing, signalOf } from './standing.js';

/**
 * The chain fell silent or was heard again: a signal about the chain itself. The limit is the chain's own
 * (`silenceMs`), so no rule is asked; nobody who trades on a chain that is not watched should think it calm.
 */
export function silenceSignal(
  input: Extract<Input, { kind: 'silent' | 'heard' }>,
  head: Block | null,
): Signal {
  const { chain, atMs } = input;
  const silent = input.kind === 'silent' ? input : null;
  const silentMs = silent === null ? 0 : atMs - silent.sinceMs;
  const standing: Standing =
    silent === null ? nothingStanding : { ...nothingStanding, severity: 'high', impact: 0.5 };
  const evidence = {
    chain,
    source: chain,
    blockNumber: head?.number ?? 0,
    blockHash: head?.hash ?? ('0x' as const),
    blockTimeMs: head?.timeMs ?? atMs,
    transactionHash: null,
    values: { silentMs },
    rule: 'no head within the silence limit of the chain',
    thresholds: noValues,
  };
  const sentence =
    silent === null
      ? `${chain} is heard again`
      : `${chain} has been silent for ${Math.round(silentMs / 1000)} s (${silent.reason}): nothing on it is watched now`;
  return signalOf({ detector: 'chainSilence', source: chain, coin: '*' }, standing, evidence, atMs, sentence);
}
