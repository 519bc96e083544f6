// Reads the whole configuration once, at start. Every fault is told, all at once; with a single one there is no
// configuration at all: pegwatch never starts half-working.

import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { ChainSpec } from '../core/chain.js';
import { chainTroubles } from '../core/chain-troubles.js';
import { contagionWatch } from '../core/detector-names.js';
import type { Spec } from '../core/spec.js';
import { catalogue as builtIn, type Catalogue } from './catalogue.js';
import { checkShape } from './check-shape.js';
import type { ChainConfig, Config } from './config.js';
import { deepFreeze } from './deep-freeze.js';
import type { Env } from './interpolate.js';
import { loadChains } from './load-chains.js';
import { loadChannels } from './load-channels.js';
import { loadCoins } from './load-coins.js';
import { loadDependence } from './load-dependence.js';
import { loadModel } from './load-model.js';
import { loadPlaybooks } from './load-playbooks.js';
import { loadInhibit, loadRoutes } from './load-routes.js';
import { loadThresholds } from './load-thresholds.js';
import { mainFile } from './main-file.js';
import type { ConfigProblem } from './problem.js';
import { isActive, resolveSources } from './resolve-sources.js';
import { type Reading, readYamlFile } from './yaml-file.js';

export interface LoadOptions {
  /** Instead of what pegwatch.yaml says about `chains.folder`. */
  readonly chainsFolder?: string;
  /** Instead of the protocols and detectors that are built in. */
  readonly catalogue?: Catalogue;
}

export interface LoadResult {
  /** Deeply frozen; null where there is any problem. */
  readonly config: Config | null;
  readonly problems: readonly ConfigProblem[];
  /** Worth saying, nothing to mend. */
  readonly notes: readonly ConfigProblem[];
}

/**
 * `folder` holds pegwatch.yaml, thresholds.yaml and coins/, and may hold model.json. The chain files are in the folder that pegwatch.yaml
 * names (`chains.folder`), else in `<folder>/../chains`, else in `<folder>/chains`.
 */
export function loadConfig(folder: string, env: Env, options: LoadOptions = {}): LoadResult {
  const catalogue = options.catalogue ?? builtIn;
  const reading: Reading = { env, problems: [], notes: [], secrets: new Set() };

  const file = readYamlFile(join(folder, 'pegwatch.yaml'), reading);
  const main = file === null ? {} : checkShape(file, mainFile);

  const allowed = { only: main.chains?.only ?? null, file };
  const chainsFolder = options.chainsFolder ?? chainsFolderOf(folder, main.chains?.folder);
  const chains = loadChains(chainsFolder, allowed, reading);

  const coins = loadCoins(folder, chains, reading);
  const sources = resolveSources(coins, chains, catalogue.protocols);
  const anyChain =
    chains.standing.size === 0 || [...chains.standing.values()].some((each) => each !== 'disabled');
  if (
    anyChain &&
    coins.coins.length > 0 &&
    coins.unsure.size === 0 &&
    !coins.written.some((each) => isActive(each, chains))
  ) {
    const sentence = 'no source is active: nothing would be watched';
    reading.problems.push({ file: join(folder, 'coins'), path: '', line: null, sentence, hint: null });
  }

  const known = {
    coins: coins.unsure.size > 0 ? null : coins.coins.map(({ coin }) => coin),
    chains: chains.standing.size === 0 ? null : [...chains.standing.keys()],
    detectors: [...catalogue.detectors.map(({ name }) => name), ...chainTroubles, contagionWatch],
  };
  const channels = file === null ? null : loadChannels(file, known);
  const routes =
    file === null || channels === null
      ? undefined
      : loadRoutes(file, main.routes, { ...known, channels: channels.names });
  const inhibit = file === null ? [] : loadInhibit(file, main.inhibit, known);
  const playbooks = loadPlaybooks(folder, main.playbooks ?? {}, known, reading);
  const dependence = loadDependence(folder, known.coins, sources, reading);
  const thresholds = loadThresholds(join(folder, 'thresholds.yaml'), catalogue, reading);

  const model = loadModel(join(folder, 'model.json'), reading);

  const problems = reading.problems.map((problem) => withoutSecrets(problem, reading.secrets));
  const notes = reading.notes.map((note) => withoutSecrets(note, reading.secrets));
  const { store, http, log } = main;
  const whole = thresholds !== null && channels !== null && problems.length === 0;
  if (!whole || store === undefined || http === undefined || log === undefined) {
    return { config: null, problems, notes };
  }
  const spec: Spec = {
    version: 1,
    chains: chains.active.map(chainSpec),
    coins: coins.coins,
    sources,
    rules: thresholds.rules,
    incidents: { ...thresholds.incidents, dependence },
    channels: channels.specs,
    ...(routes === undefined ? {} : { routes }),
    inhibit,
    playbooks: playbooks.specs,
  };
  const config: Config = {
    spec,
    chains: chains.active,
    store: { ...store, folder: resolve(store.folder) },
    http: { host: http.host, port: http.port, writeToken: http.write?.token || null },
    channels: channels.configs,
    hooks: playbooks.hooks,
    model,
    log,
  };
  return { config: deepFreeze(config), problems, notes };
}

function chainsFolderOf(folder: string, setting: string | undefined): string {
  if (setting !== undefined) return isAbsolute(setting) ? setting : join(folder, setting);
  const beside = join(folder, '..', 'chains');
  const inside = join(folder, 'chains');
  return !existsSync(beside) && existsSync(inside) ? inside : beside;
}

function chainSpec({ chain, chainId, blockTimeMs, finality, agreement, endpoints }: ChainConfig): ChainSpec {
  const { stalledAfterMs } = finality;
  const spec = { chain, chainId, blockTimeMs, agreement: Math.min(agreement ?? 1, endpoints.length) };
  return stalledAfterMs === undefined ? spec : { ...spec, finalityStalledAfterMs: stalledAfterMs };
}

/** The last net: no check shows a secret, and should one do so by mistake, it is taken out here. */
function withoutSecrets(problem: ConfigProblem, secrets: ReadonlySet<string>): ConfigProblem {
  let { sentence, hint, path } = problem;
  for (const secret of secrets) {
    // Shorter ones are words such as `info` or `true`, and cutting them out would garble every sentence.
    if (secret.length < 8) continue;
    const anywhere = new RegExp(secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi');
    sentence = sentence.replace(anywhere, '…');
    path = path.replace(anywhere, '…');
    hint = hint?.replace(anywhere, '…') ?? null;
  }
  return { ...problem, sentence, hint, path };
}
