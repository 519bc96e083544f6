import { Command, Option } from 'commander';
import { criticalSpans, tryFactors } from '../advise.js';
import { PegwatchError } from '../core/errors.js';
import { type Severity, severities } from '../core/severity.js';
import { readIncidents } from '../imports/questions.js';
import { advise as adviceOf } from '../reports/advice.js';
import { adviceText } from '../reports/advice-text.js';
import type { StoreReader } from '../store/store.js';
import {
  type CliCommand,
  configOption,
  jsonOption,
  openStoreFor,
  parseMoment,
  readConfig,
  type StoreOptions,
  storeOption,
} from './cli.js';
import { lastSpec } from './last-spec.js';

interface AdviseOptions extends StoreOptions {
  readonly alertsPerMonth: number;
  readonly severity: Severity;
  readonly detector?: string;
  readonly coin?: string;
  readonly from?: string;
  readonly to?: string;
  readonly incidents?: string;
  readonly factors: readonly number[];
  readonly json: boolean;
}

const usualFactors = [0.5, 0.7, 0.85, 1, 1.2, 1.5, 2, 3, 4];

export const advise: CliCommand = {
  name: 'advise',
  build: (world) =>
    new Command('advise')
      .description(
        'propose thresholds for a wanted number of alerts in a quiet month, from your own timeline',
      )
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(
        new Option('-n, --alerts-per-month <number>', 'alerts that you want at most in 30 quiet days')
          .argParser(parseRate)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option('--severity <level>', 'an alert is an incident that comes to this')
          .choices(severities)
          .default('high'),
      )
      .option('--detector <name>', 'judge by this detector alone; its numbers alone are turned')
      .option('--coin <symbol>', 'count the alerts of this coin only')
      .option('--from <moment>', 'count from here on; what came before still warms the windows up')
      .option('--to <moment>', 'up to here')
      .option(
        '--incidents <file>',
        'what was no quiet time, as JSON; default: incidents that came to critical',
      )
      .addOption(
        new Option('--factors <list>', 'by what the thresholds are multiplied')
          .argParser(parseFactors)
          .default(usualFactors, usualFactors.join(',')),
      )
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nJudges the stored journal with the rules of the configuration, once for each factor; what counts and what does\nnot stands in docs/methodology.md.\n\nExamples:\n  pegwatch advise --alerts-per-month 2\n  pegwatch advise -n 1 --detector priceDeviation --coin USDC --from 60d',
      )
      .action(async (options: AdviseOptions) => {
        const { rules, incidents: settings } = readConfig(options.config, world).spec;
        const scaled = rules.filter(({ detector }) => detector === (options.detector ?? detector));
        if (scaled.length === 0) {
          throw new PegwatchError('no-detector', `there is no detector ${options.detector ?? ''}`, {
            hint: `one of ${rules.map(({ detector }) => detector).join(', ')}`,
          });
        }
        const nowMs = Date.now();
        const fromMs = options.from === undefined ? 0 : parseMoment(options.from, nowMs);
        const toMs = options.to === undefined ? Number.MAX_SAFE_INTEGER : parseMoment(options.to, nowMs);
        const store = openStoreFor(options, world);
        try {
          if (options.coin !== undefined) refuseUnknownCoin(options.coin, store);
          const incidents =
            options.incidents === undefined
              ? criticalSpans(store.incidents())
              : readIncidents(options.incidents)
                  .filter(({ coin }) => coin !== '-')
                  .map(({ id, coin, window }) => ({ name: id, coins: [coin], ...window }));
          const { trials, covered } = tryFactors(store, {
            factors: [...new Set([1, ...options.factors])],
            severity: options.severity,
            coin: options.coin ?? null,
            detector: options.detector ?? null,
            present: { rules, incidents: settings },
            toMs,
          });
          const spans = covered
            .filter((span) => span.toMs > fromMs)
            .map((span) => ({ ...span, fromMs: Math.max(span.fromMs, fromMs) }));
          const within = incidents.filter((one) =>
            spans.some((span) => one.fromMs < span.toMs && span.fromMs < one.toMs),
          );
          const question = {
            alertsPerMonth: options.alertsPerMonth,
            severity: options.severity,
            covered: spans,
            incidents: within.filter(
              ({ coins }) => options.coin === undefined || isAbout(coins, options.coin),
            ),
          };
          const advice = adviceOf(trials, question);
          world.out(
            options.json
              ? JSON.stringify({ question, advice }, null, 2)
              : adviceText(advice, question, scaled),
          );
        } finally {
          await store.close();
        }
      }),
};

/** What is watched stands in the journal: a coin that is not in it has no alerts to count. */
function refuseUnknownCoin(coin: string, store: StoreReader): void {
  const coins = lastSpec(store)?.coins.map((one) => one.coin) ?? [];
  if (coins.includes(coin)) return;
  throw new PegwatchError('no-coin', `there is no coin ${coin} in this store`, {
    hint: `one of ${coins.join(', ')}`,
  });
}

function isAbout(coins: readonly string[] | null, coin: string): boolean {
  return coins?.includes(coin) ?? true;
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new PegwatchError('bad-number', `"${text}" is no number above zero`);
}

function parseFactors(text: string): readonly number[] {
  const factors = text.split(',').map(Number);
  if (factors.every((factor) => factor > 0 && Number.isFinite(factor))) return factors;
  throw new PegwatchError('bad-number', `"${text}" is no list of numbers above zero, such as 0.5,1,2`);
}
