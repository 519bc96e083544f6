import { Command, Option } from 'commander';
import { PegwatchError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { severities } from '../core/severity.js';
import { suggestHint } from '../core/suggest.js';
import { describeMatch, isStanding, type SilenceRow, silencesSince } from '../reports/silences.js';
import { endRequest, longestSilenceMs, silenceNames, silenceRequest } from '../silence-wish.js';
import { writeRequest } from '../store/request-folder.js';
import type { StoreReader } from '../store/store.js';
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
import { findIncident } from './find-incident.js';
import { lastSpec } from './last-spec.js';

interface AddOptions extends StoreOptions {
  readonly by: string;
  readonly reason: string;
  readonly for?: string;
  readonly until?: string;
  readonly coin?: string[];
  readonly chain?: string[];
  readonly detector?: string[];
  readonly channel?: string[];
  readonly incident?: string;
  readonly upTo?: string;
}

export const silence: CliCommand = {
  name: 'silence',
  build: (world) => {
    const command = new Command('silence')
      .description('keep news back for a time: who, why, until when')
      .addHelpText(
        'after',
        '\nNothing is hidden: what is silenced is judged, stored and shown as ever. What still stands at the end is told\nthen; a critical pierces a silence unless it says --up-to critical. Response hooks are not held up.\n\nExamples:\n  pegwatch silence add --by ann --reason "bridge upgrade" --for 2h --chain polygon\n  pegwatch silence add --by ann --reason "known, issuer informed" --for 4h --incident inc-1f0c --up-to critical\n  pegwatch silence list\n  pegwatch silence end sil-1f0c2a4b6d --by ann --reason "upgrade is done"',
      );
    addCommand(command, world);
    listCommand(command, world);
    endCommand(command, world);
    return command;
  },
};

function addCommand(parent: Command, world: CliWorld): void {
  const names = (text: string): string[] => text.split(',').map((one) => one.trim());
  const list = (flags: string, what: string): Option => new Option(flags, what).argParser(names);
  parent
    .command('add')
    .description('keep news back; each list that is given must hold all of what an incident is about')
    .requiredOption('--by <name>', 'who says so')
    .requiredOption('--reason <text>', 'why')
    .option('--for <time>', 'how long: 30m, 2h, 1d, at most 30d')
    .option('--until <moment>', 'or until when: 2026-03-11T08:00:00Z')
    .addOption(list('--coin <names>', 'about these coins only, separated by commas'))
    .addOption(list('--chain <names>', 'on these chains only'))
    .addOption(list('--detector <names>', 'found by these detectors only'))
    .addOption(list('--channel <names>', 'to these channels only'))
    .option('--incident <id>', 'of this incident only; the first characters are enough')
    .addOption(
      new Option('--up-to <severity>', 'what is worse pierces it; default: high').choices(severities),
    )
    .addOption(configOption())
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nThe daemon takes it up within seconds, or when it is started next.\n\nExamples:\n  pegwatch silence add --by ann --reason "bridge upgrade" --for 2h --chain polygon\n  pegwatch silence add --by ann --reason "known" --for 4h --incident inc-1f0c --up-to critical',
    )
    .action(async (options: AddOptions) => {
      const request = await withStore(options, world, (store) => readAdd(options, store));
      writeRequest(folderOf(options, world), request, Date.now());
      const until = isoTime(request.untilMs);
      world.out(printable(`${request.silenceId} keeps back until ${until}: ${describeMatch(request)}`));
    });
}

function readAdd(options: AddOptions, store: StoreReader): ReturnType<typeof silenceRequest> {
  const { by, reason, coin, chain, detector, channel, upTo, until } = options;
  const spec = lastSpec(store);
  if (spec === null)
    throw new PegwatchError('never-started', 'No daemon has run on this store yet', {
      hint: 'What can be silenced is known once `pegwatch run` has begun.',
    });
  const incident = options.incident === undefined ? undefined : findIncident(store, options.incident).id;
  const given = {
    by,
    reason,
    for: options.for,
    until,
    coins: coin,
    chains: chain,
    detectors: detector,
    channels: channel,
    incident,
    upTo,
  };
  const written = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const names = silenceNames(spec, (id) => store.incident(id) !== null);
  return silenceRequest(written, names, Date.now());
}

function listCommand(parent: Command, world: CliWorld): void {
  parent
    .command('list', { isDefault: true })
    .description('those that stand, newest first')
    .option('--all', 'also those of the last 30 days that are over', false)
    .addOption(configOption())
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  pegwatch silence list\n  pegwatch silence list --all --json')
    .action(async (options: StoreOptions & { all: boolean; json: boolean }) => {
      const nowMs = Date.now();
      const rows = await withStore(options, world, (store) => silencesSince(store, nowMs - longestSilenceMs));
      const shown = rows.filter((row) => options.all || isStanding(row, nowMs));
      if (options.json) return world.out(JSON.stringify(shown, null, 2));
      if (shown.length === 0) return world.out('No silence.');
      for (const row of shown) for (const line of linesOf(row, nowMs)) world.out(printable(line));
    });
}

function endCommand(parent: Command, world: CliWorld): void {
  parent
    .command('end')
    .description('end a silence before its time: what it kept back and still stands is told at once')
    .argument('<silence>', 'its id')
    .requiredOption('--by <name>', 'who says so')
    .requiredOption('--reason <text>', 'why')
    .addOption(configOption())
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pegwatch silence end sil-1f0c2a4b6d --by ann --reason "upgrade is done"',
    )
    .action(async (id: string, options: StoreOptions & { by: string; reason: string }) => {
      const nowMs = Date.now();
      const rows = await withStore(options, world, (store) => silencesSince(store, nowMs - longestSilenceMs));
      const standing = rows.filter((row) => isStanding(row, nowMs)).map((row) => row.id);
      if (!standing.includes(id))
        throw new PegwatchError('no-such-silence', `"${id}" is no silence that stands`, {
          hint: suggestHint(id, standing),
        });
      const { by, reason } = options;
      writeRequest(folderOf(options, world), endRequest(id, { by, reason }), nowMs);
      world.out(`${id} ends.`);
    });
}

async function withStore<T>(
  options: StoreOptions,
  world: CliWorld,
  read: (store: StoreReader) => T,
): Promise<T> {
  const store = openStoreFor(options, world);
  try {
    return read(store);
  } finally {
    await store.close();
  }
}

function folderOf(options: StoreOptions, world: CliWorld): string {
  return options.store ?? readConfig(options.config, world).store.folder;
}

function linesOf(row: SilenceRow, nowMs: number): string[] {
  const { id, by, reason, fromMs, untilMs, ended } = row;
  const over =
    ended !== null
      ? `ended ${isoTime(ended.atMs)} by ${ended.by}: ${ended.reason}`
      : `over ${isoTime(untilMs)}`;
  const state = isStanding(row, nowMs) ? `until ${isoTime(untilMs)}` : over;
  return [`${id}  ${state}  by ${by}: ${reason}`, `  ${describeMatch(row)}, since ${isoTime(fromMs)}`];
}
