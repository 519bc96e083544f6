// `url_file: /run/secrets/hook` instead of `url: ...`: the value is read from a file, as container platforms
// hand out secrets. Known for the keys below; everywhere else `_file` is an ordinary unknown key.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { channelKinds } from '../alerts/channels/index.js';
import type { Path } from './problem.js';

/** Those of channels are what their rows may read from a file; `secret` and `token` are in other rows too. */
const channelKeys = channelKinds.flatMap(({ fields }) =>
  Object.keys(fields).filter((key) => `${key}_file` in fields),
);
const urlKeys: readonly string[] = ['http', 'url', 'ws'];
const passwordKeys = new Set(['secret', 'token', ...channelKeys.filter((key) => !urlKeys.includes(key))]);
const secretKeys = new Set([...urlKeys, ...passwordKeys]);

export interface SecretFiles {
  /** Relative file names start here: the folder of the YAML file. */
  readonly folder: string;
  readonly secret: (value: string) => void;
  readonly report: (path: Path, sentence: string, hint?: string) => void;
}

export function readSecretFiles(tree: unknown, path: Path, using: SecretFiles): unknown {
  if (Array.isArray(tree)) return tree.map((item, i) => readSecretFiles(item, [...path, i], using));
  if (tree === null || typeof tree !== 'object') return tree;
  const filled: [string, unknown][] = [];
  for (const [key, value] of Object.entries(tree)) {
    const target = key.endsWith('_file') ? key.slice(0, -5) : '';
    if (!secretKeys.has(target) || typeof value !== 'string') {
      filled.push([key, readSecretFiles(value, [...path, key], using)]);
    } else if (Object.hasOwn(tree, target)) {
      using.report([...path, key], `says the same as ${target}: only one of the two may be given`);
    } else if (value !== '') {
      filled.push([target, readSecret(value, [...path, key], using)]);
    }
  }
  // Not by assignment: a key named __proto__ must stay a key, to be told as unknown.
  return Object.fromEntries(filled);
}

function readSecret(name: string, path: Path, { folder, secret, report }: SecretFiles): string {
  try {
    const value = readFileSync(resolve(folder, name), 'utf8').trim();
    if (value === '') report(path, 'names a file that is empty');
    else secret(value);
    return value;
  } catch {
    report(path, 'names a file that cannot be read', 'Check that it exists and that pegwatch may read it.');
    return '';
  }
}

/** A secret that stands in the file itself: it would end up in version control. */
export function refuseOpenSecrets(tree: unknown, path: Path, report: SecretFiles['report']): void {
  if (Array.isArray(tree)) {
    for (const [i, item] of tree.entries()) refuseOpenSecrets(item, [...path, i], report);
    return;
  }
  if (tree === null || typeof tree !== 'object') return;
  for (const [key, value] of Object.entries(tree)) {
    if (isSecret(key, tree) && value !== null && value !== '' && !String(value).includes('${')) {
      const name = `PEGWATCH_${key === 'secret' ? 'WEBHOOK_SECRET' : key.toUpperCase()}`;
      const hint = `Write \${${name}} and set that variable, or name a file with ${key}_file.`;
      report([...path, key], 'is written out in the file', hint);
    } else refuseOpenSecrets(value, [...path, key], report);
  }
}

/** The whole URL of a chat's webhook is a password; that of a mail server is one where it holds one. */
function isSecret(key: string, within: object): boolean {
  if (passwordKeys.has(key)) return true;
  if (key !== 'url' || !('kind' in within) || !('url' in within)) return false;
  const kind = channelKinds.find(({ kind }) => kind === within.kind);
  return kind?.urlIsSecret?.(within.url) ?? false;
}
