import { Command } from 'commander';
import { backtest } from '../backtest.js';
import { counted } from '../core/counted.js';
import { PegwatchError } from '../core/errors.js';
import type { Step } from '../core/io.js';
import type { Log, Meter } from '../core/ports.js';
import { createClock } from '../edge/clock.js';
import { readMapping } from '../imports/mapping.js';
import { readImport, type SeriesReport } from '../imports/read-import.js';
import { settlePegs } from '../imports/settle-pegs.js';
import { openStore } from '../store/open-store.js';
import { createRejects } from '../store/rejects.js';
import { inputsOf } from './backtest.js';
import { type CliCommand, configOption, readConfig } from './cli.js';
import { seriesWords } from './series-words.js';

interface ImportOptions {
  readonly config: string;
  readonly mapping: readonly string[];
  readonly data: string;
  readonly store: string;
}

/** Steps in one transaction. */
const batch = 2048;

/** `import` is a word of the language. */
export const importData: CliCommand = {
  name: 'import',
  build: (world) =>
    new Command('import')
      .description(
        'read price, reserve, supply and oracle series or raw logs into a new store, judged on the way',
      )
      .addOption(configOption())
      .requiredOption('-m, --mapping <files...>', 'mapping files: how the data is to be read')
      .requiredOption('-d, --data <folder>', 'folder of the data')
      .requiredOption('-s, --store <folder>', 'folder of the new store')
      .addHelpText(
        'after',
        '\nThe store answers timeline, incidents and replay like one that was written live.\n\nExamples:\n  pegwatch import -m config/imports/open-data.yaml -d ../shared/data -s /tmp/past\n  pegwatch timeline -s /tmp/past --kind signal',
      )
      .action(async (options: ImportOptions) => {
        const rules = readConfig(options.config, world).spec;
        const data = await readImport(options.mapping.map(readMapping), options.data);
        for (const note of settlePegs(data, rules.coins).notes) world.err(`note: ${note}`);
        const store = await openStore(
          { folder: options.store },
          { log: silent, meter: unmeasured, clock: createClock() },
        );
        try {
          if (store.lastSeq() > 0) {
            throw new PegwatchError('store-not-empty', `${options.store} already holds a journal`, {
              hint: 'An import begins in a store of its own: times never run backwards in a journal.',
            });
          }
          let steps: Step[] = [];
          const result = await backtest(inputsOf(data, rules), (step) => {
            steps.push(step);
            if (steps.length < batch) return null;
            const full = steps;
            steps = [];
            return store.commit(full);
          });
          await store.commit(steps);
          keepFaults(data.series, options.store);
          for (const line of data.series.flatMap(seriesWords)) world.out(line);
          world.out(
            `${counted(result.inputs, 'input')}, ${counted(result.signals.length, 'signal')}, ${counted(result.incidents, 'incident')} in ${options.store}`,
          );
        } finally {
          await store.close();
        }
      }),
};

/** The first rejected rows of each series, for `pegwatch problems`. */
function keepFaults(series: readonly SeriesReport[], folder: string): void {
  const clock = createClock();
  const rejects = createRejects(folder, { clock, meter: unmeasured, redact: asItIs, hasRoom: () => true });
  for (const { id, file, faults } of series) {
    const chain = id.slice(0, id.indexOf('/'));
    for (const { row, why, raw } of faults)
      rejects.keep({ atMs: clock.now(), chain, endpoint: file, why: `${id}: row ${row}: ${why}`, raw });
    rejects.stop();
  }
}

/** Rows of somebody's own data hold no secret of the configuration. */
function asItIs(text: string): string {
  return text;
}

/** What a command has to say, it prints. */
const silent: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};
const unmeasured: Meter = { count: () => {}, gauge: () => {}, observe: () => {} };
