// `npm run kills -- --count 1000 --seed 1`: a thousand times kill -9, under load, with a receiver as bad as receivers
// get, and an oracle that knows what must be there afterwards. docs/kills.md holds what came of it.
//
//   --count <number>    kills in all, in rounds of `--each` (each round is a world of its own)
//   --seed <text>       other moments, other deeds of the receiver, other reorgs
//   --lanes <number>    rounds under way side by side
//   --out <file>        a line of JSON for each round; what stands there already is not run again
//   --patient           restarts of more than the promised ten seconds do not count as failure: for a busy machine
//   --quiet             no word while it runs

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cleanUp } from '../../test/helpers/daemon-process.js';
import { killRound, type RoundResult } from './kill-round.js';
import { killTable, slowRestarts } from './kill-table.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20' },
    each: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '1' },
    out: { type: 'string' },
    patient: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const each = Number(values.each);
const lanes = Number(values.lanes);
if (![count, each, lanes].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error(
    'usage: npm run kills -- [--count N] [--seed S] [--each N] [--lanes N] [--out file] [--quiet]',
  );
  process.exit(1);
}

const began = performance.now();
const rounds = Array.from({ length: Math.ceil(count / each) }, (_, i) => ({
  seed: `${values.seed}/${i + 1}`,
  kills: Math.min(each, count - i * each),
}));
const done = new Map(earlier().map((result) => [result.seed, result]));
const left = rounds.filter(({ seed }) => !done.has(seed));
await Promise.all(Array.from({ length: lanes }, lane));
const results = rounds.flatMap(({ seed }) => done.get(seed) ?? []);
const problems = results.flatMap((result) =>
  result.problems.map((sentence) => `${result.seed}: ${sentence}`),
);
process.stdout.write(`${killTable(results, (performance.now() - began) / 1000)}\n`);
for (const sentence of problems.slice(0, 50)) console.log(sentence);
if (problems.length === 0) await cleanUp();
else
  for (const { seed, folder, problems } of results)
    if (problems.length > 0) console.log(`${seed}: ${folder}`);
process.exit(problems.length === 0 && (values.patient || slowRestarts(results) === 0) ? 0 : 1);

async function lane(): Promise<void> {
  for (let round = left.shift(); round !== undefined; round = left.shift()) {
    const { seed, kills } = round;
    const result = await killRound({ seed, kills, progress: (n, bad) => tell(seed, n, kills, bad) });
    done.set(seed, result);
    if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(result)}\n`);
    for (const sentence of result.problems.slice(0, 10)) console.error(`${seed}: ${sentence}`);
  }
}

function tell(seed: string, n: number, of: number, problems: readonly string[]): void {
  if (values.quiet || n % 10 !== 0) return;
  const bad = problems.length === 0 ? 'no' : `${problems.length} (${problems.at(-1)})`;
  console.error(
    `round ${seed}: ${n} of ${of} kills, ${bad} problems, ${Math.round(performance.now() - began)} ms`,
  );
}

/** The rounds of an earlier run that was interrupted. */
function earlier(): readonly RoundResult[] {
  if (values.out === undefined || !existsSync(values.out)) return [];
  const lines = readFileSync(values.out, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as RoundResult);
}
