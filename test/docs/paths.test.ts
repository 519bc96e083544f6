// A page for newcomers that names a file which is gone costs them more than none.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../helpers/config-folder.js';

/** Where a name may be meant from, as the pages shorten it: `chain/puller.ts`, or by its last part alone, `links.ts`. */
const roots = ['', 'src', 'test', 'docs', 'config'];
const sources = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' });

it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md'])('%s names only files that exist', (page) => {
  const text = readFileSync(join(repository, page), 'utf8');
  const quoted = [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+(?:\.(?:ts|yaml|json|md)|\/))`/g)];
  const names = [...new Set(quoted.map(([, name = '']) => name))];
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !exists(name))).toEqual([]);
});

function exists(name: string): boolean {
  return (
    roots.some((root) => existsSync(join(repository, root, name))) ||
    sources.some((path) => path.endsWith(`/${name}`))
  );
}
