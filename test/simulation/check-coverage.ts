// What the coverage ledger says at the end of a run, against the pretend chain and against an oracle that goes through
// the journal and knows every block by itself.

import type { Input } from '../../src/core/io.js';
import { isPassedOver, openHoles } from '../../src/coverage/holes.js';
import type { Ledger } from '../../src/coverage/ledger.js';
import type { PretendChain } from './pretend-chain.js';

type ChainInput = Extract<Input, { chain: string }>;

/** Each is a sentence about something that does not hold. */
export function checkCoverage(
  chain: PretendChain,
  ledger: Ledger | undefined,
  inputs: readonly Input[],
): readonly string[] {
  if (ledger === undefined) return [`${chain.name}: there is no ledger`];
  const own = inputs.filter((input): input is ChainInput => 'chain' in input && input.chain === chain.name);
  const problems: string[] = [];
  const covered = blocksIn(ledger.ranges);
  const expected = coveredBy(own);
  for (const number of union(covered, expected.covered)) {
    if (covered.has(number) === expected.covered.has(number)) continue;
    problems.push(
      `${chain.name}: the ledger ${covered.has(number) ? 'covers' : 'lacks'} ${number} against the journal`,
    );
  }
  if ((ledger.verifiedTo ?? -1) !== expected.final)
    problems.push(`${chain.name}: verified to ${ledger.verifiedTo} instead of ${expected.final}`);
  const missing = blocksIn(openHoles(ledger.holes));
  const first = Math.min(...covered);
  for (const { number } of chain.canonical) {
    if (number >= first && covered.has(number) === missing.has(number))
      problems.push(
        `${chain.name}: ${number} is ${covered.has(number) ? 'covered and' : 'neither covered nor'} missing`,
      );
  }
  const canonical = new Map(chain.canonical.map(({ number, hash }) => [number, hash]));
  for (const { to, lastHash } of ledger.ranges) {
    if (lastHash !== null && lastHash !== canonical.get(to))
      problems.push(`${chain.name}: the ledger names another block ${to}`);
  }
  return [...problems.slice(0, 5), ...lateWithoutHole(chain, own)];
}

/** Block by block, as the journal tells it. */
function coveredBy(inputs: readonly ChainInput[]): { covered: Set<number>; final: number } {
  const covered = new Set<number>();
  let next: number | null = null;
  let final = -1;
  for (const input of inputs) {
    switch (input.kind) {
      case 'block':
        for (let n = Math.min(next ?? input.block.number, input.block.number); n <= input.block.number; n++)
          covered.add(n);
        next = input.block.number + 1;
        break;
      case 'reorg':
        for (const n of covered) if (n > input.keep.number) covered.delete(n);
        next = input.keep.number + 1;
        break;
      case 'hole':
        if (isPassedOver(input)) next = Math.max(next ?? 0, input.to + 1);
        break;
      case 'filled':
        for (let n = input.from; n <= Math.min(input.to, (next ?? 0) - 1); n++) covered.add(n);
        break;
      case 'finalized':
        final = Math.max(final, input.number);
    }
  }
  return { covered, final };
}

/** Being behind by this much longer than the limit is not yet noticed everywhere: rounds, disks and answers take time. */
const slackMs = 45_000;
const silenceMs = 48_000;

/** A block that stood and came much later than it was mined lies in a hole that was told. */
function lateWithoutHole(chain: PretendChain, inputs: readonly ChainInput[]): readonly string[] {
  const holes = inputs.filter((input) => input.kind === 'hole');
  const canonical = new Set(chain.canonical.map(({ hash }) => hash));
  const first = inputs.find((input) => input.kind === 'block')?.atMs ?? 0;
  // Given again by a reorg is not late: only the first time counts.
  const seen = new Set<number>();
  const problems: string[] = [];
  for (const input of inputs) {
    if (input.kind !== 'block' || seen.has(input.block.number)) continue;
    const { number, hash, timeMs } = input.block;
    seen.add(number);
    if (timeMs < first || !canonical.has(hash) || input.atMs - timeMs < silenceMs + slackMs) continue;
    if (!holes.some(({ from, to }) => number >= from && number <= to))
      problems.push(`${chain.name}: ${number} came ${input.atMs - timeMs} ms late and no hole told of it`);
  }
  return problems.slice(0, 3);
}

function blocksIn(spans: readonly { readonly from: number; readonly to: number }[]): Set<number> {
  return new Set(spans.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)));
}

function union(a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> {
  return new Set([...a, ...b]);
}
