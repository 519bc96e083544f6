import { Command } from 'commander';
import { PegwatchError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { suggestHint } from '../core/suggest.js';
import { advise } from './advise.js';
import { backtest } from './backtest.js';
import { backup } from './backup.js';
import { check } from './check.js';
import { type CliCommand, type CliWorld, type ExitCode, reportFailure } from './cli.js';
import { coverage } from './coverage.js';
import { deadletters } from './deadletters.js';
import { doctor } from './doctor.js';
import { hooks } from './hooks.js';
import { importData } from './import.js';
import { incidents } from './incidents.js';
import { notify } from './notify.js';
import { outlook } from './outlook.js';
import { problems } from './problems.js';
import { replay } from './replay.js';
import { route } from './route.js';
import { run } from './run.js';
import { silence } from './silence.js';
import { status } from './status.js';
import { timeline } from './timeline.js';
import { verify } from './verify.js';
import { version } from './version.js';

/** Alphabetical; the order means nothing. */
const commands: readonly CliCommand[] = [
  advise,
  backtest,
  backup,
  check,
  coverage,
  deadletters,
  doctor,
  hooks,
  importData,
  incidents,
  notify,
  outlook,
  problems,
  replay,
  route,
  run,
  silence,
  status,
  timeline,
  verify,
];

/** Runs one command line (without `node` and the script) and says how the process should exit. */
export async function runCommandLine(argv: readonly string[], world: CliWorld): Promise<ExitCode> {
  let exit: ExitCode = 0;
  const program = new Command('pegwatch')
    .description('Watches stablecoins on four chains and warns, early and once, that a peg is in danger.')
    .version(version())
    .showHelpAfterError('(pegwatch --help lists the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.out(text.trimEnd()),
      writeErr: (text) => world.err(text.trimEnd()),
    });
  for (const command of commands) {
    const built = command.build(world, (code) => {
      exit = code;
    });
    program.addCommand(built);
    dress(built, program);
  }
  try {
    refuseUnknown(program, argv);
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (isCommanderExit(thrown)) return thrown.exitCode === 0 ? 0 : 1;
    return reportFailure(thrown, world);
  }
  return exit;
}

/** Errors of every command, however deep, go where ours go, and name the help that has its options. */
function dress(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent).showHelpAfterError(`(${pathOf(command)} --help shows its options)`);
  for (const one of command.commands) dress(one, command);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Where a command lists by default, a word that is none of its own would be taken for an argument of the list. */
function refuseUnknown(program: Command, [name, word]: readonly string[]): void {
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined || command.commands.length === 0) return;
  const names = command.commands.map((one) => one.name());
  if (word === undefined || word.startsWith('-') || word === 'help' || names.includes(word)) return;
  throw new PegwatchError('unknown-command', `"${printable(word)}" is no command of ${pathOf(command)}`, {
    hint: suggestHint(word, names),
  });
}

/** Commander has already said what was wrong. */
function isCommanderExit(thrown: unknown): thrown is { readonly exitCode: number } {
  return (
    thrown instanceof Error &&
    'exitCode' in thrown &&
    'code' in thrown &&
    String(thrown.code).startsWith('commander.')
  );
}
