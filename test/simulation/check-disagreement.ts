// Endpoints that lied into what was judged are told of; where no endpoint lies, nobody is accused. What a correction
// brings of contracts that were learned on the way proves nothing: an earlier answer may have been whole without them.

import type { ChainName } from '../../src/core/chain.js';
import type { Input } from '../../src/core/io.js';
import { LogCursor, type PackedLogs } from '../../src/core/packed-logs.js';
import { aggregatorAddress } from '../helpers/make-spec.js';

/** Tells of one endpoint may be so far apart. */
const toldEveryMs = 600_000;

/** Each is a sentence about something that does not hold. `lying`: chains with an endpoint that lies at some time. */
export function checkDisagreement(
  inputs: readonly Input[],
  lying: ReadonlySet<ChainName>,
  count: (what: string, by?: number) => void,
): readonly string[] {
  const problems: string[] = [];
  const given = new Map<string, PackedLogs>();
  const awaited = new Map<string, PackedLogs>();
  const misledAtMs = new Map<ChainName, number>();
  for (const input of inputs) {
    if (input.kind === 'disagreement') {
      const { chain, endpoint, atMs, reached } = input;
      count('disagreements');
      if (reached) misledAtMs.set(chain, atMs);
      if (!lying.has(chain)) problems.push(`${chain}: ${endpoint} is accused, and nobody lies there`);
    } else if (input.kind === 'reorg' && input.why === 'second-look') {
      for (const hash of input.dead) {
        const logs = given.get(hash);
        if (logs !== undefined) awaited.set(hash, logs);
      }
    } else if (input.kind === 'block') {
      const { chain, block, atMs } = input;
      const before = awaited.get(block.hash);
      awaited.delete(block.hash);
      given.set(block.hash, input.logs);
      // What was given again may be lied about anew: that is for the next look.
      if (before === undefined || ownLogs(before) >= ownLogs(input.logs)) continue;
      count('lies that were judged');
      const toldMs = misledAtMs.get(chain) ?? Number.NEGATIVE_INFINITY;
      if (atMs - toldMs > toldEveryMs)
        problems.push(`${chain}: wrong logs of ${block.number} were judged, and no disagreement was told`);
    }
  }
  return problems;
}

function ownLogs(logs: PackedLogs): number {
  const cursor = new LogCursor(logs);
  let own = 0;
  while (cursor.next()) if (cursor.emitterAt(cursor.emitter).address !== aggregatorAddress) own++;
  return own;
}
