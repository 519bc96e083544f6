// An alert that is called confirmed stands on blocks of the chain that survived, and on enough endpoints.

import { isAgreedOn } from '../../src/core/block-checks.js';
import type { Input } from '../../src/core/io.js';
import type { Alert, BlockCheck } from '../../src/core/types.js';
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
  const problems: string[] = [];
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
