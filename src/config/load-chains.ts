// Reads every file of the chains folder into the chains to follow.

import { basename } from 'node:path';
import { suggestHint } from '../core/suggest.js';
import { chainFile, endpointRow } from './chain-file.js';
import { checkShape, fieldOf, type Sound, soundRows } from './check-shape.js';
import type { ChainConfig, EndpointConfig } from './config.js';
import type { Path } from './problem.js';
import { type Reading, readYamlFile, type YamlFile } from './yaml-file.js';
import { yamlFilesIn } from './yaml-files-in.js';

export interface Chains {
  /** `unsure`: the file of this name has faults of its own; what leans on it is not faulted again. */
  readonly standing: ReadonlyMap<string, 'active' | 'disabled' | 'unsure'>;
  readonly active: readonly ChainConfig[];
}

/** The chains that pegwatch.yaml allows, and where it says so. */
export interface Allowed {
  readonly only: readonly string[] | null;
  readonly file: YamlFile | null;
}

export function loadChains(folder: string, allowed: Allowed, reading: Reading): Chains {
  const standing = new Map<string, 'active' | 'disabled' | 'unsure'>();
  const active: ChainConfig[] = [];
  const ids = new Map<number, string>();

  for (const name of yamlFilesIn(folder, reading)) {
    const file = readYamlFile(name, reading);
    const row = file === null ? {} : checkShape(file, chainFile);
    if (file !== null) checkSilence(file, row);
    const chain = row.chain ?? nameFromTree(file) ?? basename(name, '.yaml');
    if (standing.has(chain)) {
      file?.report(['chain'], `${chain} is described by another file too`);
      standing.set(basename(name, '.yaml'), 'unsure');
      continue;
    }
    const other = row.chainId === undefined ? undefined : ids.get(row.chainId);
    if (other !== undefined) file?.report(['chainId'], `is the id of ${other} already`);
    if (row.chainId !== undefined) ids.set(row.chainId, chain);

    if (row.enabled === false || allowed.only?.includes(chain) === false) {
      standing.set(chain, 'disabled');
      continue;
    }
    const endpoints = file === null ? null : endpointsOf(file, row);
    const config = endpoints === null ? null : whole(row, endpoints);
    standing.set(chain, config === null ? 'unsure' : 'active');
    if (config !== null) active.push(config);
  }

  checkAllowed(allowed, [...standing.keys()]);
  if (![...standing.values()].some((each) => each !== 'disabled') && standing.size > 0) {
    const hint = `There are: ${[...standing.keys()].join(', ')}.`;
    const sentence = 'no chain is enabled: nothing would be watched';
    if (allowed.file !== null && allowed.only !== null)
      allowed.file.report(['chains', 'only'], sentence, hint);
    else reading.problems.push({ file: folder, path: '', line: null, sentence, hint });
  }
  return { standing, active };
}

function nameFromTree(file: YamlFile | null): string | null {
  const name = fieldOf(file?.tree, 'chain');
  return typeof name === 'string' ? name : null;
}

/** Blocks are never that punctual: a shorter limit calls a healthy chain silent again and again. */
function checkSilence(file: YamlFile, { blockTimeMs, silenceMs }: Sound<ChainConfig>): void {
  if (blockTimeMs === undefined || silenceMs === undefined || silenceMs >= 2 * blockTimeMs) return;
  const sentence = 'is shorter than two block times: a healthy chain would be called silent';
  file.report(['silenceMs'], sentence, `Write ${(2 * blockTimeMs) / 1000}s or more.`);
}

function checkAllowed({ only, file }: Allowed, known: readonly string[]): void {
  only?.forEach((name, i) => {
    if (!known.includes(name))
      file?.report(['chains', 'only', i], `${name} is no known chain`, suggestHint(name, known));
  });
}

/** Null where the list itself has faults. */
function endpointsOf(file: YamlFile, row: Sound<{ endpoints: unknown }>): readonly EndpointConfig[] | null {
  const names = new Set<string>();
  soundRows(endpointRow, fieldOf(file.tree, 'endpoints')).forEach((endpoint, i) => {
    if (endpoint.name === undefined) return;
    const path: Path = ['endpoints', i, 'name'];
    if (names.has(endpoint.name))
      file.report(path, `${endpoint.name} is the name of another endpoint already`);
    names.add(endpoint.name);
  });
  if (row.endpoints === undefined) return null;

  const rows = row.endpoints as readonly EndpointConfig[];
  const endpoints = rows
    .filter(({ ws, http }) => ws !== null || http !== null)
    .map(({ name, ws, http, requestsPerSecond, batch }) => ({ name, ws, http, requestsPerSecond, batch }));
  const heads = endpoints.some(({ ws }) => ws !== null);
  if (endpoints.length === 0) {
    file.report(['endpoints'], 'has no endpoint with a URL', 'Give at least one a ws:// or wss:// URL.');
  } else if (!heads) {
    file.report(
      ['endpoints'],
      'has no WebSocket URL: nothing would tell of new blocks',
      'Give one endpoint a ws.',
    );
  }
  return heads ? endpoints : null;
}

function whole(row: Sound<ChainConfig>, endpoints: readonly EndpointConfig[]): ChainConfig | null {
  const { chain, chainId, blockTimeMs, silenceMs, finality, logRange, pollMs } = row;
  if (chain === undefined || chainId === undefined || blockTimeMs === undefined) return null;
  if (silenceMs === undefined || finality === undefined) return null;
  if (logRange === undefined || pollMs === undefined) return null;
  return { chain, chainId, blockTimeMs, silenceMs, finality, logRange, pollMs, endpoints };
}
