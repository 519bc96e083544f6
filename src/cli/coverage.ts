import { Command, Option } from 'commander';
import { PegwatchError } from '../core/errors.js';
import { blindSpotText, reasonText } from '../coverage/blind-spots.js';
import type { Hole } from '../coverage/holes.js';
import type { CoverageRange } from '../coverage/ranges.js';
import { type CoverageDetails, detailsOf } from '../coverage/summary.js';
import {
  type CliCommand,
  configOption,
  isoTime,
  jsonOption,
  openStoreFor,
  type StoreOptions,
  storeOption,
} from './cli.js';

export const coverage: CliCommand = {
  name: 'coverage',
  build: (world) =>
    new Command('coverage')
      .description('which blocks of each chain were read, from whom and how, and which are missing')
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(new Option('--chain <chain>', 'this chain only'))
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nReads the store, so it works whether or not the daemon runs. The daemon itself answers on /coverage.\n\nExamples:\n  pegwatch coverage\n  pegwatch coverage --chain polygon --json',
      )
      .action(async (options: StoreOptions & { json: boolean; chain?: string }) => {
        const store = openStoreFor(options, world);
        const ledgers = store.ledgers();
        await store.close();
        const { chain } = options;
        const known = [...ledgers.keys()];
        if (chain !== undefined && !ledgers.has(chain))
          throw new PegwatchError('no-chain', `nothing is known of a chain ${chain}`, {
            hint: known.length === 0 ? 'the store is empty' : `there are: ${known.join(', ')}`,
          });
        const found = [...ledgers.values()]
          .filter((one) => chain === undefined || one.chain === chain)
          .map(detailsOf);
        if (options.json) return world.out(JSON.stringify(found, null, 2));
        world.out(found.length === 0 ? 'No chain was followed yet.' : found.map(describe).join('\n\n'));
      }),
};

/** `covered to block 120, verified to 100, nothing is missing` */
export function coverageLine(about: {
  readonly coveredTo: number | null;
  readonly verifiedTo: number | null;
  readonly missingBlocks: number;
  readonly openHoles: readonly Hole[];
}): string {
  const { coveredTo, verifiedTo, missingBlocks, openHoles } = about;
  if (coveredTo === null) return 'no block was read yet';
  const missing =
    openHoles.length === 0
      ? 'nothing is missing'
      : `${missingBlocks} blocks are missing in ${openHoles.length} ${openHoles.length === 1 ? 'hole' : 'holes'}`;
  return `covered to block ${coveredTo}, verified to ${verifiedTo ?? 'none yet'}, ${missing}`;
}

export function holeLine(chain: string, hole: Hole): string {
  const some = hole.sources === null ? '' : ` (only ${hole.sources.join(', ')})`;
  const { from, to, why, openedAtMs, closedAtMs } = hole;
  if (closedAtMs !== null)
    return `${blindSpotText({ ...hole, chain })} on ${isoTime(closedAtMs).slice(0, 10)}${some}`;
  return `blocks ${from} to ${to} since ${isoTime(openedAtMs)}: ${reasonText[why]}${some}`;
}

function describe(details: CoverageDetails): string {
  const { chain, ranges, openHoles, closedHoles, sources } = details;
  const began = Object.entries(sources).filter(([, since]) => since !== details.since);
  return [
    `${chain}: ${coverageLine(details)}`,
    ...section(
      'Missing:',
      openHoles.map((hole) => holeLine(chain, hole)),
    ),
    ...section('Covered:', ranges.map(rangeLine)),
    ...section(
      'Was missing:',
      closedHoles.map((hole) => holeLine(chain, hole)),
    ),
    ...section(
      'Watched from a later block on:',
      began.map(([id, since]) => `${id}: ${since === null ? 'not yet' : `block ${since}`}`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
}

function rangeLine({ from, to, lastHash, endpoints, how }: CoverageRange): string {
  const by = endpoints.length === 0 ? '' : ` from ${endpoints.join(', ')}`;
  return `${from} to ${to}, ${how}${by}${lastHash === null ? '' : `, up to ${lastHash.slice(0, 6)}…${lastHash.slice(-4)}`}`;
}
