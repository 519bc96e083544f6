// Writes the reference pages that are made of the code's own tables: `npm run reference`. A test compares them.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { detectors } from '../src/detectors/index.js';
import { metricTable } from '../src/edge/metric-table.js';
import { protocols } from '../src/protocols/index.js';

/** Pages by path from the repository's root. */
export function referencePages(): Readonly<Record<string, string>> {
  return {
    'docs/quantities.md': quantities(),
    'docs/metrics.md': metrics(),
    'docs/protocols.md': protocolPage(),
  };
}

function quantities(): string {
  const parts = detectors.map(({ name, judges, wakes, quantities }) => {
    const rows = Object.entries(quantities).map(([quantity, meaning]) => `| \`${quantity}\` | ${meaning} |`);
    const when = wakes === 'block' ? 'when a block changes it' : 'as time passes';
    return [
      `## ${name}`,
      '',
      `Judges ${article(judges)} ${judges}, ${when}.`,
      '',
      '| quantity | meaning |',
      '| --- | --- |',
      ...rows,
    ].join('\n');
  });
  return page(
    'What the rules may speak of',
    'Each detector offers these quantities to its rule in `config/thresholds.yaml`; `docs/rules.md` describes the language.',
    parts,
  );
}

function metrics(): string {
  const rows = metricTable.map(
    ({ name, kind, labels, help }) => `| \`${name}\` | ${kind} | ${labels.join(', ')} | ${help} |`,
  );
  return page('Metrics', 'Served on `/metrics`. Labels are bounded by the configuration.', [
    ['| name | kind | labels | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ]);
}

function protocolPage(): string {
  const parts = protocols.map(({ name, type, about, events }) => {
    const rows = [...new Set(events.map(({ signature }) => `- \`${signature}\``))];
    return [`## ${name}`, '', `${article(type) === 'an' ? 'An' : 'A'} ${type}. ${about}`, '', ...rows].join(
      '\n',
    );
  });
  return page(
    'Protocols',
    'What may stand under `protocol:` in a coin file, and the events that are decoded.',
    parts,
  );
}

function article(word: string): 'a' | 'an' {
  return /^[aeio]/.test(word) ? 'an' : 'a';
}

function page(title: string, intro: string, parts: readonly string[]): string {
  return `# ${title}\n\n${intro} This page is made by \`npm run reference\`.\n\n${parts.join('\n\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../', import.meta.url));
  for (const [path, text] of Object.entries(referencePages())) writeFileSync(root + path, text);
}
