import { Command } from 'commander';
import { counted } from '../core/counted.js';
import type { Incident } from '../core/incident.js';
import { printable } from '../core/printable.js';
import { type CoverageSummary, summaryOf } from '../coverage/summary.js';
import { type KeptBack, keptBack } from '../reports/kept-back.js';
import { describeMatch, isStanding, type SilenceRow, silencesSince } from '../reports/silences.js';
import { longestSilenceMs } from '../silence-wish.js';
import type { StoreReader } from '../store/store.js';
import {
  type CliCommand,
  configOption,
  isoTime,
  jsonOption,
  openStoreFor,
  type StoreOptions,
  storeOption,
} from './cli.js';
import { coverageLine, holeLine } from './coverage.js';

export const status: CliCommand = {
  name: 'status',
  build: (world) =>
    new Command('status')
      .description('how far each chain is stored, what is open, what waits to be delivered')
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nReads the store, so it works whether or not the daemon runs. The daemon itself answers on /status.\n\nExamples:\n  pegwatch status\n  pegwatch status --store ./data --json',
      )
      .action(async (options: StoreOptions & { json: boolean }) => {
        const store = openStoreFor(options, world);
        const report = gather(store, Date.now());
        await store.close();
        world.out(options.json ? JSON.stringify(report, null, 2) : describe(report));
      }),
};

interface Report {
  readonly store: { readonly id: string; readonly seq: number; readonly bytes: number };
  readonly counts: ReturnType<StoreReader['counts']>;
  readonly chains: ReturnType<StoreReader['cursors']>;
  readonly coverage: readonly CoverageSummary[];
  readonly open: readonly { readonly id: string; readonly severity: string; readonly title: string }[];
  readonly pending: readonly {
    readonly alertId: string;
    readonly channel: string;
    readonly attempts: number;
    readonly lastProblem: string | null;
  }[];
  readonly silences: readonly SilenceRow[];
  /** News about open incidents that a channel was not told since. */
  readonly keptBack: readonly KeptBack[];
}

function gather(store: StoreReader, nowMs: number): Report {
  const open = [...store.incidents({ life: ['open', 'escalated', 'easing'] })];
  return {
    store: { id: store.id, seq: store.lastSeq(), bytes: store.sizeBytes() },
    counts: store.counts(),
    chains: store.cursors(),
    coverage: [...store.ledgers().values()].map(summaryOf),
    open: open.map(({ id, severity, title }) => ({ id, severity, title })),
    pending: store.pendingDeliveries().map(({ alert, attempts, lastProblem }) => ({
      alertId: alert.id,
      channel: alert.channel,
      attempts,
      lastProblem,
    })),
    silences: silencesSince(store, nowMs - longestSilenceMs).filter((row) => isStanding(row, nowMs)),
    keptBack: keptBackNow(store, open),
  };
}

/** What a channel does not ask for is not kept from it. */
function keptBackNow(store: StoreReader, open: readonly Incident[]): readonly KeptBack[] {
  const fromMs = Math.min(...open.map(({ openedAtMs }) => openedAtMs));
  const rows = keptBack(store, new Set(open.map(({ id }) => id)), fromMs);
  const newest = new Map<string, KeptBack>();
  for (const row of rows) newest.set(`${row.channel}|${row.incidentId}`, row);
  return [...newest.values()].filter(({ why, toldAtMs }) => why !== 'unrouted' && toldAtMs === null);
}

function describe({
  store,
  counts,
  chains,
  coverage,
  open,
  pending,
  silences,
  keptBack: kept,
}: Report): string {
  const rows = [
    `Store ${store.id}: ${store.seq} inputs, ${(store.bytes / 1e6).toFixed(1)} MB`,
    `  ${counted(counts.blocks, 'block')}, ${counted(counts.signals, 'signal')}, ${counted(counts.incidents, 'incident')}, ${counted(counts.alerts, 'alert')}, ${counted(counts.problems, 'problem')}`,
    '',
    chains.length === 0 ? 'No block is stored yet.' : 'Chains:',
    ...chains.map(
      ({ chain, number, timeMs, finalized }) =>
        `  ${chain.padEnd(10)} block ${number} of ${isoTime(timeMs)}, final up to ${finalized ?? 'unknown'}`,
    ),
    ...(coverage.length === 0 ? [] : ['', 'Coverage:']),
    ...coverage.flatMap((one) => [
      `  ${one.chain.padEnd(10)} ${coverageLine(one)}`,
      ...one.openHoles.map((hole) => `  ${' '.repeat(10)} missing: ${holeLine(one.chain, hole)}`),
    ]),
    '',
    open.length === 0 ? 'No incident is open.' : 'Open incidents:',
    ...open.map(({ id, severity, title }) => `  ${id}  ${severity.padEnd(8)}  ${title}`),
    '',
    pending.length === 0 ? 'No alert is waiting.' : 'Alerts waiting for their receiver:',
    ...pending.map(
      ({ alertId, channel, attempts, lastProblem }) =>
        `  ${alertId}  ${channel}  ${attempts} attempts${lastProblem === null ? '' : `: ${lastProblem}`}`,
    ),
    ...(silences.length === 0 ? [] : ['', 'Silences:']),
    ...silences.map((row) => {
      const { id, by, reason, untilMs } = row;
      return printable(`  ${id}  until ${isoTime(untilMs)}  ${describeMatch(row)}; by ${by}: ${reason}`);
    }),
    ...(kept.length === 0 ? [] : ['', 'Kept back:']),
    ...kept.map(({ incidentId, channel, why, detail }) =>
      printable(`  ${incidentId}  from ${channel}: ${why}, ${detail}`),
    ),
  ];
  return rows.join('\n');
}
