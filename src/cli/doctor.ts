import { Command } from 'commander';
import { PegwatchError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { suggestHint } from '../core/suggest.js';
import { type ChainHealth, type EndpointHealth, doctor as examine } from '../doctor.js';
import { type CliCommand, configOption, jsonOption, parseCount, readConfig } from './cli.js';

export const doctor: CliCommand = {
  name: 'doctor',
  build: (world, done) =>
    new Command('doctor')
      .description(
        'ask every endpoint what the daemon will ask, and say what is wrong with it and what to do',
      )
      .addOption(configOption())
      .option('--chain <chain>', 'one chain only')
      .option('--seconds <n>', 'how long to listen for heads; default: three block times of each chain')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nNeither store nor daemon is needed or touched; some twenty calls go to each endpoint. The exit code is 0 where\nevery chain can be watched, else 1.\n\nExamples:\n  pegwatch doctor\n  pegwatch doctor --chain polygon --seconds 30',
      )
      .action(async (options: { config: string; chain?: string; seconds?: string; json: boolean }) => {
        const config = readConfig(options.config, world);
        const { chain, seconds } = options;
        const names = config.chains.map((one) => one.chain);
        if (chain !== undefined && !names.includes(chain)) throw unknownChain(chain, names);
        const listenMs = seconds === undefined ? undefined : parseCount(seconds) * 1_000;
        const found = await examine(config, { chain, listenMs, signal: world.signal });
        if (options.json) world.out(JSON.stringify(found, null, 2));
        else world.out(namesResolve(found) ? found.map(describe).join('\n\n') : cutOff(found));
        if (found.some(({ watchable }) => !watchable)) done(1);
      }),
};

/** False where each finding about each endpoint is that its name means nothing to this machine. */
function namesResolve(found: readonly ChainHealth[]): boolean {
  const findings = found.flatMap(({ endpoints }) => endpoints.flatMap((one) => one.findings));
  return findings.length === 0 || !findings.every(({ words }) => /ENOTFOUND|EAI_AGAIN/.test(words));
}

/** One cause, said once: the same three lines about each endpoint would hide it. */
function cutOff(found: readonly ChainHealth[]): string {
  const count = found.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
  return [
    `No host name resolves, of any of ${count} endpoints: this machine has no network, or no working DNS.`,
    '  Mend that first; `pegwatch doctor` then says how each endpoint is.',
    ...found.map(({ chain }) => `${chain}: CANNOT BE WATCHED`),
  ].join('\n');
}

function describe({ chain, watchable, endpoints }: ChainHealth): string {
  const well = endpoints.filter(({ health }) => health === 'well').length;
  const summary = `${well} of ${endpoints.length} endpoints ${well === 1 ? 'is' : 'are'} well`;
  const width = Math.max(0, ...endpoints.map(({ endpoint }) => endpoint.length));
  return [
    watchable ? `${chain}: ${summary}` : `${chain}: CANNOT BE WATCHED, no endpoint gives heads and logs`,
    ...endpoints.flatMap((one) => describeEndpoint(one, width)),
  ].join('\n');
}

function describeEndpoint(
  { endpoint, health, head, roundTripMs, findings }: EndpointHealth,
  width: number,
): string[] {
  const figures = [
    ...(head === null ? [] : [`head ${head}`]),
    ...(roundTripMs === null ? [] : [`${Math.round(roundTripMs)} ms`]),
  ].join(', ');
  return [
    `  ${endpoint.padEnd(width)}  ${health.padEnd(8)}  ${figures}`.trimEnd(),
    ...findings.flatMap(({ ailment, way, words, advice }) => [
      `    ${ailment} (${way}): ${printable(words)}`,
      `      ${advice}`,
    ]),
  ];
}

function unknownChain(chain: string, names: readonly string[]): PegwatchError {
  return new PegwatchError('unknown-chain', `No chain "${printable(chain)}" is configured.`, {
    hint: suggestHint(chain, names),
  });
}
