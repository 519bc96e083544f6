import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A path in the shared reference data beside the repository (`../shared`), or null where it is absent. */
export function sharedPath(...parts: readonly string[]): string | null {
  const path = fileURLToPath(new URL(['../../../shared', ...parts].join('/'), import.meta.url));
  return existsSync(path) ? path : null;
}
