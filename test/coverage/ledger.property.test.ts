// The ledger against an oracle that knows every block one by one, over stories that come from drawn numbers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HoleReason } from '../../src/core/blind-spot.js';
import type { Input } from '../../src/core/io.js';
import type { Via } from '../../src/core/reading.js';
import { maxClosed } from '../../src/coverage/holes.js';
import {
  coveredTo,
  createLedger,
  type Ledger,
  missingBlocks,
  moveLedger,
} from '../../src/coverage/ledger.js';
import { maxRanges } from '../../src/coverage/ranges.js';
import { hashOf } from '../store/make-steps.js';

type ChainInput = Extract<Input, { chain: string }>;

type Act =
  | { readonly do: 'read'; readonly skip: number; readonly via: Via }
  | { readonly do: 'reorg'; readonly depth: number }
  | { readonly do: 'final'; readonly behind: number; readonly by: string | null }
  | { readonly do: 'hole'; readonly length: number; readonly why: HoleReason }
  | { readonly do: 'fill'; readonly which: number; readonly upper: boolean };

const via = fc.record({
  endpoint: fc.constantFrom('a', 'b', 'c'),
  how: fc.constantFrom('pushed' as const, 'fetched' as const),
});
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('read' as const), skip: fc.nat(3), via }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reorg' as const), depth: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('final' as const),
      behind: fc.nat(8),
      by: fc.constantFrom(null, 'a', 'd'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hole' as const),
      length: fc.integer({ min: 1, max: 5 }),
      why: fc.constantFrom<HoleReason>('behind', 'silent', 'stopped', 'unreadable', 'reorg'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fill' as const), which: fc.nat(5), upper: fc.boolean() }),
  },
);

interface OracleBlock {
  endpoints: Set<string>;
  how: Via['how'];
}

/** Knows each block by itself. */
class Oracle {
  readonly blocks = new Map<number, OracleBlock>();
  /** Blocks that are missing, with the number of open holes they are in. */
  readonly skipped = new Set<number>();
  readonly due: { from: number; to: number; open: boolean }[] = [];
  read = 99;
  final = -1;

  top(): number {
    return Math.max(-1, ...this.blocks.keys());
  }
}

/** Plays the acts for both; what would not come from a follower is left out. */
function play(story: readonly Act[]): { ledger: Ledger; oracle: Oracle } {
  let ledger = createLedger('ethereum');
  const oracle = new Oracle();
  let atMs = 0;
  const take = (input: ChainInput): void => {
    ledger = moveLedger(ledger, input);
  };
  const base = () => ({ atMs: ++atMs, chain: 'ethereum' });
  for (const act of story) {
    if (act.do === 'read') {
      const from = oracle.read + 1;
      const number = from + (oracle.blocks.size === 0 ? 0 : act.skip);
      const block = { number, hash: hashOf(number), parentHash: hashOf(number - 1), timeMs: number * 1000 };
      take({ ...base(), kind: 'block', block, logs: new Uint8Array(), calls: [], via: act.via });
      for (let n = from; n <= number; n++)
        oracle.blocks.set(n, { endpoints: new Set([act.via.endpoint]), how: act.via.how });
      oracle.read = number;
    } else if (oracle.blocks.size === 0) {
    } else if (act.do === 'reorg') {
      const keep = Math.max(100, oracle.read - act.depth, oracle.final);
      take({ ...base(), kind: 'reorg', keep: { number: keep, hash: hashOf(keep) }, dead: [] });
      for (const n of [...oracle.blocks.keys()]) if (n > keep) oracle.blocks.delete(n);
      for (const n of [...oracle.skipped]) if (n > keep) oracle.skipped.delete(n);
      oracle.read = keep;
    } else if (act.do === 'final') {
      const number = oracle.read - act.behind;
      if (number < 100) continue;
      take(
        act.by === null
          ? { ...base(), kind: 'finalized', number }
          : { ...base(), kind: 'finalized', number, via: { endpoint: act.by, how: 'confirmed' } },
      );
      for (const [n, one] of oracle.blocks) {
        if (act.by === null || n > number || n <= oracle.final || one.how === 'confirmed') continue;
        one.endpoints.add(act.by);
        one.how = 'confirmed';
      }
      oracle.final = Math.max(oracle.final, number);
    } else if (act.do === 'hole') {
      const [from, to] = [oracle.read + 1, oracle.read + act.length];
      take({ ...base(), kind: 'hole', from, to, sources: null, why: act.why });
      if (act.why === 'unreadable' || act.why === 'reorg') {
        for (let n = from; n <= to; n++) oracle.skipped.add(n);
        oracle.read = to;
        for (const one of [...oracle.due]) {
          if (!one.open || one.to < from || one.from > to) continue;
          if (one.from < from) oracle.due.push({ ...one, to: from - 1 });
          if (one.to > to) oracle.due.push({ ...one, from: to + 1 });
          one.open = false;
        }
      } else oracle.due.push({ from, to, open: true });
    } else {
      const missing = [...oracle.skipped].sort((a, b) => a - b);
      const late = oracle.due.filter(({ open, to }) => open && to <= oracle.read);
      const [hole] = late;
      if (hole !== undefined) {
        take({
          ...base(),
          kind: 'filled',
          from: hole.from,
          to: hole.to,
          hash: hashOf(hole.to),
          endpoint: 'a',
        });
        // What lies within is filled too, however it came to be missing.
        for (const one of oracle.due) {
          const [from, to] = [Math.max(one.from, hole.from), Math.min(one.to, hole.to)];
          if (from > to || !one.open) continue;
          if (one.from < from) oracle.due.push({ ...one, to: from - 1 });
          if (one.to > to) oracle.due.push({ ...one, from: to + 1 });
          one.open = false;
        }
        fill(oracle, hole.from, hole.to);
      } else if (missing.length > 0) {
        const n = missing[act.which % missing.length] ?? 0;
        const last = act.upper ? Math.max(...missing.filter((m) => m - n < 3 && m >= n)) : n;
        if (oracle.due.some((one) => one.open && one.from <= last && one.to >= n)) continue;
        take({ ...base(), kind: 'filled', from: n, to: last, hash: hashOf(last), endpoint: 'c' });
        fill(oracle, n, last);
      }
    }
  }
  return { ledger, oracle };
}

function fill(oracle: Oracle, from: number, to: number): void {
  for (let n = from; n <= to; n++) {
    if (oracle.skipped.delete(n) || !oracle.blocks.has(n))
      oracle.blocks.set(n, { endpoints: new Set(['c']), how: 'fetched' });
  }
}

describe('the coverage ledger', () => {
  it('covers exactly the blocks that were read and still stand, whatever was passed over, filled or undone', () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 80 }), (story) => {
        const { ledger, oracle } = play(story);
        const covered = ledger.ranges.flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        );
        expect(covered).toEqual([...oracle.blocks.keys()].sort((a, b) => a - b));
        expect(coveredTo(ledger) ?? -1).toBe(oracle.top());
        expect(ledger.verifiedTo ?? -1).toBe(oracle.final);
      }),
      { numRuns: 2_000 },
    );
  });

  it('names for each block the ways and the endpoints it came by', () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 40 }), (story) => {
        const { ledger, oracle } = play(story.filter((act) => act.do !== 'fill'));
        for (const range of ledger.ranges) {
          for (let n = range.from; n <= range.to; n++) {
            const known = oracle.blocks.get(n);
            expect(range.endpoints).toEqual([...(known?.endpoints ?? [])].sort());
            expect(range.how).toBe(known?.how);
          }
          if (range.lastHash !== null) expect(range.lastHash).toBe(hashOf(range.to));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('counts as missing what was passed over, and what is due and not read yet', () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 80 }), (story) => {
        const { ledger, oracle } = play(story);
        const due = oracle.due
          .filter(({ open }) => open)
          .reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, oracle.read + 1) + 1), 0);
        expect(missingBlocks(ledger)).toBe(due + oracle.skipped.size);
      }),
      { numRuns: 2_000 },
    );
  });

  it('stays small however long and ragged the story is', () => {
    let ledger = createLedger('ethereum');
    for (let n = 0; n < 5_000; n++) {
      const base = { atMs: n, chain: 'ethereum' };
      const block = { number: n, hash: hashOf(n), parentHash: hashOf(n - 1), timeMs: n };
      const endpoint = ['a', 'b', 'c'][n % 3] ?? '';
      ledger = moveLedger(ledger, {
        ...base,
        kind: 'block',
        block,
        logs: new Uint8Array(),
        calls: [],
        via: { endpoint, how: 'pushed' },
      });
      ledger = moveLedger(ledger, {
        ...base,
        kind: 'hole',
        from: n,
        to: n + 1,
        sources: null,
        why: 'behind',
      });
      ledger = moveLedger(ledger, { ...base, kind: 'filled', from: n, to: n + 1, hash: hashOf(n), endpoint });
    }
    expect(ledger.ranges.length).toBeLessThanOrEqual(maxRanges);
    expect(ledger.holes.length).toBeLessThanOrEqual(maxClosed);
    expect(ledger.ranges[0]).toMatchObject({ from: 0, endpoints: ['a', 'b', 'c'] });
    expect(coveredTo(ledger)).toBe(4_999);
  });
});
