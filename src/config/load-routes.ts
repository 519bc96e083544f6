// The route tree and the inhibition of pegwatch.yaml, as the engine reads them. Names that nothing has are refused: a
// route that leads nowhere is found out when it is too late.

import type { z } from 'zod';
import type { IncidentMatch, InhibitSpec, RouteSpec } from '../core/routing.js';
import { checkList, checkNames, type KnownNames } from './check-names.js';
import type { Path } from './problem.js';
import type { inhibitRow, RouteRow, routeTree } from './route-rows.js';
import { withoutGaps } from './without-gaps.js';
import type { YamlFile } from './yaml-file.js';

type Tree = z.output<typeof routeTree>;
type Inhibit = z.output<typeof inhibitRow>;

/** Every incident that another one explains, unless `inhibit:` says otherwise. */
export const usualInhibit: readonly InhibitSpec[] = [
  {
    name: 'silent-chain',
    source: { detectors: ['chainSilence'] },
    target: { detectors: ['oracleStale'], maxSeverity: 'high' },
    equal: ['chain'],
  },
  {
    name: 'cascade',
    source: { cascade: true },
    target: { cascade: false, maxSeverity: 'medium' },
    equal: ['chain'],
  },
];

export interface RouteNames extends KnownNames {
  readonly channels: readonly string[];
}

/** Undefined where no tree is given: each channel then hears what its own row asks for. */
export function loadRoutes(file: YamlFile, tree: Tree | undefined, known: RouteNames): RouteSpec | undefined {
  if (tree === undefined) return undefined;
  const named = new Set<string>();
  const spec = specOf({ ...tree, when: {}, continue: false }, ['routes']);
  for (const name of known.channels)
    if (!named.has(name)) file.note(['routes'], `${name} is in no route: it hears nothing`);
  return spec;

  function specOf(route: RouteRow, path: Path): RouteSpec {
    const { when, channels, wait, interval, repeat, quiet, routes = [] } = route;
    checkNames(file, [...path, 'when'], when, known);
    checkList(file, [...path, 'channels'], channels, known.channels);
    for (const name of channels ?? []) named.add(name);
    const { critical: _, ...waits } = wait ?? {};
    const { critical: __, ...intervals } = interval ?? {};
    return {
      when: matchOf(when),
      ...(channels === undefined ? {} : { channels }),
      ...(wait === undefined ? {} : { waitMs: withoutGaps(waits) }),
      ...(interval === undefined ? {} : { intervalMs: withoutGaps(intervals) }),
      ...(repeat === undefined ? {} : { repeatMs: withoutGaps(repeat) }),
      ...(quiet === undefined ? {} : { quiet }),
      goOn: route.continue,
      routes: routes.map((one, i) => specOf(one, [...path, 'routes', i])),
    };
  }
}

export function loadInhibit(
  file: YamlFile,
  rows: readonly Inhibit[] | undefined,
  known: KnownNames,
): readonly InhibitSpec[] {
  if (rows === undefined) return usualInhibit;
  const names = new Set<string>();
  return rows.map(({ name, source, target, equal }, i) => {
    if (names.has(name)) file.report(['inhibit', i, 'name'], `${name} is the name of another rule already`);
    names.add(name);
    checkNames(file, ['inhibit', i, 'source'], source, known);
    checkNames(file, ['inhibit', i, 'target'], target, known);
    return { name, source: matchOf(source), target: matchOf(target), equal };
  });
}

function matchOf(match: RouteRow['when']): IncidentMatch {
  return withoutGaps(match);
}
