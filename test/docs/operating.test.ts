// What an operator copies must fit the daemon: metrics and labels of the rules for Prometheus, and files that exist.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { metricTable } from '../../src/edge/metric-table.js';
import { repository } from '../helpers/config-folder.js';

const rulesFile = 'config/prometheus/pegwatch.rules.yaml';
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly action: string };
}
const rules: readonly Rule[] = parse(read(rulesFile)).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);

describe('the rules for Prometheus', () => {
  it.each(rules)('$alert asks for metrics that there are, and names labels that they have', (rule) => {
    const names = rule.expr.match(/\bpegwatch_\w+/g) ?? [];
    const labels = new Set<string>(['job']);
    for (const name of names) {
      const metric = metricTable.find((one) => one.name === name);
      expect(metric?.name).toBe(name);
      for (const label of metric?.labels ?? []) labels.add(label);
    }
    const told = Object.values(rule.annotations).join(' ');
    for (const [, label = ''] of told.matchAll(/\$labels\.(\w+)/g)) expect([...labels]).toContain(label);
  });
});

it('the page for operators names no file that there is not', () => {
  const page = read('docs/operating.md');
  for (const [, path = ''] of page.matchAll(/\]\(([\w./-]+?\.md)(?:#[\w-]+)?\)/g))
    expect(existsSync(join(repository, 'docs', path)), path).toBe(true);
  expect(page).toContain(rulesFile);
});
