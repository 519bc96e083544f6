import { Command, Option } from 'commander';
import { PegwatchError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { rowKinds } from '../reports/row-kinds.js';
import type { TimelineRow } from '../reports/timeline-row.js';
import { createTimelineRows } from '../reports/timeline-rows.js';
import type { EntryQuery, StoreReader } from '../store/store.js';
import {
  type CliCommand,
  configOption,
  isoTime,
  jsonOption,
  known,
  openStoreFor,
  parseCount,
  parseMoment,
  type StoreOptions,
  storeOption,
} from './cli.js';
import { refuseUnknown } from './known-names.js';
import { lastSpec } from './last-spec.js';

interface TimelineOptions extends StoreOptions {
  readonly json: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly chain?: string;
  readonly source?: string;
  readonly kind?: string;
  readonly limit?: number;
  readonly reverse: boolean;
}

export const timeline: CliCommand = {
  name: 'timeline',
  build: (world) =>
    new Command('timeline')
      .description('print what was observed, judged and told, in order of the time it is about')
      .addOption(configOption())
      .addOption(storeOption())
      .option('--from <moment>', 'first moment: 2024-01-05, 2024-01-05T00:00:23Z, or back from now: 2h')
      .option('--to <moment>', 'up to this moment, without it')
      .option('--chain <name>', 'this chain only')
      .option('--source <id>', 'this source only')
      .option('--kind <kinds>', `these kinds only, separated by commas: ${rowKinds.join(', ')}`)
      .addOption(new Option('-n, --limit <count>', 'most rows').argParser((text) => parseCount(text)))
      .option('--reverse', 'newest first', false)
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nWith --json each row is one line of JSON. Times are UTC.\n\nExamples:\n  pegwatch timeline --from 2h\n  pegwatch timeline --from 2024-01-05 --to 2024-01-06 --chain ethereum --kind swap\n  pegwatch timeline --kind signal,incident,alert --reverse --limit 20',
      )
      .action(async (options: TimelineOptions) => {
        const store = openStoreFor(options, world);
        try {
          let printed = 0;
          const asked = readFilters(store, options);
          for (const row of rows(store, options, asked)) {
            if (printed++ === options.limit) break;
            // Now and then the process gets to notice that its reader has gone away.
            if (printed % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
            world.out(
              options.json ? JSON.stringify({ time: new Date(row.timeMs).toISOString(), ...row }) : line(row),
            );
          }
          if (printed === 0) world.err(nothing(store, asked));
        } finally {
          await store.close();
        }
      }),
};

interface Filters {
  readonly query: EntryQuery;
  readonly kinds: readonly string[] | undefined;
}

/** A filter that nothing can pass is a mistake, and silence would be a wrong answer to it. */
function readFilters(store: StoreReader, options: TimelineOptions): Filters {
  const nowMs = Date.now();
  const { chain, source, reverse } = options;
  const fromMs = options.from === undefined ? undefined : parseMoment(options.from, nowMs);
  const toMs = options.to === undefined ? undefined : parseMoment(options.to, nowMs);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    throw new PegwatchError('bad-range', `--from ${isoTime(fromMs)} is not before --to ${isoTime(toMs)}`, {
      hint: 'A span counts back from now: --from 3h --to 2h is the hour that ended two hours ago.',
    });
  const kinds = options.kind?.split(',').map((one) => known('kind of row', one.trim(), rowKinds));
  refuseUnknown(store, 'chain', chain);
  refuseUnknown(store, 'source', source);
  const query: EntryQuery = {
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    ...(chain === undefined ? {} : { chain }),
    reverse,
  };
  return { query, kinds };
}

/** Why nothing was printed, in one line. */
function nothing(store: StoreReader, { query: { fromMs, toMs } }: Filters): string {
  const [first] = store.entries({});
  const [last] = store.entries({ reverse: true });
  if (first === undefined || last === undefined) return 'nothing: the store is empty';
  const span = [
    ...(fromMs === undefined ? [] : [`from ${isoTime(fromMs)}`]),
    ...(toMs === undefined ? [] : [`up to ${isoTime(toMs)}`]),
  ].join(' ');
  const asked = span === '' ? 'nothing that passes these filters' : `nothing ${span}`;
  return `${asked}; the store holds ${isoTime(first.timeMs)} to ${isoTime(last.timeMs)}`;
}

function* rows(store: StoreReader, options: TimelineOptions, asked: Filters): Iterable<TimelineRow> {
  const { query, kinds } = asked;
  const view = createTimelineRows(lastSpec(store), store.watches());
  for (const entry of store.entries(query)) {
    for (const row of view.rowsOf(entry)) {
      if (kinds !== undefined && !kinds.includes(row.kind)) continue;
      if (options.source !== undefined && row.source !== options.source) continue;
      yield row;
    }
  }
}

function line(row: TimelineRow): string {
  const where = [row.chain, row.blockNumber, row.logIndex === null ? null : `#${row.logIndex}`].filter(
    (part) => part !== null,
  );
  const what = row.source === null ? row.kind : `${row.kind} ${row.source}`;
  const mark = row.orphaned ? ' [orphaned]' : '';
  const transaction = row.transactionHash === null ? '' : ` ${row.transactionHash}`;
  return printable(`${isoTime(row.timeMs)}  ${where.join(' ')}  ${what}${mark}  ${row.text}${transaction}`);
}
