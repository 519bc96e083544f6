// `npm run simulate -- --seed N [--count K] [--verbose]`: the whole daemon in worlds that come from seeds alone.

import { parseArgs } from 'node:util';
import { simulate } from '../../test/simulation/simulate.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed);
const count = Number(values.count);
if (!Number.isSafeInteger(first) || !(count >= 1)) {
  console.error('usage: npm run simulate -- --seed <number> [--count <number>] [--verbose]');
  process.exit(1);
}

const began = Date.now();
const totals: Record<string, number> = {};
let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const run = await simulate(seed, values.verbose ? (line) => console.log(line) : null);
  for (const [name, by] of Object.entries(run.counts)) totals[name] = (totals[name] ?? 0) + by;
  if (run.problems.length > 0) {
    failed++;
    console.log(`seed ${seed}: ${run.problems.length} problems`);
    for (const problem of run.problems.slice(0, 8)) console.log(`  ${problem}`);
  } else if (count === 1) {
    console.log(`seed ${seed}: all holds, trace ${run.trace.slice(0, 16)}`);
  }
}
const seconds = ((Date.now() - began) / 1_000).toFixed(1);
console.log(`${count} seeds in ${seconds} s, ${failed} with problems`);
console.log(
  Object.entries(totals)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, total]) => `  ${name}: ${total}`)
    .join('\n'),
);
process.exitCode = failed > 0 ? 1 : 0;
