// The head brain against a naive oracle: a random tree of blocks, in which a node keeps changing its mind.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accept,
  type Branch,
  type Kept,
  linkedTail,
  reconcile,
  rewind,
  trim,
} from '../../src/chain/reorg.js';
import type { Hex } from '../../src/core/hex.js';
import type { Block } from '../../src/core/reading.js';

const genesis: Block = { number: 0, hash: hashOf(0), parentHash: '0x', timeMs: 0 };

function hashOf(i: number): Hex {
  return `0x${i.toString(16).padStart(64, '0')}`;
}

/** Block i > 0 hangs on an earlier one; mostly on a recent one, so that branches grow long. */
const trees = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 60 }).map((choices) => {
  const blocks: Block[] = [genesis];
  for (const choice of choices) {
    const back = choice % 3 === 0 ? choice % blocks.length : choice % Math.min(3, blocks.length);
    const parent = blocks[blocks.length - 1 - back]!;
    const { number, hash } = parent;
    blocks.push({
      number: number + 1,
      hash: hashOf(blocks.length),
      parentHash: hash,
      timeMs: (number + 1) * 1_000,
    });
  }
  return blocks;
});

/** The oracle: from the head down to the genesis, oldest first. */
function pathTo(head: Block, byHash: ReadonlyMap<Hex, Block>): readonly Block[] {
  const path: Block[] = [];
  for (let at: Block | undefined = head; at; at = byHash.get(at.parentHash)) path.unshift(at);
  return path;
}

/** Does what the verdicts say until the head is known, and keeps the record of what was given and killed. */
function follow(
  kept: Kept,
  head: Block,
  path: readonly Block[],
  byHash: ReadonlyMap<Hex, Block>,
  log: Block[],
  dead: Hex[],
): Kept {
  let now = kept;
  let branch: Branch = [head];
  for (let steps = 0; steps < 500; steps++) {
    const verdict = reconcile(now, branch);
    switch (verdict.kind) {
      case 'known':
        return now;
      case 'gap': {
        now = follow(now, path[verdict.to]!, path, byHash, log, dead);
        break;
      }
      case 'parent-needed': {
        const parent = byHash.get(verdict.hash)!;
        expect(parent.number).toBe(verdict.number);
        branch = [parent, ...branch];
        break;
      }
      case 'reorg': {
        dead.push(...verdict.dead);
        now = rewind(now, verdict.keep.number);
        break;
      }
      case 'extends':
        for (const block of branch) {
          now = accept(now, block);
          log.push(block);
        }
        return now;
      case 'too-deep':
        throw new Error('too deep above the genesis');
    }
  }
  throw new Error('the brain did not come to rest');
}

describe('the head brain', () => {
  it('holds the oracle’s canonical chain after every head, and kills exactly what left it', () => {
    fc.assert(
      fc.property(trees, fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (blocks, picks) => {
        const byHash = new Map(blocks.map((block) => [block.hash, block]));
        let kept: Kept = [genesis];
        for (const pick of picks) {
          const head = blocks[pick % blocks.length]!;
          const before = kept;
          const path = pathTo(head, byHash);
          const dead: Hex[] = [];
          const given: Block[] = [];
          kept = follow(kept, head, path, byHash, given, dead);
          // A head that is an ancestor of ours is an endpoint that lags: nothing changes.
          const lags = before.some(({ hash }) => hash === head.hash);
          expect(kept).toEqual(lags ? before : path);
          const left = before.filter(({ hash }) => !kept.some((block) => block.hash === hash));
          expect(dead).toEqual(left.map(({ hash }) => hash).reverse());
          expect(given).toEqual(kept.filter(({ hash }) => !before.some((block) => block.hash === hash)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('calls a fork too deep exactly where it leaves below the floor or below finality', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), fc.nat(), fc.nat(), (blocks, a, b, cut, final) => {
        const byHash = new Map(blocks.map((block) => [block.hash, block]));
        const ours = pathTo(blocks[a % blocks.length]!, byHash);
        const theirs = pathTo(blocks[b % blocks.length]!, byHash);
        const kept = ours.slice(cut % ours.length);
        const finalized = final % ours.length;
        let branch: Branch = [theirs.at(-1)!];
        let verdict = reconcile(kept, branch, finalized);
        while (verdict.kind === 'parent-needed') {
          branch = [byHash.get(verdict.hash)!, ...branch];
          verdict = reconcile(kept, branch, finalized);
        }
        const fork = ours.filter(({ hash }, i) => theirs[i]?.hash === hash).at(-1)!;
        const deep = fork.number < kept[0]!.number || fork.number < finalized;
        if (verdict.kind === 'too-deep') expect(deep).toBe(true);
        if (verdict.kind === 'reorg') expect([deep, verdict.keep]).toEqual([false, fork]);
        if (verdict.kind === 'extends') expect(fork).toEqual(ours.at(-1));
      }),
      { numRuns: 1_000 },
    );
  });

  it('walks back by parent hash only as far as it must', () => {
    const line = chainOf(10);
    const sibling: Block = { ...line[5]!, hash: hashOf(105) };
    const child: Block = { number: 6, hash: hashOf(106), parentHash: sibling.hash, timeMs: 6_000 };
    expect(reconcile(line, [child])).toEqual({ kind: 'parent-needed', hash: sibling.hash, number: 5 });
    expect(reconcile(line, [sibling, child])).toEqual({
      kind: 'reorg',
      keep: line[4],
      dead: [9, 8, 7, 6, 5].map(hashOf),
    });
  });
});

describe('trimming', () => {
  it('keeps the newest final block as floor, and never less than asked for', () => {
    const line = chainOf(100);
    expect(trim(line, 90, 5)[0]?.number).toBe(90);
    expect(trim(line, 90, 50)[0]?.number).toBe(50);
    expect(trim(line, Number.NEGATIVE_INFINITY, 50)[0]?.number).toBe(0);
  });

  it('is bounded where finality never moves', () => {
    expect(trim(chainOf(1_000), Number.NEGATIVE_INFINITY, 10)).toHaveLength(160);
  });
});

it('the linked tail of stored blocks begins after the last hole', () => {
  const line = chainOf(10);
  expect(linkedTail(line)).toEqual(line);
  expect(linkedTail([...line.slice(0, 4), ...line.slice(5)])).toEqual(line.slice(5));
  expect(linkedTail([])).toEqual([]);
});

function chainOf(length: number): Kept {
  const line: Block[] = [genesis];
  for (let number = 1; number < length; number++) {
    line.push({ number, hash: hashOf(number), parentHash: hashOf(number - 1), timeMs: number * 1_000 });
  }
  return line;
}
