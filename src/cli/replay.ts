import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Thresholds } from '../config/load-thresholds.js';
import { loadThresholdsAlone } from '../config/load-thresholds-alone.js';
import { counted } from '../core/counted.js';
import type { Spec } from '../core/spec.js';
import { replay as fold, type ReplayResult } from '../replay.js';
import { changeWords } from '../reports/judgement-changes.js';
import {
  type CliCommand,
  type CliWorld,
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
          '-t, --thresholds <path>',
          'judge with other thresholds instead: a file, a folder with a thresholds.yaml, or a whole configuration',
        ),
      )
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nExit code 1 says that the stored thresholds gave another judgement than the live run.\n\nExamples:\n  pegwatch replay\n  pegwatch replay --store /copy/of/the/store\n  pegwatch replay --thresholds stricter.yaml',
      )
      .action(async (options: StoreOptions & { json: boolean; thresholds?: string }) => {
        const other = options.thresholds === undefined ? null : readThresholds(options.thresholds, world);
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
        for (const line of differenceWords(result)) world.out(line);
        if (other !== null) return;
        world.out(`The first difference in bytes is at input ${difference.seq}:`);
        world.out(`  live      ${difference.live ?? 'nothing'}`);
        world.out(`  replayed  ${difference.replayed ?? 'nothing'}`);
      }),
};

/** Lines about single signals. */
const mostLines = 20;

function differenceWords({ changes, live, replayed }: ReplayResult): readonly string[] {
  const counts = (['incidents', 'alerts'] as const).flatMap((what) => {
    const more = replayed[what] - live[what];
    return more === 0 ? [] : [`${Math.abs(more)} ${more > 0 ? 'more' : 'fewer'} ${what} than live.`];
  });
  if (changes.length === 0 && counts.length === 0)
    return ['The same signals at the same moments: what differs is what they repeat, such as thresholds.'];
  const signals = changes.length === 0 ? 'The signals are the same.' : 'Judged otherwise (times are UTC):';
  return [signals, ...changeWords(changes, mostLines).map((line) => `  ${line}`), ...counts];
}

type Judgement = Pick<Spec, 'rules'> & { readonly incidents: Thresholds['incidents'] };

/** A file or a folder that holds thresholds alone takes the rest from the store. */
function readThresholds(path: string, world: CliWorld): Judgement {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) return loadThresholdsAlone(path, world.env);
  if (existsSync(join(path, 'pegwatch.yaml'))) return readConfig(path, world).spec;
  return loadThresholdsAlone(join(path, 'thresholds.yaml'), world.env);
}

/** What was watched stays as it was: only judgement changes. */
function withThresholdsOf(other: Judgement, spec: Spec): Spec {
  return { ...spec, rules: other.rules, incidents: { ...spec.incidents, ...other.incidents } };
}
