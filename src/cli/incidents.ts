import { Command, Option } from 'commander';
import type { BlockContext } from '../core/block-context.js';
import { contextText } from '../core/block-context.js';
import { counted } from '../core/counted.js';
import { PegwatchError } from '../core/errors.js';
import type { Incident, IncidentLife } from '../core/incident.js';
import { printable } from '../core/printable.js';
import type { Severity } from '../core/severity.js';
import { severities, severityRank } from '../core/severity.js';
import { blindSpotText } from '../coverage/blind-spots.js';
import { incidentEntries } from '../reports/incident-entries.js';
import type { SubjectEvidence } from '../reports/incident-evidence.js';
import type { KeptBack } from '../reports/kept-back.js';
import { postMortem } from '../reports/post-mortem.js';
import type { Entry, StoreReader } from '../store/store.js';
import {
  type CliCommand,
  configOption,
  isoTime,
  jsonOption,
  openStoreFor,
  parseCount,
  parseMoment,
  type StoreOptions,
  storeOption,
} from './cli.js';
import { acrossRows, type IncidentFacts, incidentFacts } from './incident-facts.js';
import { refuseUnknown } from './known-names.js';

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
      .description('list incidents, show one with its evidence and alerts, or write its report')
      .addHelpText(
        'after',
        '\nExamples:\n  pegwatch incidents list\n  pegwatch incidents list --life open,escalated --json\n  pegwatch incidents show inc-1f0c\n  pegwatch incidents report inc-1f0c > post-mortem.md',
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
      .addOption(
        new Option('--severity <least>', 'only those that were this bad, or worse').choices(severities),
      )
      .option('--coin <symbol>', 'only those about this coin')
      .option(
        '--from <moment>',
        'opened then or later: 2024-01-05, 2024-01-05T00:00:23Z, or back from now: 2h',
      )
      .option('--to <moment>', 'opened before')
      .addHelpText(
        'after',
        '\nExamples:\n  pegwatch incidents list\n  pegwatch incidents list --life open,escalated --limit 50\n  pegwatch incidents list --severity critical --coin USDC --from 2023-03-01',
      )
      .action(async (options: ListOptions) => {
        const store = openStoreFor(options, world);
        try {
          const wanted = wantedOf(store, options);
          const found = [...store.incidents({})].filter(wanted);
          const shown = found.slice(0, options.limit);
          if (options.json) return world.out(JSON.stringify(shown, null, 2));
          if (found.length === 0) return world.out('No incident.');
          for (const one of shown) world.out(line(one));
          const more = found.length - shown.length;
          if (more > 0)
            world.err(`and ${counted(more, 'older incident')}: --limit, --severity, --coin, --from`);
        } finally {
          await store.close();
        }
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
          const facts = incidentFacts(store, id);
          if (!options.json) return world.out(whole(facts));
          world.out(JSON.stringify({ ...facts, contexts: Object.fromEntries(facts.contexts) }, null, 2));
        } finally {
          await store.close();
        }
      });
    command
      .command('report <id>')
      .description('one incident as a document (Markdown) to finish: a post-mortem')
      .addOption(configOption())
      .addOption(storeOption())
      .addHelpText(
        'after',
        '\nWhat happened, what was measured, who was told and what was not seen stand in it; why it happened and what is\nto be done is left for people.\n\nExamples:\n  pegwatch incidents report inc-1f0c > post-mortem.md',
      )
      .action(async (id: string, options: StoreOptions) => {
        const store = openStoreFor(options, world);
        try {
          const facts = incidentFacts(store, id);
          const ours = incidentEntries(store, facts.incident);
          const entries: Entry[] = [];
          for (const entry of store.entries({ fromMs: ours.fromMs }))
            if (ours.has(entry)) entries.push(entry);
          const across = acrossRows(facts.across).map((row) => `- ${row}`);
          world.out(postMortem({ ...facts, across, entries, store: store.id }).trimEnd());
        } finally {
          await store.close();
        }
      });
    return command;
  },
};

interface ListOptions extends StoreOptions {
  readonly json: boolean;
  readonly life?: IncidentLife[];
  readonly limit: number;
  readonly severity?: Severity;
  readonly coin?: string;
  readonly from?: string;
  readonly to?: string;
}

function wantedOf(store: StoreReader, options: ListOptions): (incident: Incident) => boolean {
  const nowMs = Date.now();
  const { life, severity, coin } = options;
  const fromMs = options.from === undefined ? Number.NEGATIVE_INFINITY : parseMoment(options.from, nowMs);
  const toMs = options.to === undefined ? Number.POSITIVE_INFINITY : parseMoment(options.to, nowMs);
  refuseUnknown(store, 'coin', coin);
  return (incident) =>
    (life === undefined || life.includes(incident.life)) &&
    (severity === undefined || severityRank(incident.worst) >= severityRank(severity)) &&
    (coin === undefined || incident.coins.includes(coin)) &&
    incident.openedAtMs >= fromMs &&
    incident.openedAtMs < toMs;
}

function surely({ chains, leadConfidence, spreading }: Incident): string {
  if (chains.length < 2) return '';
  const witnesses = `named by ${Math.round(leadConfidence * 3)} of 3 witnesses`;
  return `, ${witnesses}${spreading ? ', spreading' : ''}`;
}

function line(incident: Incident): string {
  const { openedAtMs, id, life, worst, title } = incident;
  return `${isoTime(openedAtMs).padEnd(23)}  ${id}  ${life.padEnd(9)}  worst ${worst.padEnd(8)}  ${title}`;
}

function whole({ incident, evidence, alerts, across, kept, contexts }: IncidentFacts): string {
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
          ...acrossRows(across).map((row) => `  ${row}`),
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
