// `npm run load -- --rate 10000 --minutes 10 --burst 10`: the ordinary daemon under that many events a minute over four
// chains, with one tenth of the time at `--burst` times as many. Exit code 1 where anything was lost or not told.
// docs/benchmarks.md ("Ten minutes of load") has the figures.
//
//   --rate <number>      events a minute over all chains
//   --minutes <number>
//   --burst <number>     how many times as many events in the burst
//   --seed <number>      other frames
//   --folder <path>      where the store is written (the disk matters); default: the system's temp folder
//   --samples <file>     what was seen every second, as lines of JSON

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stopAllParts } from '../bench/children.js';
import { loadTable } from './load-table.js';
import { runLoad } from './run-load.js';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '10' },
    burst: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: tmpdir() },
    samples: { type: 'string' },
  },
});
const [eventsPerMinute, minutes, burst, seed] = [values.rate, values.minutes, values.burst, values.seed].map(
  Number,
) as [number, number, number, number];
if (![eventsPerMinute, minutes, burst].every((number) => number > 0)) {
  console.error('usage: npm run load -- [--rate N] [--minutes N] [--burst N] [--seed N] [--folder path]');
  process.exit(1);
}

const folder = mkdtempSync(join(values.folder, 'pegwatch-load-'));
process.once('SIGINT', () => {
  stopAllParts();
  rmSync(folder, { recursive: true, force: true });
  process.exit(130);
});
let told = 0;
const result = await runLoad({
  ...{ eventsPerMinute, minutes, burst, seed, folder },
  progress({ atSeconds, anonymousBytes, waiting }) {
    if (atSeconds < told) return;
    told += 30;
    const memory = Math.round(anonymousBytes / 2 ** 20);
    console.error(`${Math.round(atSeconds)} s: ${memory} MiB, ${waiting} inputs waiting`);
  },
});
if (values.samples !== undefined) {
  writeFileSync(values.samples, result.samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
}
console.log(loadTable({ eventsPerMinute, minutes, burst }, result));
if (result.untold.length > 0) console.log(`no critical arrived about ${result.untold.join(', ')}`);
const { announced, stored, crashes, headToWebhookMs } = result;
const whole = stored.events === announced.events && stored.blocks === announced.blocks;
process.exit(whole && headToWebhookMs.length === crashes ? 0 : 1);
