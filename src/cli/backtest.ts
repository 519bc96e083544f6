import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { backtest as fold } from '../backtest.js';
import { counted } from '../core/counted.js';
import { PegwatchError } from '../core/errors.js';
import type { Input } from '../core/io.js';
import type { Spec } from '../core/spec.js';
import { readMapping } from '../imports/mapping.js';
import { readChecks, readIncidents, refuseUnknownChecks } from '../imports/questions.js';
import { type Import, readImport, samplesOf } from '../imports/read-import.js';
import { settlePegs } from '../imports/settle-pegs.js';
import { toInputs } from '../imports/to-inputs.js';
import { outlookSection } from '../reports/outlook-section.js';
import { buildScoreboard } from '../reports/scoreboard.js';
import { headline, scoreboardPage } from '../reports/scoreboard-page.js';
import { scoreboardPlots } from '../reports/scoreboard-plots.js';
import type { Questions } from '../reports/scoreboard-questions.js';
import { type CliCommand, configOption, readConfig } from './cli.js';
import { seriesWords, unreadable } from './series-words.js';

interface BacktestOptions {
  readonly config: string;
  readonly mapping: readonly string[];
  readonly data: string;
  readonly incidents?: string;
  readonly checks?: string;
  readonly out?: string;
}

export const tickMs = 600_000;

export const backtest: CliCommand = {
  name: 'backtest',
  build: (world, done) =>
    new Command('backtest')
      .description(
        'fold imported series through the engine, in order of when each value could be known, and score it',
      )
      .addOption(configOption())
      .requiredOption('-m, --mapping <files...>', 'mapping files: how the data is to be read')
      .requiredOption('-d, --data <folder>', 'folder of the data')
      .option('--incidents <file>', 'labelled incidents, as JSON')
      .option('--checks <file>', 'promises to check and pools to score, as YAML')
      .option('-o, --out <folder>', 'write scoreboard.md, scoreboard.json and scoreboard.html there')
      .addHelpText(
        'after',
        '\nExit code 1 says that a promise was not kept.\n\nExamples:\n  pegwatch backtest -m config/imports/open-data.yaml -d ../shared/data --incidents ../shared/data/INCIDENTS.json --checks config/scoreboard/open-data.yaml -o docs',
      )
      .action(async (options: BacktestOptions) => {
        const { spec: rules, model } = readConfig(options.config, world);
        const questions = questionsOf(options);
        const data = await readImport(options.mapping.map(readMapping), options.data);
        for (const note of settlePegs(data, rules.coins).notes) world.err(`note: ${note}`);
        const result = await fold(inputsOf(data, rules));
        const board = buildScoreboard(result.signals, data.series, questions);
        if (options.out !== undefined) {
          const title = 'Scoreboard';
          const intro = [
            'Made by `pegwatch backtest`; what the words mean stands in [methodology.md](methodology.md). Times are UTC.',
            `${counted(result.inputs, 'input')}, ${counted(result.signals.length, 'signal')}, ${counted(result.incidents, 'incident')}, ${result.cascades} of them cascades.`,
          ];
          const coinsOf = new Map(
            data.watched.sources.map(({ id, tokens }) => [id, tokens.flatMap(({ coin }) => coin ?? [])]),
          );
          const plotted = data.series.map(({ id }) => ({
            id,
            samples: samplesOf(data, id),
            coins: coinsOf.get(id) ?? [],
          }));
          write(options.out, {
            'scoreboard.md': scoreboardPage(board, { title, intro, more: outlookSection(model) }),
            'scoreboard.json': `${JSON.stringify(board, null, 1)}\n`,
            'scoreboard.html': scoreboardPlots(board, plotted, result.signals, title),
          });
        }
        for (const report of data.series.filter(({ faults }) => faults.length > 0))
          for (const line of seriesWords(report)) world.err(line);
        world.out(headline(board));
        if (board.checks.some(({ passed }) => !passed)) done(1);
      }),
};

/** Read before anything is folded, which takes minutes. */
function questionsOf({ incidents: labels, checks: promises }: BacktestOptions): Questions {
  const incidents = labels === undefined ? [] : readIncidents(labels);
  if (promises === undefined) return { incidents, checks: [], pools: [], pages: [] };
  const asked = readChecks(promises);
  refuseUnknownChecks(promises, asked.checks, incidents);
  return { incidents, ...asked };
}

/** The rules of the configuration over what the import watches; nobody is told. */
export function* inputsOf(data: Import, rules: Spec): Iterable<Input> {
  const firstMs = data.readings.reduce(
    (first, { knownMs }) => Math.min(first, knownMs),
    Number.POSITIVE_INFINITY,
  );
  if (!Number.isFinite(firstMs))
    throw new PegwatchError(
      'data-empty',
      ['the data holds nothing that can be read', ...data.series.map((one) => `  ${unreadable(one)}`)].join(
        '\n',
      ),
      { hint: 'docs/import.md says what a mapping may hold' },
    );
  const { coins } = settlePegs(data, rules.coins);
  yield { kind: 'start', atMs: firstMs, spec: { ...rules, ...data.watched, coins, channels: [] } };
  yield* toInputs(data.readings, { tickMs });
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
