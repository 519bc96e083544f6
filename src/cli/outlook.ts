import { Command, Option } from 'commander';
import type { Outlook } from '../outlook/outlook.js';
import { pastOutlook } from '../outlook-report.js';
import {
  type CliCommand,
  configOption,
  isoTime,
  jsonOption,
  openStoreFor,
  parseMoment,
  readConfig,
  type StoreOptions,
  storeOption,
} from './cli.js';

export const outlook: CliCommand = {
  name: 'outlook',
  build: (world) =>
    new Command('outlook')
      .description('the chance of each coin to turn critical within a day, with the reasons that weigh most')
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(new Option('--at <moment>', 'as it was known then; default: the end of the journal'))
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nFolds the stored journal, which takes a while where it is long; the daemon itself answers at once on /outlook.\nHow good the numbers are stands in docs/scoreboard.md. They never raise an alert.\n\nExamples:\n  pegwatch outlook\n  pegwatch outlook --at 2023-03-10T21:00 --store /tmp/past',
      )
      .action(async (options: StoreOptions & { at?: string; json: boolean }) => {
        const { model } = readConfig(options.config, world);
        const untilMs =
          options.at === undefined ? Number.POSITIVE_INFINITY : parseMoment(options.at, Date.now());
        const store = openStoreFor(options, world);
        const { nowMs, report } = pastOutlook(store, model, untilMs);
        await store.close();
        world.out(options.json ? JSON.stringify({ atMs: nowMs, ...report }, null, 2) : text(report, nowMs));
      }),
};

function text({ coins, quiet, horizonHours, baseRate }: Outlook, nowMs: number): string {
  const head = `As of ${isoTime(nowMs)}, within ${horizonHours} hours`;
  if (quiet !== null) return `${head}: no numbers: ${quiet}.`;
  if (coins.length === 0) return `${head}: nothing has been heard of any coin within the day before.`;
  const rows = coins.flatMap(({ coin, probability, critical, reasons }) => [
    `  ${coin.padEnd(8)} ${critical ? 'is critical' : percent(probability ?? 0).padStart(8)}`,
    ...reasons.map(({ sentence, oddsTimes }) => `             odds x ${oddsTimes.toFixed(1)}: ${sentence}`),
  ]);
  const usual = baseRate === null ? '' : ` On any day it was ${percent(baseRate)} in the training data.`;
  return [`${head} each turns critical with a chance of:`, ...rows, `${usual.trim()}`].join('\n');
}

function percent(chance: number): string {
  return `${Number((chance * 100).toPrecision(2))} %`;
}
