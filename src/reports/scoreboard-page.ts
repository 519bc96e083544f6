// The scoreboard as a page of prose and tables.

import { markdownTable as table } from './markdown-table.js';
import type { CheckResult, Scoreboard } from './scoreboard.js';

export function scoreboardPage(
  board: Scoreboard,
  about: {
    readonly title: string;
    readonly intro: readonly string[];
    /** Sections of others, before what was read. */
    readonly more?: readonly string[];
  },
): string {
  const parts = [
    `# ${about.title}`,
    ...about.intro,
    '## Promises',
    'Each is measured from the moment at which its reference could be known: a bar at its end.',
    table(
      ['incident', 'coin', 'reference', 'known at', 'severity', 'reached', 'after', 'allowed', 'kept'],
      board.checks.map((one) => [
        one.incident,
        one.coin,
        one.reference,
        moment(one.knownMs),
        one.severity,
        one.reachedMs === null ? 'never' : `${moment(one.reachedMs)}, ${one.by ?? ''}`,
        one.delayMs === null ? '-' : minutes(one.delayMs),
        minutes(one.withinMs),
        one.passed ? 'yes' : '**no**',
      ]),
    ),
    '## Incidents',
    ...board.incidents.flatMap(({ incident, words }) => [
      `### ${incident.id} (${incident.coin}, ${incident.kind})`,
      `References: ${incident.references.map(({ name, atMs }) => `${name} ${moment(atMs)}`).join('; ')}.`,
      words.length === 0
        ? 'Nothing was said.'
        : table(
            ['detector', 'source', 'first signal', 'high', 'critical'],
            words.map((one) => [
              one.detector,
              one.source,
              moment(one.anyMs),
              one.highMs === null ? '-' : moment(one.highMs),
              one.criticalMs === null ? '-' : moment(one.criticalMs),
            ]),
          ),
    ]),
    '## Coins',
    'An alarm begins with a `high` and lasts until nothing of `medium` or worse has stood for a day. It is false where it touches no window of its coin. Precision, recall and leading F1 by the published rule (an alarm counts up to 24 h before the label, weighted by its lead): a detector that confirms in time and does not foretell scores low here by construction.',
    table(
      [
        'coin',
        'sources',
        'incidents',
        'found',
        'alarms',
        'false',
        'per quiet week',
        'P',
        'wR',
        'lF1',
        'false minutes',
        'missed minutes',
      ],
      board.coins.map((one) => [
        one.coin,
        one.pages ? 'with price pages' : 'chains and exchanges',
        String(one.incidents),
        String(one.found),
        String(one.alarms),
        String(one.falseAlarms),
        rate(one.falseAlarms, one.weeks),
        one.precision.toFixed(2),
        one.weightedRecall.toFixed(2),
        one.leadingF1.toFixed(3),
        one.falseMinutes.toFixed(0),
        one.missedMinutes.toFixed(0),
      ]),
    ),
    '## Against the published detector',
    table(
      ['pool', 'alarms', 'matched', 'P', 'wR', 'lF1', 'lead', 'alarms at'],
      board.pools.map((one) => [
        one.question.name,
        String(one.alarms),
        String(one.matched),
        one.precision.toFixed(4),
        one.weightedRecall.toFixed(4),
        one.leadingF1.toFixed(4),
        one.leadHours.map((lead) => (lead === null ? '-' : `${lead.toFixed(1)} h`)).join(', '),
        one.alarmsMs.map(moment).join(', '),
      ]),
    ),
    ...board.pools.map(({ question }) => `- **${question.name}**: ${question.about}`),
    '## Quiet time',
    'Transitions outside of all windows, the worst first. A row that is missing never spoke.',
    table(
      [
        'detector',
        'source',
        'coin',
        'quiet weeks',
        'medium',
        'high',
        'critical',
        'high per week',
        'critical per week',
      ],
      board.quiet.map((one) => [
        one.detector,
        one.source,
        one.coin,
        one.weeks.toFixed(1),
        String(one.mediums),
        String(one.highs),
        String(one.criticals),
        rate(one.highs, one.weeks),
        rate(one.criticals, one.weeks),
      ]),
    ),
    ...(about.more ?? []),
    '## What was read',
    table(
      ['series', 'rows', 'rejected', 'late', 'resolution', 'from', 'to'],
      board.series.map((one) => [
        one.id,
        String(one.rows),
        String(one.rejected),
        String(one.late),
        minutes(one.resolutionMs),
        moment(one.firstMs),
        moment(one.lastMs),
      ]),
    ),
    headline(board),
  ];
  return `${parts.join('\n\n').replaceAll('\n\n- **', '\n- **')}\n`;
}

/** The last line of the page and of the command: of what there is to say something about, and of nothing else. */
export function headline({ checks, incidents, coins, quiet, pools, series }: Scoreboard): string {
  const onChain = coins.filter(({ pages }) => !pages);
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  const trusted = quiet.filter(({ source }) => series.some(({ id }) => id === source));
  const highs = slowest(checks, 'high');
  const criticals = slowest(checks, 'critical');
  const slow = [
    ...(highs === null ? [] : [`high ${highs}`]),
    ...(criticals === null ? [] : [`critical ${criticals}`]),
  ];
  const weeks = Math.max(0, ...onChain.map((one) => one.weeks));
  const falseAlarms = sum(onChain.map((one) => one.falseAlarms));
  const best = pools.toSorted((one, other) => other.leadingF1 - one.leadingF1)[0];
  const parts = [
    ...(checks.length === 0
      ? []
      : [`${checks.filter(({ passed }) => passed).length} of ${checks.length} promises kept`]),
    ...(slow.length === 0 ? [] : [`slowest at minute resolution: ${slow.join(', ')}`]),
    ...(incidents.length === 0
      ? [`${sum(onChain.map(({ alarms }) => alarms))} alarms by chains and exchanges`]
      : [
          `${sum(onChain.map(({ found }) => found))} of ${sum(onChain.map((one) => one.incidents))} incidents found by chains and exchanges with ${falseAlarms} false alarms in ${weeks.toFixed(0)} quiet weeks`,
          `false criticals ${sum(trusted.map((one) => one.criticals))} (price pages included)`,
        ]),
    ...(best === undefined ? [] : [`best leading F1 ${best.leadingF1.toFixed(4)} (${best.question.name})`]),
    ...(incidents.length === 0 && checks.length === 0
      ? ['nothing was asked: --incidents and --checks name what to score against']
      : []),
  ];
  return parts.join('; ');
}

/** Promises with more time than this are about hourly samples. */
const minuteGrainMs = 600_000;

/** Null where nothing of this severity was promised. */
function slowest(checks: readonly CheckResult[], severity: string): string | null {
  const delays = checks
    .filter((one) => one.severity === severity && one.withinMs <= minuteGrainMs)
    .map(({ delayMs }) => delayMs);
  if (delays.length === 0) return null;
  if (delays.some((delay) => delay === null)) return 'never';
  return minutes(Math.max(...delays.map((delay) => delay ?? 0)));
}

function rate(count: number, weeks: number): string {
  return weeks > 0 ? (count / weeks).toFixed(2) : '-';
}

function minutes(ms: number): string {
  const all = ms / 60_000;
  return Math.abs(all) >= 600 ? `${(all / 60).toFixed(1)} h` : `${Number(all.toFixed(1))} min`;
}

/** `2023-03-10 21:53`, UTC. */
export function moment(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ') : '-';
}
