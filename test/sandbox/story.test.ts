import { expect, test } from 'vitest';
import { chainLayouts, poolLayouts, troubled } from '../../scripts/sandbox/layout.js';
import { seededRandom } from '../../scripts/sandbox/random.js';
import { firstSaleAt, type Step, storyLengthSeconds, tellStory } from '../../scripts/sandbox/story.js';

type Act = Extract<Step, { deed: unknown }>;

const acts = (seed: number): readonly Act[] =>
  tellStory(seededRandom(seed)).filter((step): step is Act => 'deed' in step);
const sales = (seed: number): readonly Act[] =>
  acts(seed).filter(({ deed }) => deed.kind === 'push' && deed.party === 'whale');

test('one seed tells one story, another seed another one', () => {
  expect(tellStory(seededRandom(7))).toEqual(tellStory(seededRandom(7)));
  expect(tellStory(seededRandom(7))).not.toEqual(tellStory(seededRandom(8)));
});

test('whatever the seed, the trouble begins on ethereum and reaches every chain', () => {
  for (let seed = 0; seed < 50; seed++) {
    const [first] = sales(seed);
    expect(first?.chain).toBe('ethereum');
    expect(first?.at).toBeGreaterThanOrEqual(firstSaleAt);
    expect(new Set(sales(seed).map(({ chain }) => chain))).toEqual(
      new Set(chainLayouts.map(({ name }) => name)),
    );
  }
});

test('every deed names a pool that stands on its chain, and happens within the story', () => {
  for (const { at, chain, deed } of acts(1)) {
    expect(at).toBeLessThan(storyLengthSeconds);
    if (!('pool' in deed)) continue;
    const pool = poolLayouts.find(({ id }) => id === deed.pool);
    expect(pool?.on === 'all' || pool?.on.includes(chain), `${deed.pool} on ${chain}`).toBe(true);
  }
});

test('the last word of every pool that lost its peg is close to one dollar, and so is every oracle', () => {
  const last = new Map<string, number>();
  for (const { chain, deed } of acts(1)) {
    if (deed.kind === 'push') last.set(`${chain} ${deed.pool}`, deed.to);
    if (deed.kind === 'answer' && deed.coin === troubled) last.set(`${chain} oracle`, deed.usd);
  }
  expect(last.size).toBeGreaterThan(4);
  for (const [where, price] of last) expect(Math.abs(price - 1), where).toBeLessThan(0.005);
});
