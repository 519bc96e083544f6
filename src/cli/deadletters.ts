import { Command } from 'commander';
import { counted } from '../core/counted.js';
import { PegwatchError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { writeRequest } from '../store/request-folder.js';
import type { DeadLetter } from '../store/store.js';
import {
  type CliCommand,
  type CliWorld,
  configOption,
  isoTime,
  jsonOption,
  openStoreFor,
  readConfig,
  type StoreOptions,
  storeOption,
} from './cli.js';

export const deadletters: CliCommand = {
  name: 'deadletters',
  build: (world) => {
    const command = new Command('deadletters')
      .description('alerts that were refused or given up: list, show, send again')
      .addHelpText(
        'after',
        '\nExamples:\n  pegwatch deadletters list\n  pegwatch deadletters show inc-1f0c…-webhook-2\n  pegwatch deadletters resend --all',
      );
    command
      .command('list', { isDefault: true })
      .description('oldest first')
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(jsonOption())
      .action(async (options: StoreOptions & { json: boolean }) => {
        const letters = await lettersOf(options, world);
        if (options.json) return world.out(JSON.stringify(letters, null, 2));
        if (letters.length === 0) return world.out('No alert was given up.');
        for (const letter of letters) world.out(line(letter));
      });
    command
      .command('show')
      .description('one of them, whole')
      .argument('<alert>', 'its id')
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(jsonOption())
      .action(async (id: string, options: StoreOptions & { json: boolean }) => {
        const letter = find(await lettersOf(options, world), id);
        if (options.json) return world.out(JSON.stringify(letter, null, 2));
        const { alert } = letter;
        world.out(line(letter));
        world.out(printable(`  ${alert.incident.title}`));
        world.out(
          `  incident ${alert.incidentId}, message ${alert.sequence} (${alert.reason}, ${alert.severity})`,
        );
      });
    command
      .command('resend')
      .description('queue again under the same id; a receiver that has seen it drops it')
      .argument('[alerts...]', 'their ids')
      .option('--all', 'every one of them', false)
      .addOption(configOption())
      .addOption(storeOption())
      .addHelpText('after', '\nThe daemon takes it up within seconds, or when it is started next.')
      .action(async (ids: readonly string[], options: StoreOptions & { all: boolean }) => {
        const letters = await lettersOf(options, world);
        const wanted = options.all ? letters : ids.map((id) => find(letters, id));
        if (wanted.length === 0 && !options.all)
          throw new PegwatchError('no-alert', 'Name an alert, or say --all.');
        const folder = options.store ?? readConfig(options.config, world).store.folder;
        for (const { alert } of wanted) {
          writeRequest(folder, { kind: 'resend', alertId: alert.id }, Date.now());
          world.out(`${alert.id} will be sent again.`);
        }
        if (wanted.length === 0) world.out('No alert was given up.');
      });
    return command;
  },
};

async function lettersOf(options: StoreOptions, world: CliWorld): Promise<readonly DeadLetter[]> {
  const store = openStoreFor(options, world);
  try {
    return store.deadLetters();
  } finally {
    await store.close();
  }
}

function find(letters: readonly DeadLetter[], id: string): DeadLetter {
  const letter = letters.find(({ alert }) => alert.id === id);
  if (letter !== undefined) return letter;
  throw new PegwatchError('no-such-letter', `"${id}" is no alert that was given up`, {
    hint: '`pegwatch deadletters list` lists them.',
  });
}

function line({ alert, attempts, problem }: DeadLetter): string {
  const why = problem === null ? '' : `: ${problem}`;
  return printable(
    `${isoTime(alert.atMs)}  ${alert.id}  ${alert.severity.padEnd(8)}  ${counted(attempts, 'attempt')}${why}`,
  );
}
