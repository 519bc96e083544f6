import { Command } from 'commander';
import { type Verified, verifyStore } from '../store/verify-store.js';
import {
  type CliCommand,
  configOption,
  jsonOption,
  readConfig,
  type StoreOptions,
  storeOption,
} from './cli.js';

export const verify: CliCommand = {
  name: 'verify',
  build: (world) =>
    new Command('verify')
      .description('look at the whole store: every page, the chain of hashes, every row that follows from it')
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nA start looks at the newest part only where a store is large. While the daemon writes, only the journal is\nlooked at. Exit codes: 0 whole, 1 damaged, stale or no store.\n\nExamples:\n  pegwatch verify\n  pegwatch verify --store /backup/of/the/store',
      )
      .action(async (options: StoreOptions & { json: boolean }) => {
        const folder = options.store ?? readConfig(options.config, world).store.folder;
        const verified = await verifyStore(folder);
        world.out(options.json ? JSON.stringify(verified, null, 2) : describe(folder, verified));
      }),
};

function describe(folder: string, { id, inputs, commits, pages, rows }: Verified): string {
  const lines = [
    `Store ${id} in ${folder}: ${pages === null ? 'its journal is whole' : 'whole'}`,
    `  ${inputs} inputs in ${commits} commits: the chain of hashes is unbroken`,
  ];
  if (pages === null)
    lines.push('  a daemon is writing: pages and tables were not looked at (stop it, or verify a backup)');
  else lines.push(`  ${pages} pages are where they belong, ${rows} rows are what the inputs say`);
  return lines.join('\n');
}
