import { simulate } from './simulate.js';

/** What was wrong in `count` worlds, each problem with its seed before it, and what all of them counted together. */
export async function simulateMany(
  firstSeed: number,
  count: number,
): Promise<{ readonly problems: readonly string[]; readonly totals: Readonly<Record<string, number>> }> {
  const problems: string[] = [];
  const totals: Record<string, number> = {};
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const run = await simulate(seed);
    problems.push(...run.problems.map((problem) => `${seed}: ${problem}`));
    for (const [what, by] of Object.entries(run.counts)) totals[what] = (totals[what] ?? 0) + by;
  }
  return { problems, totals };
}
