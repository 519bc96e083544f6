// Reads the playbooks: one file each, named for it. The engine gets what to say and when to call; where to call, and
// with which secret, stays at the edge.

import { existsSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import type { HookConfig } from '../alerts/channels/hook.js';
import { isPrivateAddress } from '../core/private-address.js';
import type { ChannelScope, HookSpec, PlaybookSpec } from '../core/spec.js';
import { checkNames, type KnownNames } from './check-names.js';
import { checkShape } from './check-shape.js';
import { plainName } from './fields.js';
import { playbookFile } from './playbook-file.js';
import { type Reading, readYamlFile, type YamlFile } from './yaml-file.js';
import { yamlFilesIn } from './yaml-files-in.js';

export interface Playbooks {
  readonly specs: readonly PlaybookSpec[];
  readonly hooks: readonly HookConfig[];
}

export interface PlaybookSettings {
  /** Seen from the folder of pegwatch.yaml. Left out: `playbooks`, where there is one. */
  readonly folder?: string | undefined;
  /** What stands before a runbook that is a path. */
  readonly runbookBase?: string | null | undefined;
}

type Whole = ReturnType<typeof playbookFile.parse>;

export function loadPlaybooks(
  configFolder: string,
  settings: PlaybookSettings,
  known: KnownNames,
  reading: Reading,
): Playbooks {
  const specs: PlaybookSpec[] = [];
  const hooks: HookConfig[] = [];
  const given = settings.folder ?? 'playbooks';
  const folder = isAbsolute(given) ? given : join(configFolder, given);
  // Nobody has to write any; a folder that is named has to be there.
  if (settings.folder === undefined && !existsSync(folder)) return { specs, hooks };
  for (const path of yamlFilesIn(folder, reading)) {
    const file = readYamlFile(path, reading);
    if (file === null) continue;
    checkShape(file, playbookFile);
    const name = basename(path, '.yaml');
    if (!plainName.safeParse(name).success)
      file.report([], 'must be called by lower-case letters, digits and dashes: the name is a label');
    const parsed = playbookFile.safeParse(file.tree);
    if (!parsed.success) continue;
    const { title, when, checklist } = parsed.data;
    checkNames(file, ['when'], when, known);
    const hook = hookOf(file, name, parsed.data);
    if (hook?.config) hooks.push(hook.config);
    const runbook = runbookOf(parsed.data.runbook, settings.runbookBase ?? null);
    specs.push({ name, title, when: matchOf(when), runbook, checklist, hook: hook?.spec ?? null });
  }
  return { specs, hooks };
}

function matchOf({ detectors, coins, chains, minSeverity, cascade }: Whole['when']): PlaybookSpec['when'] {
  const scope: ChannelScope = {
    ...(detectors === undefined ? {} : { detectors }),
    ...(coins === undefined ? {} : { coins }),
    ...(chains === undefined ? {} : { chains }),
  };
  return { ...scope, minSeverity, ...(cascade === undefined ? {} : { cascade }) };
}

function runbookOf(runbook: string | undefined, base: string | null): string | null {
  if (runbook === undefined) return null;
  if (base === null || /^https?:\/\//.test(runbook)) return runbook;
  return `${base.replace(/\/$/, '')}/${runbook.replace(/^\//, '')}`;
}

function hookOf(
  file: YamlFile,
  playbook: string,
  { hook }: Whole,
): { readonly spec: HookSpec; readonly config: HookConfig | null } | null {
  if (hook === undefined) return null;
  const { mode, minSeverity, waitMs, url, secret, timeoutMs, allowPrivate } = hook;
  const spec = { mode, minSeverity, waitMs };
  if (mode === 'dry-run') return { spec, config: null };
  if (url === null) {
    if (!file.isReported(['hook', 'url']))
      file.note(['hook'], `${playbook} has an empty url and is left out: it calls nobody`);
    return null;
  }
  if (!secret) {
    file.report(
      ['hook', 'secret'],
      'is missing: a call is always signed',
      'Give it as secret or as secret_file.',
    );
    return null;
  }
  const host = new URL(url).hostname;
  const isPrivate = host === 'localhost' || host.endsWith('.localhost') || isPrivateAddress(host) === true;
  if (isPrivate && !allowPrivate) {
    const hint = 'Set allowPrivate: true if it is meant to be called there.';
    file.report(['hook', 'url'], 'is an address of this machine or of a private network', hint);
  }
  return { spec, config: { playbook, url, secret, timeoutMs, allowPrivate } };
}
