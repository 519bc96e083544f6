import { Command, Option } from 'commander';
import { counted } from '../core/counted.js';
import type { Spec } from '../core/spec.js';
import { replay as fold } from '../replay.js';
import {
  type CliCommand,
  configOption,
  jsonOption,
  openStoreFor,
  readConfig,
  type StoreOptions,
  storeOption,
} from './cli.js';

export const replay: CliCommand = {
  name: 'replay',
  build: (world, done) =>
    new Command('replay')
      .description(
        'fold the stored journal through the engine again and compare the judgement, to the last byte',
      )
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(
        new Option(
          '-t, --thresholds <folder>',
          'judge with the thresholds of this configuration folder instead',
        ),
      )
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nExit code 1 says that the stored thresholds gave another judgement than the live run.\n\nExamples:\n  pegwatch replay\n  pegwatch replay --store /copy/of/the/store\n  pegwatch replay --thresholds stricter/',
      )
      .action(async (options: StoreOptions & { json: boolean; thresholds?: string }) => {
        const other = options.thresholds === undefined ? null : readConfig(options.thresholds, world).spec;
        const store = openStoreFor(options, world);
        const began = performance.now();
        const result = fold(store, other === null ? undefined : (spec) => withThresholdsOf(other, spec));
        const seconds = (performance.now() - began) / 1000;
        await store.close();
        if (other === null && (result.difference !== null || result.coverage.length > 0)) done(1);
        if (options.json) return world.out(JSON.stringify({ ...result, seconds }, null, 2));
        const { live, replayed, difference } = result;
        world.out(`${result.inputs} inputs in ${seconds.toFixed(2)} s`);
        world.out(
          `  live      ${live.digest}  ${counted(live.signals, 'signal')}, ${counted(live.incidents, 'incident')}, ${counted(live.alerts, 'alert')}`,
        );
        world.out(
          `  replayed  ${replayed.digest}  ${counted(replayed.signals, 'signal')}, ${counted(replayed.incidents, 'incident')}, ${counted(replayed.alerts, 'alert')}`,
        );
        if (result.coverage.length > 0)
          world.out(`The coverage of ${result.coverage.join(', ')} comes out otherwise than it is stored.`);
        if (difference === null) return world.out('The two agree.');
        world.out(`The first difference is at input ${difference.seq}:`);
        world.out(`  live      ${difference.live ?? 'nothing'}`);
        world.out(`  replayed  ${difference.replayed ?? 'nothing'}`);
      }),
};

/** What was watched stays as it was: only judgement changes. */
function withThresholdsOf(other: Spec, spec: Spec): Spec {
  return { ...spec, rules: other.rules, incidents: other.incidents };
}
