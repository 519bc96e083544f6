import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Thresholds } from '../config/load-thresholds.js';
import { loadThresholdsAlone } from '../config/load-thresholds-alone.js';
import { counted } from '../core/counted.js';
import { printable } from '../core/printable.js';
import type { Spec } from '../core/spec.js';
import { replay as fold, type ReplayResult } from '../replay.js';
import { replayWords } from '../reports/replay-words.js';
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
        '\nCompared are incidents (when they became how bad), alerts (why, when, how bad, what they said), what was kept\nback, response hooks and signals; the first few differences of each are named. Exit code 1 says that the stored\nthresholds gave another judgement than the live run; with --thresholds differences are what was asked for: 0.\n\nExamples:\n  pegwatch replay\n  pegwatch replay --store /copy/of/the/store\n  pegwatch replay --thresholds stricter.yaml',
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
        world.out(
          `The first difference in bytes is at input ${difference.seq} (--json has the whole of it):`,
        );
        for (const line of excerpts(difference)) world.out(line);
      }),
};

/** Lines about single incidents, alerts and signals. */
const mostLines = 20;
/** Of the bytes, before they differ and from there on. */
const [before, after] = [60, 120];

function differenceWords({ changes }: ReplayResult): readonly string[] {
  const words = replayWords(changes, mostLines);
  if (words.length > 0) return words;
  return ['The same decisions at the same moments: what differs is what they repeat, such as thresholds.'];
}

function excerpts({ live, replayed }: NonNullable<ReplayResult['difference']>): readonly string[] {
  const [one, other] = [live ?? 'nothing', replayed ?? 'nothing'];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  const from = Math.max(0, same - before);
  const excerpt = (text: string): string =>
    printable(
      `${from > 0 ? '…' : ''}${text.slice(from, same + after)}${text.length > same + after ? '…' : ''}`,
    );
  return [`  live      ${excerpt(one)}`, `  replayed  ${excerpt(other)}`];
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
