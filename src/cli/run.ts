import { Command } from 'commander';
import { runApp } from '../app.js';
import { type CliCommand, configOption, readWarned } from './cli.js';
import { version } from './version.js';

export const run: CliCommand = {
  name: 'run',
  build: (world) =>
    new Command('run')
      .description('watch: follow the chains, judge, store, alert (until it is asked to stop)')
      .addOption(configOption())
      .addHelpText(
        'after',
        '\nLogs are JSON lines on standard output. Exit codes: 0 stopped cleanly, 1 configuration or programming error\n(do not restart), 75 temporary (restart).\n\nExamples:\n  pegwatch run\n  pegwatch run --config /etc/pegwatch',
      )
      .action(async (options: { config: string }) => {
        const { config, warnings } = readWarned(options.config, world);
        const { signal, leftBehind = () => {} } = world;
        await runApp(config, { version: version(), signal, warnings, leftBehind });
      }),
};
