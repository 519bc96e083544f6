// What came of the kills, as Markdown.

import { quantile } from '../bench/report.js';
import { aimNames } from './aims.js';
import type { RoundResult } from './kill-round.js';

/** A crash is over in less, says the promise. */
const promisedMs = 10_000;

export function slowRestarts(results: readonly RoundResult[]): number {
  return results.flatMap(({ restartsMs }) => restartsMs).filter((ms) => ms > promisedMs).length;
}

export function killTable(results: readonly RoundResult[], seconds: number): string {
  const sum = (of: (result: RoundResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const restarts = results.flatMap(({ restartsMs }) => restartsMs).sort((a, b) => a - b);
  const rows: readonly (readonly [string, string])[] = [
    ...aimNames.map((aim) => [`kills ${aim}`, shown(sum(({ kills }) => kills[aim] ?? 0))] as const),
    ['kills in all', shown(sum(({ kills }) => Object.values(kills).reduce((a, b) => a + b, 0)))],
    ['worlds, four chains each', shown(results.length)],
    ['inputs stored', shown(sum(({ inputs }) => inputs))],
    ['events stored', shown(sum(({ events }) => events))],
    ['reorgs repaired', shown(sum(({ reorgs }) => reorgs))],
    ['restarts until all chains are followed, p50', `${shown(quantile(restarts, 0.5))} ms`],
    ['restarts until all chains are followed, p99', `${shown(quantile(restarts, 0.99))} ms`],
    ['slowest restart', `${shown(restarts.at(-1) ?? Number.NaN)} ms`],
    ['restarts of more than ten seconds', shown(slowRestarts(results))],
    ['incidents told', shown(sum(({ alerts }) => alerts.conversations))],
    ['alerts decided', shown(sum(({ alerts }) => alerts.decided))],
    ['told again, because nobody had said yes', shown(sum(({ alerts }) => alerts.toldAgain))],
    ['told again, killed between the yes and the commit', shown(sum(({ alerts }) => alerts.doubled))],
    ['of these, with another count of what they replace', shown(sum(({ alerts }) => alerts.recounted))],
    ...Object.keys(results[0]?.deeds ?? {}).map(
      (deed) =>
        [`receiver: ${deed}`, shown(sum(({ deeds }) => deeds[deed as keyof typeof deeds] ?? 0))] as const,
    ),
    ['largest store', `${shown(Math.max(...results.map(({ storeBytes }) => storeBytes)) / 2 ** 20)} MiB`],
    ['**promises broken**', `**${shown(sum(({ problems }) => problems.length))}**`],
  ];
  const lines = rows.map(([what, value]) => `| ${what} | ${value} |`);
  return ['| | |', '| --- | ---: |', ...lines, '', `${shown(seconds)} s`].join('\n');
}

function shown(value: number): string {
  return Math.round(value).toLocaleString('en');
}
