// A small library in front of the C library of a child process; compiled by the test.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Preload {
  /** For what the test needs besides. */
  readonly folder: string;
  /** What `LD_PRELOAD` takes; null where there is no C compiler. */
  readonly library: string | null;
  remove(): void;
}

export function compilePreload(source: string): Preload {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-preload-'));
  const library = join(folder, 'preload.so');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(join(folder, 'preload.c'), source);
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, join(folder, 'preload.c'), '-ldl'], {
      stdio: 'ignore',
    });
    return { folder, library, remove };
  } catch {
    return { folder, library: null, remove };
  }
}
