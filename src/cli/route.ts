import { Command, Option } from 'commander';
import { PegwatchError } from '../core/errors.js';
import type { QuietSpec } from '../core/routing.js';
import { type Severity, severities } from '../core/severity.js';
import { suggestHint } from '../core/suggest.js';
import { type RouteAnswer, routeAnswer } from '../route-answer.js';
import { silenceNames } from '../silence-wish.js';
import { type CliCommand, configOption, jsonOption, readConfig } from './cli.js';

interface RouteOptions {
  readonly config: string;
  readonly json: boolean;
  readonly severity: Severity;
  readonly coin: string;
  readonly chain: string;
  readonly detector?: string;
  readonly cascade: boolean;
}

export const route: CliCommand = {
  name: 'route',
  build: (world) =>
    new Command('route')
      .description('which channels would hear of an incident, when, and why not the others')
      .addOption(
        new Option('--severity <severity>', 'how bad it is').choices(severities).makeOptionMandatory(),
      )
      .requiredOption('--coin <name>', 'about which coin; "*" for a whole chain')
      .requiredOption('--chain <name>', 'on which chain')
      .option('--detector <name>', 'who found it; left out: no route about detectors fits')
      .option('--cascade', 'that it is a cascade', false)
      .addOption(configOption())
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nAnswers from the configuration alone: silences that stand are in `pegwatch silence list`.\n\nExamples:\n  pegwatch route --severity critical --coin USDC --chain ethereum\n  pegwatch route --severity medium --coin DAI --chain polygon --detector oracleStale --json',
      )
      .action(async (options: RouteOptions) => {
        const { spec } = readConfig(options.config, world);
        const { severity, coin, chain, detector = null, cascade } = options;
        const names = silenceNames(spec, () => false);
        for (const [what, given, known] of [
          ['coin', coin, names.coins],
          ['chain', chain, names.chains],
          ['detector', detector, names.detectors],
        ] as const) {
          if (given !== null && !known.includes(given))
            throw new PegwatchError('unknown-name', `"${given}" is no known ${what}`, {
              hint: suggestHint(given, known),
            });
        }
        const answers = routeAnswer(spec, { severity, coin, chain, detector, cascade });
        if (options.json) return world.out(JSON.stringify(answers, null, 2));
        if (answers.length === 0) return world.out('No channel is configured that has an address.');
        for (const answer of answers) world.out(lineOf(answer));
      }),
};

function lineOf({ channel, whyNot, waitMs, intervalMs, repeatMs, quiet, explainedBy }: RouteAnswer): string {
  const label = channel.padEnd(16);
  if (whyNot !== null) return `${label}  not told: ${whyNot}`;
  const parts = [
    waitMs === 0 ? 'told at once' : `told after ${span(waitMs)}`,
    ...(intervalMs === null ? [] : [`at most every ${span(intervalMs)}`]),
    repeatMs === null ? 'not repeated' : `again every ${span(repeatMs)} while it stands`,
    ...quiet.map((hours) => `waits while it is quiet (${hoursOf(hours)})`),
    ...explainedBy.map((rule) => `kept back while ${rule} explains it`),
  ];
  return `${label}  ${parts.join('; ')}`;
}

function hoursOf({ fromMin, toMin, offsetMin }: QuietSpec): string {
  const sign = offsetMin < 0 ? '-' : '+';
  return `${clock(fromMin)} to ${clock(toMin)} UTC${sign}${clock(Math.abs(offsetMin))}`;
}

function clock(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `90 s`, `15 min`, `4 h`. */
function span(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
