// `npm run bench`: how fast pegwatch is, against yardsticks that run in the same minute on the same machine. Ratios
// carry from machine to machine, absolute numbers do not. docs/benchmarks.md says what the numbers mean.
//
//   --only live,backfill,rules,replay,crisis   some of them (replay needs live, and runs it)
//   --quick                             a smoke run of some seconds; its numbers mean little
//   --json                              JSON instead of a table
//   --folder <path>                     where stores are written (the disk matters); default: the system's temp folder
//   --seed <number>                     other frames
//   --cpu-prof <path>                   V8 profiles of each contender at full load

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backfill } from './backfill.js';
import { stopAllParts } from './children.js';
import { crisis } from './crisis/crisis.js';
import { live } from './live/live.js';
import { replay } from './replay.js';
import { type Row, table } from './report.js';
import { rules } from './rules.js';

export interface BenchOptions {
  readonly quick: boolean;
  readonly seed: number;
  /** For stores; emptied afterwards. */
  readonly folder: string;
  /** Where profiles go; null: none are taken. */
  readonly profile: string | null;
}

const sections = ['live', 'backfill', 'rules', 'replay', 'crisis'] as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: sections.join() },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
    seed: { type: 'string', default: '1' },
    'cpu-prof': { type: 'string' },
  },
});
const only = new Set(values.only.split(','));
const unknown = [...only].filter((name) => !sections.some((section) => section === name));
if (unknown.length > 0) throw new Error(`no such benchmark: ${unknown.join(', ')}`);
const folder = mkdtempSync(join(values.folder, 'pegwatch-bench-'));
const options: BenchOptions = {
  quick: values.quick,
  seed: Number(values.seed),
  folder,
  profile: values['cpu-prof'] ?? null,
};
process.once('SIGINT', () => {
  stopAllParts();
  clean();
  process.exit(130);
});
try {
  const rows: Row[] = [];
  const kept = join(folder, 'kept');
  await section(only.has('live') || only.has('replay'), () => live(options, kept, only.has('live')));
  await section(only.has('replay'), () => replay(options, kept));
  await section(only.has('backfill'), () => backfill(options));
  await section(only.has('rules'), () => rules(options));
  await section(only.has('crisis'), () => crisis(options));
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${process.platform}`;
  if (values.json)
    process.stdout.write(`${JSON.stringify({ machine, quick: options.quick, rows }, null, 2)}\n`);
  else process.stdout.write(`\n${machine}${options.quick ? ' (quick: numbers mean little)' : ''}\n`);

  async function section(wanted: boolean, run: () => Promise<readonly Row[]>): Promise<void> {
    if (!wanted) return;
    const found = await run();
    rows.push(...found);
    if (!values.json) process.stdout.write(`\n${table(found)}`);
  }
} finally {
  stopAllParts();
  clean();
}

function clean(): void {
  rmSync(folder, { recursive: true, force: true });
}
