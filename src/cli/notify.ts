import { Command } from 'commander';
import { PegwatchError } from '../core/errors.js';
import { suggestHint } from '../core/suggest.js';
import { notifyTest } from '../notify-test.js';
import { type CliCommand, configOption, jsonOption, readConfig } from './cli.js';
import { version } from './version.js';

export const notify: CliCommand = {
  name: 'notify',
  build: (world, done) => {
    const command = new Command('notify').description('try out a channel');
    command
      .command('test')
      .description('send a marked test alert to one channel, and its end after it')
      .argument('<channel>', 'the name of the channel in pegwatch.yaml')
      .addOption(configOption())
      .option('--dry-run', 'show the whole message that would be sent, and send nothing', false)
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nThe test is marked, of the lowest severity, and goes to the receiver at once: no store, no daemon needed.\nExit code 1 says that the receiver did not take it.\n\nExamples:\n  pegwatch notify test webhook\n  pegwatch notify test webhook --dry-run',
      )
      .action(async (name: string, options: { config: string; dryRun: boolean; json: boolean }) => {
        const { channels } = readConfig(options.config, world);
        const config = channels.find((one) => one.name === name);
        if (config === undefined) {
          const names = channels.map((one) => one.name);
          throw new PegwatchError(
            'no-such-channel',
            `No channel that is enabled and has an address is called "${name}"`,
            {
              hint: names.length === 0 ? 'None is configured so.' : suggestHint(name, names),
            },
          );
        }
        const { dryRun } = options;
        const { alert, message, result } = await notifyTest(config, {
          dryRun,
          version: version(),
          signal: world.signal,
        });
        if (result !== null && result.kind !== 'delivered') done(1);
        if (options.json)
          return world.out(
            JSON.stringify({ channel: name, kind: config.kind, alert, message, result }, null, 2),
          );
        if (result === null) {
          world.out(
            `Nothing was sent. To ${name} (${config.kind}) would go, secrets and addresses left out:\n`,
          );
          return world.out(message ?? alert.incident.title);
        }
        world.out(
          result.kind === 'delivered'
            ? `${name} (${config.kind}) took the test alert ${alert.id}.`
            : `${name} (${config.kind}) did not take the test alert: ${result.problem}`,
        );
      });
    return command;
  },
};
