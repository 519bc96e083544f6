// An alert that is called confirmed stands on blocks of the chain that survived, and on enough endpoints; how busy a
// block was is what its header says.

import type { Alert } from '../../src/core/alert.js';
import { type BlockCheck, isAgreedOn } from '../../src/core/block-checks.js';
import type { Input } from '../../src/core/io.js';
import type { PretendChain } from './pretend-chain.js';

/** Each is a sentence about something that does not hold. `wanted`: by chain, the endpoints that must agree. */
export function checkConfirmed(
  chains: readonly PretendChain[],
  wanted: ReadonlyMap<string, number>,
  inputs: readonly Input[],
  decided: readonly Alert[],
  count: (what: string, by?: number) => void,
): readonly string[] {
  const canonical = new Set(chains.flatMap((chain) => chain.canonical.map(({ hash }) => hash)));
  const checks = new Map<string, BlockCheck>();
  for (const input of inputs) if (input.kind === 'checked') checks.set(input.hash, input.check);
  count('checked blocks', checks.size);
  const problems = [...checkContexts(chains, inputs, count)];
  for (const { id, state, severity, incident } of decided) {
    if (state !== 'confirmed' || severity !== 'critical') continue;
    for (const signal of incident.signals) {
      const { blockHash } = signal.evidence;
      if (signal.severity !== 'critical' || blockHash === '0x') continue;
      count('confirmed criticals');
      if (!canonical.has(blockHash)) problems.push(`alert ${id} is confirmed on a block that died`);
      const check = checks.get(blockHash);
      if ((wanted.get(signal.chain) ?? 1) > 1 && (check === undefined || !isAgreedOn(check)))
        problems.push(`alert ${id} is confirmed and too few endpoints agree`);
    }
  }
  return problems;
}

function* checkContexts(
  chains: readonly PretendChain[],
  inputs: readonly Input[],
  count: (what: string, by?: number) => void,
): Generator<string> {
  for (const input of inputs) {
    if (input.kind !== 'checked' || input.context === undefined) continue;
    const { baseFeeGwei, baseFeeTimesUsual, gasUsedShare, failed } = input.context;
    const header = chains.find(({ name }) => name === input.chain)?.byHash.get(input.hash)?.header;
    const { baseFeePerGas, gasUsed, gasLimit } = header as Record<string, string>;
    count('busy blocks');
    if (baseFeeTimesUsual !== null) count('busy blocks against what is usual');
    const isRight =
      baseFeeGwei === Number(baseFeePerGas) / 1e9 &&
      gasUsedShare === Number(gasUsed) / Number(gasLimit) &&
      failed === null;
    if (!isRight) yield `how busy block ${input.number} of ${input.chain} was is not what its header says`;
    // All fees lie between 1 and 256 gwei, and so does the usual one.
    if (baseFeeTimesUsual !== null && !(baseFeeTimesUsual >= 1 / 256 && baseFeeTimesUsual <= 256))
      yield `the base fee of block ${input.number} of ${input.chain} is ${baseFeeTimesUsual} times its usual`;
  }
}
