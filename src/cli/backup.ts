import { Command } from 'commander';
import { backupStore } from '../store/backup-store.js';
import { type CliCommand, configOption, readConfig, type StoreOptions, storeOption } from './cli.js';

export const backup: CliCommand = {
  name: 'backup',
  build: (world) =>
    new Command('backup')
      .description('copy the store to an empty folder while the daemon writes, and verify the copy')
      .argument('<folder>', 'where the copy goes; made where it does not exist')
      .addOption(configOption())
      .addOption(storeOption())
      .addHelpText(
        'after',
        '\nTo go back to it: stop the daemon, put the files of the copy into an empty store folder, start.\n\nExamples:\n  pegwatch backup /backup/pegwatch-2026-11-21\n  pegwatch backup --store ./data ./copy',
      )
      .action(async (target: string, options: StoreOptions) => {
        const folder = options.store ?? readConfig(options.config, world).store.folder;
        const { inputs, commits, pages } = await backupStore(folder, target);
        world.out(
          `${target} holds the store up to input ${inputs}: ${commits} commits, ${pages} pages, verified.`,
        );
      }),
};
