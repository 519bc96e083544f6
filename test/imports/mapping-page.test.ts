// The page about mappings names whatever a mapping may hold, its examples are mappings, and the editor's schema is that
// of the reader.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readMapping } from '../../src/imports/mapping.js';
import { mappingSchema } from '../../src/imports/mapping-schema.js';
import { readChecks, readIncidents } from '../../src/imports/questions.js';
import { repository } from '../helpers/config-folder.js';

const page = readFileSync(join(repository, 'docs/import.md'), 'utf8');

/** Names of all fields, and all words that a field may be, however deep. */
function wordsIn(tree: unknown): readonly string[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const { properties, enum: words, const: word, ...rest } = tree as Record<string, unknown>;
  const own = [...Object.keys(properties ?? {}), ...((words as string[]) ?? []), ...(word ? [word] : [])];
  return [
    ...own.map(String),
    ...[...Object.values(properties ?? {}), ...Object.values(rest)].flatMap(wordsIn),
  ];
}

/** The blocks of code in one language, in order. */
function blocks(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text = '']) => text,
  );
}

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'file'), text);
  return join(folder, 'file');
}

describe('docs/import.md', () => {
  it('names every field of a mapping and every word that one may hold', () => {
    const words = [...new Set(wordsIn(mappingSchema()))];
    expect(words).toEqual(expect.arrayContaining(['knownAfter', 'amplification', 'pool-state', 'escrow']));
    expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(page))).toEqual([]);
  });

  it('shows examples that can be read, one of each kind', () => {
    const [whole = '', kinds = '', checks = ''] = blocks('yaml');
    expect(readMapping(fileOf(whole)).pegs).toEqual({ EURX: 1.08 });
    const rows = (parse(kinds) as object[]).map((row) => ({
      ...row,
      resolution: '1m',
      time: { column: 'at' },
    }));
    const { series } = readMapping(fileOf(JSON.stringify({ about: 'examples', series: rows })));
    expect(new Set(series.map(({ kind }) => kind)).size).toBe(9);
    const [incidents = ''] = blocks('json');
    const [incident] = readIncidents(fileOf(incidents));
    const [check] = readChecks(fileOf(checks)).checks;
    expect(check?.incident).toBe(incident?.id);
    expect(incident?.references.map(({ name }) => name)).toEqual([check?.reference]);
  });
});

it('config/schemas/import.json is made of the schema that reads mappings (npm run schemas)', () => {
  const written = readFileSync(join(repository, 'config/schemas/import.json'), 'utf8');
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(mappingSchema())));
});
