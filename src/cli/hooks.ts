import { Command, Option } from 'commander';
import { PegwatchError } from '../core/errors.js';
import { type Hook, hookStates } from '../core/hook.js';
import { printable } from '../core/printable.js';
import { writeRequest } from '../store/request-folder.js';
import {
  type CliCommand,
  type CliWorld,
  configOption,
  isoTime,
  jsonOption,
  known,
  openStoreFor,
  parseCount,
  readConfig,
  type StoreOptions,
  storeOption,
} from './cli.js';

/** Further back nobody looks for a hook in a list; the timeline has all of them. */
const mostListed = 100;
const longestWord = 200;

export const hooks: CliCommand = {
  name: 'hooks',
  build: (world) => {
    const command = new Command('hooks')
      .description('response hooks: what was called, what would have been, what waits for approval')
      .addHelpText(
        'after',
        '\nExamples:\n  pegwatch hooks list --state awaiting\n  pegwatch hooks approve inc-1f0c…-hook:cascade:critical:1 --by ann --reason "pool is drained"',
      );
    command
      .command('list', { isDefault: true })
      .description('as they stand now, newest first')
      .addOption(
        new Option('--state <state>', `only those in this state: ${hookStates.join(', ')}`).argParser(
          (given) => known('state of a hook', given, hookStates),
        ),
      )
      .option('--limit <count>', 'at most so many', String(mostListed))
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nExamples:\n  pegwatch hooks list\n  pegwatch hooks list --state awaiting --json',
      )
      .action(async (options: StoreOptions & { json: boolean; state?: string; limit: string }) => {
        const limit = parseCount(options.limit);
        const all = await hooksOf(options, world);
        const found = all.filter(({ state }) => options.state === undefined || state === options.state);
        const shown = found.slice(0, limit);
        if (options.json) return world.out(JSON.stringify(shown, null, 2));
        if (shown.length === 0) return world.out('No hook.');
        for (const hook of shown) for (const line of linesOf(hook)) world.out(line);
      });
    for (const verdict of ['approve', 'deny'] as const) {
      command
        .command(verdict)
        .description(verdict === 'approve' ? 'let a waiting call go' : 'forbid a waiting call')
        .argument('<hook>', 'its id')
        .addOption(wordOption('--by <name>', 'who says so').makeOptionMandatory())
        .addOption(wordOption('--reason <text>', 'why').makeOptionMandatory())
        .addOption(configOption())
        .addOption(storeOption())
        .addHelpText(
          'after',
          `\nThe daemon takes it up within seconds, or when it is started next.\n\nExamples:\n  pegwatch hooks ${verdict} inc-1f0c…-hook:cascade:critical:1 --by ann --reason "${verdict === 'approve' ? 'pool is drained' : 'known and harmless'}"`,
        )
        .action(async (id: string, options: StoreOptions & { by: string; reason: string }) => {
          const hook = waiting(await hooksOf(options, world), id);
          const folder = options.store ?? readConfig(options.config, world).store.folder;
          const { by, reason } = options;
          writeRequest(folder, { kind: 'approve', hookId: hook.id, verdict, by, reason }, Date.now());
          world.out(printable(`${hook.id} ${verdict === 'approve' ? 'will be called' : 'is denied'}.`));
        });
    }
    return command;
  },
};

/** Kept in the timeline for good, so it has a bound, and no control characters. */
function wordOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((given: string) => {
    const word = given.trim();
    if (word !== '' && word.length <= longestWord && !/\p{Cc}/u.test(word)) return word;
    throw new PegwatchError(
      'bad-word',
      `${flags.split(' ')[0]} must be one line of 1 to ${longestWord} letters`,
    );
  });
}

/** The newest entry of each hook says how it stands. */
async function hooksOf(options: StoreOptions, world: CliWorld): Promise<readonly Hook[]> {
  const store = openStoreFor(options, world);
  try {
    const newest = new Map<string, Hook>();
    for (const entry of store.entries({ kinds: ['hook'], reverse: true })) {
      if (entry.kind === 'hook' && !newest.has(entry.hook.id)) newest.set(entry.hook.id, entry.hook);
    }
    return [...newest.values()];
  } finally {
    await store.close();
  }
}

function waiting(hooks: readonly Hook[], id: string): Hook {
  const hook = hooks.find((one) => one.id === id);
  if (hook?.state === 'awaiting') return hook;
  const hint = '`pegwatch hooks list --state awaiting` lists those that do.';
  if (hook === undefined) throw new PegwatchError('no-such-hook', `"${id}" is no hook`, { hint });
  throw new PegwatchError('hook-settled', `${id} waits for nobody: it is ${hook.state}`, { hint });
}

function linesOf({ id, atMs, mode, state, step, by, reason, title, expiresAtMs }: Hook): string[] {
  const who = by === null ? '' : ` by ${by}: ${reason ?? ''}`;
  const until = state === 'awaiting' && expiresAtMs !== null ? ` until ${isoTime(expiresAtMs)}` : '';
  return [`${isoTime(atMs)}  ${state}${until}  ${id}  (${step}, ${mode})${who}`, `  ${title}`].map(printable);
}
