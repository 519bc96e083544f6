// A name that nothing has would keep an alert, a route or a playbook from ever being used, without a word.

import { suggestHint } from '../core/suggest.js';
import type { Path } from './problem.js';
import type { YamlFile } from './yaml-file.js';

/** The names that may be used; null where they could not be read, which is told elsewhere. */
export type KnownNames = Readonly<Record<'coins' | 'chains' | 'detectors', readonly string[] | null>>;

interface Named {
  readonly coins?: readonly string[] | undefined;
  readonly chains?: readonly string[] | undefined;
  readonly detectors?: readonly string[] | undefined;
}

export function checkNames(file: YamlFile, path: Path, named: Named, known: KnownNames): void {
  for (const key of ['coins', 'chains', 'detectors'] as const)
    checkList(file, [...path, key], named[key], known[key]);
}

/** `path` ends in the plural of what the names are of. */
export function checkList(
  file: YamlFile,
  path: Path,
  names: readonly string[] | undefined,
  known: readonly string[] | null,
): void {
  const what = String(path.at(-1)).slice(0, -1);
  for (const [i, name] of (names ?? []).entries()) {
    if (known === null || known.includes(name)) continue;
    file.report([...path, i], `${name} is no known ${what}`, suggestHint(name, [...known]));
  }
}
