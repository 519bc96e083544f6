// Before a chain is followed its sources are compared with what their contracts say. What contradicts the configuration
// ends the daemon; what cannot be compared yet is asked for again.

import type { ChainDeps } from './chain/ports.js';
import { type Mismatch, verifySources } from './chain/verify-sources.js';
import type { ChainConfig } from './config/config.js';
import type { ChainName } from './core/chain.js';
import { PegwatchError } from './core/errors.js';
import { sleep } from './core/ports.js';
import type { SourceSpec } from './core/source.js';
import type { Engine } from './engine.js';
import type { Live } from './live.js';

export interface AwaitParts {
  readonly chain: ChainConfig;
  readonly engine: Engine;
  readonly live: Pick<Live, 'push'>;
  readonly deps: ChainDeps;
  /** Why a chain's sources could not be compared with the configuration yet, in words. */
  readonly unverified: Map<ChainName, string>;
}

const verifyAgainMs = 5000;

/** Asks until somebody answers: a chain that cannot be reached now is no reason to leave the others unwatched. */
export async function awaitSources(
  sources: readonly SourceSpec[],
  { chain, deps, unverified, live, engine }: AwaitParts,
): Promise<void> {
  const sinceMs = deps.clock.now();
  let told = engine.state.lanes.get(chain.chain)?.silent ?? false;
  while (!deps.signal.aborted) {
    const { mismatches, unreachable, refused } = await verifySources({ chain, sources }, deps);
    if (mismatches.length > 0) throw mismatchError(chain.chain, mismatches, sources);
    if (unreachable === null || deps.signal.aborted) {
      unverified.delete(chain.chain);
      return;
    }
    const problem =
      refused.length === 0
        ? unreachable
        : `another chain is served by ${refused.join(', ')} (${unreachable})`;
    unverified.set(chain.chain, problem);
    // Whoever cannot even be asked what it serves tells of no block either.
    if (!told && deps.clock.now() - sinceMs >= chain.silenceMs) {
      told = true;
      const silent = { kind: 'silent', chain: chain.chain, sinceMs, reason: problem } as const;
      void live.push({ ...silent, atMs: deps.clock.now() });
    }
    deps.log.warn(
      { chain: chain.chain, problem },
      'the sources could not be compared with the chain yet: asking again',
    );
    await sleep(deps.clock, verifyAgainMs, deps.signal);
  }
}

function mismatchError(
  chain: ChainName,
  mismatches: readonly Mismatch[],
  sources: readonly SourceSpec[],
): PegwatchError {
  const coinOf = new Map(sources.map(({ id, coin }) => [id, coin]));
  const lines = mismatches.map(
    ({ source, field, expected, actual }) =>
      `  ${source} (in the file of ${coinOf.get(source)}): ${field} is ${actual ?? 'unreadable'} on chain, ` +
      `the configuration says ${expected}`,
  );
  return new PegwatchError(
    'source-mismatch',
    `${chain} is not what the configuration says:\n${lines.join('\n')}`,
    {
      hint: 'Correct the source in config/coins (decimals belong to a chain and an address), or disable it.',
    },
  );
}
