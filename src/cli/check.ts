import { Command } from 'commander';
import { describeProblems, noChannel } from '../config/describe-problems.js';
import { loadConfig } from '../config/load-config.js';
import { counted } from '../core/counted.js';
import { channelWords } from './channel-words.js';
import { type CliCommand, configOption, jsonOption } from './cli.js';

export const check: CliCommand = {
  name: 'check',
  build: (world, done) =>
    new Command('check')
      .description('read the whole configuration and list every problem at once')
      .addOption(configOption())
      .addOption(jsonOption())
      .addHelpText('after', '\nExamples:\n  pegwatch check\n  pegwatch check --config /etc/pegwatch --json')
      .action((options: { config: string; json: boolean }) => {
        const { config, problems, notes } = loadConfig(options.config, world.env);
        if (options.json) world.out(JSON.stringify({ ok: config !== null, problems, notes }, null, 2));
        else if (problems.length + notes.length > 0) world.out(describeProblems(problems, notes));
        if (config === null) return done(1);
        if (options.json) return;
        const { spec } = config;
        world.out(
          `The configuration is sound: ${spec.chains.length} chains, ${spec.coins.length} coins, ${spec.sources.length} sources, ` +
            `${spec.rules.length} rules, ${spec.channels.length} channels.`,
        );
        for (const { chain, chainId } of spec.chains) {
          const endpoints =
            config.chains.find((one) => one.chain === chain)?.endpoints.map((one) => one.name) ?? [];
          const count = spec.sources.filter((source) => source.chain === chain).length;
          world.out(
            `  ${chain.padEnd(10)} id ${String(chainId).padEnd(6)} ${counted(count, 'source')}, endpoints: ${endpoints.join(', ')}`,
          );
        }
        if (spec.channels.length === 0) return world.out(`  ${noChannel}`);
        world.out('Channels:');
        for (const one of spec.channels) world.out(`  ${one.name.padEnd(10)} ${channelWords(one)}`);
      }),
};
