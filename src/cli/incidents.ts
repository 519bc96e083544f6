import { Command, Option } from 'commander';
import { type BlockContext, contextText } from '../core/block-context.js';
import { contagionWatch } from '../core/detector-names.js';
import { PegwatchError } from '../core/errors.js';
import type { Hex } from '../core/hex.js';
import type { Incident, IncidentLife } from '../core/incident.js';
import { printable } from '../core/printable.js';
import type { Signal } from '../core/signal.js';
import { blindSpotsOf, blindSpotText } from '../coverage/blind-spots.js';
import { acrossChains, acrossChainsDefaults, type Pair } from '../incidents/across-chains.js';
import { incidentEvidence, type SubjectEvidence } from '../reports/incident-evidence.js';
import { type KeptBack, keptBack } from '../reports/kept-back.js';
import type { StoreReader } from '../store/store.js';
import {
  type CliCommand,
  configOption,
  isoTime,
  jsonOption,
  openStoreFor,
  parseCount,
  type StoreOptions,
  storeOption,
} from './cli.js';
import { findIncident } from './find-incident.js';

const lives = [
  'open',
  'escalated',
  'easing',
  'closed',
  'retracted',
] as const satisfies readonly IncidentLife[];

/** Subjects that a person is shown: the rest is milder. */
const mostShown = 30;

export const incidents: CliCommand = {
  name: 'incidents',
  build: (world) => {
    const command = new Command('incidents')
      .description('list incidents, or show one with its evidence and alerts')
      .addHelpText(
        'after',
        '\nExamples:\n  pegwatch incidents list\n  pegwatch incidents list --life open,escalated --json\n  pegwatch incidents show inc-1f0c…',
      );
    command
      .command('list', { isDefault: true })
      .description('newest first')
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(jsonOption())
      .addOption(
        new Option('--life <states>', `only these, separated by commas: ${lives.join(', ')}`).argParser(
          parseLives,
        ),
      )
      .addOption(
        new Option('-n, --limit <count>', 'most incidents').default(20).argParser((text) => parseCount(text)),
      )
      .addHelpText(
        'after',
        '\nExamples:\n  pegwatch incidents list\n  pegwatch incidents list --life open,escalated --limit 50',
      )
      .action(async (options: StoreOptions & { json: boolean; life?: IncidentLife[]; limit: number }) => {
        const store = openStoreFor(options, world);
        const filter =
          options.life === undefined
            ? { limit: options.limit }
            : { limit: options.limit, life: options.life };
        const found = [...store.incidents(filter)];
        await store.close();
        if (options.json) return world.out(JSON.stringify(found, null, 2));
        if (found.length === 0) return world.out('No incident.');
        for (const one of found) world.out(line(one));
      });
    command
      .command('show <id>')
      .description('one incident whole; the first characters of its id are enough')
      .addOption(configOption())
      .addOption(storeOption())
      .addOption(jsonOption())
      .addHelpText(
        'after',
        '\nExamples:\n  pegwatch incidents show inc-1f0c\n  pegwatch incidents show inc-1f0c --json',
      )
      .action(async (id: string, options: StoreOptions & { json: boolean }) => {
        const store = openStoreFor(options, world);
        try {
          const stored = findIncident(store, id);
          // As the ledger knows it now: a hole may have been found or closed since the incident was last told of.
          const found = { ...stored, blindSpots: blindSpotsOf(store.ledgers(), stored) };
          const alerts = store.alertsOf(found.id);
          const across = firstHour(store, found);
          const kept = keptBack(store, new Set([found.id]), found.openedAtMs);
          const evidence = incidentEvidence(store, found);
          const contexts = contextsOf(store, found.openedAtMs, evidence);
          if (options.json) {
            const beside = { evidence, alerts, across, kept, contexts: Object.fromEntries(contexts) };
            return world.out(JSON.stringify({ incident: found, ...beside }, null, 2));
          }
          world.out(whole(found, evidence, alerts, across, kept, contexts));
        } finally {
          await store.close();
        }
      });
    return command;
  },
};

/** How the chains of one coin moved. Which of them leads is for the incident to say, which hears two more witnesses. */
interface CoinAcross {
  readonly coin: string;
  readonly chains: readonly string[];
  readonly pairs: readonly Pair[];
}

/** How the trouble moved over the chains in its first hour; of an incident of several coins, for each of them. */
function firstHour(store: StoreReader, incident: Incident): readonly CoinAcross[] {
  if (incident.chains.length < 2) return [];
  const { windowMs } = acrossChainsDefaults;
  const endMs = Math.min(incident.updatedAtMs, incident.openedAtMs + windowMs);
  const signals: Signal[] = [];
  for (const entry of store.entries({ fromMs: endMs - 2 * windowMs, toMs: endMs + 1, kinds: ['signal'] })) {
    if (entry.kind !== 'signal' || entry.retracted) continue;
    // A watch says nothing of the coin's own markets.
    if (entry.signal.detector !== contagionWatch) signals.push(entry.signal);
  }
  return incident.coins.map((coin) => {
    const { chains, pairs } = acrossChains(signals, coin, endMs);
    return { coin, chains, pairs };
  });
}

/** How busy the blocks of its signals were, where that was asked, by hash. */
function contextsOf(
  store: StoreReader,
  openedAtMs: number,
  evidenceOfAll: readonly SubjectEvidence[],
): ReadonlyMap<Hex, BlockContext> {
  const signals = evidenceOfAll.flatMap(({ worst, now }) => [worst, now]);
  const blocks = new Set(signals.map(({ evidence }) => evidence.blockHash));
  const contexts = new Map<Hex, BlockContext>();
  // The block of a signal is asked about when the signal is raised, which may wait in triage.
  const fromMs = Math.min(openedAtMs, ...signals.map(({ atMs }) => atMs));
  // Of several answers the last one is the fullest.
  for (const entry of store.entries({ fromMs, kinds: ['checked'] })) {
    if (entry.kind !== 'checked' || !blocks.has(entry.input.hash)) continue;
    if (entry.input.context !== undefined) contexts.set(entry.input.hash, entry.input.context);
  }
  return contexts;
}

function acrossRow({ coin, pairs }: CoinAcross): string {
  const told = pairs.map(({ leader, follower, lagMs, pearson }) => {
    const order =
      lagMs === 0
        ? `${leader} and ${follower} moved at the same time`
        : `${leader} moved ${Math.round(lagMs / 1000)} s before ${follower}`;
    return `${order} (r ${pearson.toFixed(2)})`;
  });
  return `  ${coin}: ${told.length === 0 ? 'fewer than two chains moved' : told.join('; ')}`;
}

function surely({ chains, leadConfidence, spreading }: Incident): string {
  if (chains.length < 2) return '';
  const witnesses = `named by ${Math.round(leadConfidence * 3)} of 3 witnesses`;
  return `, ${witnesses}${spreading ? ', spreading' : ''}`;
}

function line(incident: Incident): string {
  const { openedAtMs, id, life, worst, title } = incident;
  return `${isoTime(openedAtMs)}  ${id}  ${life.padEnd(9)}  worst ${worst.padEnd(8)}  ${title}`;
}

function whole(
  incident: Incident,
  evidence: readonly SubjectEvidence[],
  alerts: ReturnType<StoreReader['alertsOf']>,
  across: readonly CoinAcross[],
  kept: readonly KeptBack[],
  contexts: ReadonlyMap<Hex, BlockContext>,
): string {
  const rows = [
    `${incident.title}`,
    `  id          ${incident.id}`,
    `  life        ${incident.life}${incident.closedAtMs === null ? '' : ` at ${isoTime(incident.closedAtMs)}`}`,
    `  severity    ${incident.severity} now, ${incident.worst} at worst, ${incident.openedSeverity} when it opened`,
    `  opened      ${isoTime(incident.openedAtMs)}`,
    `  lead chain  ${incident.leadChain} (of ${incident.chains.join(', ')})${surely(incident)}`,
    `  cascade     ${incident.cascade ? 'yes' : 'no'}`,
    ...(incident.blindSpots ?? []).map((spot) => `  not watched ${blindSpotText(spot)}`),
    ...(across.length === 0
      ? []
      : [
          '',
          'Who moved before whom in its first hour (correlation, one of the three witnesses):',
          ...across.map(acrossRow),
        ]),
    '',
    'Signals, each at its worst:',
    ...evidence
      .slice(0, mostShown)
      .flatMap((one) => evidenceRows(one, contexts.get(one.worst.evidence.blockHash))),
    ...(evidence.length <= mostShown
      ? []
      : [`  and ${evidence.length - mostShown} more, none of them worse: --json has them all`]),
    '',
    alerts.length === 0 ? 'No alert was sent.' : 'Alerts:',
    ...alerts.map(
      (one) =>
        `  ${isoTime(one.atMs)}  ${one.channel} #${one.sequence}  ${one.reason.padEnd(9)}  ${one.state.padEnd(11)}  ${one.delivery}`,
    ),
    ...(kept.length === 0 ? [] : ['', 'Kept back:', ...kept.map(keptRow)]),
  ];
  return rows.join('\n');
}

function keptRow({ atMs, channel, why, detail, toldAtMs }: KeptBack): string {
  const then = toldAtMs === null ? '' : `; told ${isoTime(toldAtMs)}`;
  return printable(`  ${isoTime(atMs)}  ${channel}  ${why}, ${detail}${then}`);
}

function evidenceRows(
  { worst, now, easedAtMs }: SubjectEvidence,
  context: BlockContext | undefined,
): string[] {
  const { evidence } = worst;
  const values = Object.entries(evidence.values).map(([name, value]) => `${name}=${rounded(value)}`);
  const where =
    evidence.transactionHash === null
      ? `block ${evidence.blockNumber}`
      : `block ${evidence.blockNumber}, transaction ${evidence.transactionHash}`;
  const later = easedAtMs === null ? `${now.severity} since` : 'eased at';
  return [
    `  ${(worst.severity ?? 'eased').padEnd(8)}  ${worst.sentence}`,
    `            ${where} at ${isoTime(evidence.blockTimeMs)}; rule: ${evidence.rule}`,
    ...(values.length === 0 ? [] : [`            ${values.join(' ')}`]),
    ...(context === undefined ? [] : [`            in its block: ${contextText(context)}`]),
    ...(now.id === worst.id ? [] : [`            ${later} ${isoTime(now.atMs)}: ${now.sentence}`]),
  ].map(printable);
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function parseLives(text: string): IncidentLife[] {
  const wanted = text.split(',').map((one) => one.trim());
  const unknown = wanted.find((one) => !lives.includes(one as IncidentLife));
  if (unknown === undefined) return wanted as IncidentLife[];
  throw new PegwatchError('bad-life', `"${unknown}" is no state of an incident`, {
    hint: `one of ${lives.join(', ')}`,
  });
}
