import { Command, Option } from 'commander';
import { printable } from '../core/printable.js';
import type { Problem } from '../core/problem.js';
import type { Reject } from '../core/reject.js';
import { readRejects } from '../store/rejects.js';
import {
  type CliCommand,
  type CliWorld,
  configOption,
  isoTime,
  jsonOption,
  openStoreFor,
  parseCount,
  parseMoment,
  readConfig,
  type StoreOptions,
  storeOption,
} from './cli.js';

interface ProblemsOptions extends StoreOptions {
  readonly from?: string;
  readonly limit: number;
  readonly json: boolean;
}

interface Report {
  /** What was read and could not be understood, or a rule that could not be judged. */
  readonly problems: readonly (Problem & { readonly atMs: number })[];
  /** What nodes, or the data files of an import, said that made no sense and never was an input. */
  readonly rejects: readonly Reject[];
}

export const problems: CliCommand = {
  name: 'problems',
  build: (world) =>
    new Command('problems')
      .description('what was counted and kept because it made no sense: from chains, and from their nodes')
      .addOption(configOption())
      .addOption(storeOption())
      .option('--from <moment>', 'first moment: 2024-01-05, 2024-01-05T00:00:23Z, or back from now: 2h')
      .addOption(
        new Option('-n, --limit <count>', 'most of each kind, the newest')
          .argParser((text) => parseCount(text))
          .default(20),
      )
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nOf problems at most 20 an hour are kept for each kind and source, of what nodes said the newest 1,000, cut;\nhow many there were is in the metrics. Nothing is shown unescaped. Times are UTC.\n\nExamples:\n  pegwatch problems\n  pegwatch problems --from 1d --limit 100 --json',
      )
      .action(async (options: ProblemsOptions) => {
        const report = await gather(options, world);
        if (options.json) return world.out(JSON.stringify(report, null, 2));
        for (const line of lines(report)) world.out(printable(line));
      }),
};

async function gather(options: ProblemsOptions, world: CliWorld): Promise<Report> {
  const fromMs = options.from === undefined ? 0 : parseMoment(options.from, Date.now());
  const folder = options.store ?? readConfig(options.config, world).store.folder;
  const rejects = readRejects(folder).filter(({ atMs }) => atMs >= fromMs);
  const store = openStoreFor({ ...options, store: folder }, world);
  const found: Report['problems'][number][] = [];
  try {
    for (const entry of store.entries({ fromMs, kinds: ['problem'], reverse: true })) {
      if (found.length >= options.limit) break;
      if (entry.kind === 'problem') found.push({ atMs: entry.timeMs, ...entry.problem });
    }
  } finally {
    await store.close();
  }
  return { problems: found.reverse(), rejects: rejects.slice(-options.limit) };
}

function lines({ problems: found, rejects }: Report): readonly string[] {
  return [
    found.length === 0 ? 'No problem was kept.' : 'Problems, oldest first:',
    ...found.flatMap(({ atMs, code, chain, source, message, raw }) => {
      const where = source ?? chain ?? '';
      return [`  ${isoTime(atMs)}  ${code}  ${where}  ${message}`, ...(raw === null ? [] : [`    ${raw}`])];
    }),
    rejects.length === 0
      ? 'No node and no data file said anything senseless.'
      : 'What nodes and data files said that made no sense, oldest first:',
    ...rejects.flatMap(({ atMs, chain, endpoint, why, raw }) => [
      `  ${isoTime(atMs)}  ${chain}  ${endpoint ?? 'several endpoints'}  ${why}`,
      `    ${raw}`,
    ]),
  ];
}
