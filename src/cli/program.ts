import { Command } from 'commander';
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
    program.addCommand(built.copyInheritedSettings(program));
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (isCommanderExit(thrown)) return thrown.exitCode === 0 ? 0 : 1;
    return reportFailure(thrown, world);
  }
  return exit;
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
