// Reads dependence.yaml into the edges of the engine's spec, adds those of coins that share a pool, and what is known
// of how long trouble took.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CoinName } from '../core/coin.js';
import type { SourceSpec } from '../core/source.js';
import type { EdgeSpec } from '../core/spec.js';
import { suggestHint } from '../core/suggest.js';
import { checkShape } from './check-shape.js';
import { dependenceFile, lagsFile } from './dependence-file.js';
import { type Reading, readYamlFile } from './yaml-file.js';

/** Sorted, so that the order of rows and files never matters. `known`: null where the coins could not be read. */
export function loadDependence(
  folder: string,
  known: readonly CoinName[] | null,
  sources: readonly SourceSpec[],
  reading: Reading,
): readonly EdgeSpec[] {
  const edges = [...writtenEdges(join(folder, 'dependence.yaml'), known, reading), ...pooledEdges(sources)];
  const lags = readLags(join(folder, 'lags.json'), reading);
  return edges
    .map((edge) => ({ ...edge, lag: lags.get(`${edge.from}>${edge.to}`) ?? null }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Nobody has to have any: without the file coins are tied by their pools only. */
function writtenEdges(path: string, known: readonly CoinName[] | null, reading: Reading): EdgeSpec[] {
  if (!existsSync(path)) return [];
  const file = readYamlFile(path, reading);
  if (file === null) return [];
  checkShape(file, dependenceFile);
  const parsed = dependenceFile.safeParse(file.tree);
  if (!parsed.success) return [];
  const seen = new Set<string>();
  // Whoever watches fewer coins need not rewrite this file; a slip of the pen is told all the same.
  const isKnown = ({ from, to }: { readonly from: CoinName; readonly to: CoinName }): boolean =>
    known === null || (known.includes(from) && known.includes(to));
  for (const [i, edge] of parsed.data.edges.entries()) {
    if (edge.from === edge.to) file.report(['edges', i, 'to'], `${edge.to} cannot depend on itself`);
    if (seen.has(keyOf(edge))) file.report(['edges', i], `${keyOf(edge)} stands here twice`);
    seen.add(keyOf(edge));
    const stranger = [edge.from, edge.to].find((coin) => known !== null && !known.includes(coin));
    if (stranger !== undefined)
      file.note(
        ['edges', i],
        `is left out: ${stranger} is no known coin`,
        suggestHint(stranger, known ?? []),
      );
  }
  return parsed.data.edges.filter(isKnown).map(({ kind, from, to, share }) => ({
    kind,
    from,
    to,
    share: share ?? null,
    lag: null,
  }));
}

/** Both ways: who holds one coin of a pool is paid in the other. */
export function pooledEdges(sources: readonly SourceSpec[]): readonly EdgeSpec[] {
  const edges = new Map<string, EdgeSpec>();
  for (const { tokens } of sources) {
    for (const { coin: from } of tokens) {
      for (const { coin: to } of tokens) {
        if (from === null || to === null || from === to) continue;
        const edge: EdgeSpec = { kind: 'pooledWith', from, to, share: null, lag: null };
        edges.set(keyOf(edge), edge);
      }
    }
  }
  return [...edges.values()];
}

function readLags(path: string, reading: Reading): ReadonlyMap<string, EdgeSpec['lag']> {
  if (!existsSync(path)) return new Map();
  // JSON is YAML, and the reader of YAML knows the lines.
  const file = readYamlFile(path, reading);
  const parsed = lagsFile.safeParse(file?.tree);
  if (!parsed.success) {
    file?.report([], 'is not what npm run learn-lags writes');
    return new Map();
  }
  const { resolutionMs, lags } = parsed.data;
  return new Map(lags.map(({ from, to, when, lagMs }) => [`${from}>${to}`, { when, lagMs, resolutionMs }]));
}

function keyOf({ from, kind, to }: Pick<EdgeSpec, 'from' | 'kind' | 'to'>): string {
  return `${from} ${kind} ${to}`;
}
