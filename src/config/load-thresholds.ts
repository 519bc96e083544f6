// Reads thresholds.yaml into the rules and the incident settings of the engine's spec. Whether the expressions
// compile is asked of the rule language itself.

import type { z } from 'zod';
import type { Severity } from '../core/severity.js';
import type { IncidentSpec, RuleSpec } from '../core/spec.js';
import { suggestHint } from '../core/suggest.js';
import type { Catalogue } from './catalogue.js';
import { checkShape, fieldOf } from './check-shape.js';
import { parseDuration } from './fields.js';
import type { Path } from './problem.js';
import { type incidentsRow, ruleRow, thresholdsFile } from './thresholds-file.js';
import { type Reading, readYamlFile, type YamlFile } from './yaml-file.js';

type Expression = string | { readonly expr: string };

export interface Thresholds {
  readonly rules: readonly RuleSpec[];
  readonly incidents: IncidentSpec;
}

/** Null where the file has faults. */
export function loadThresholds(name: string, catalogue: Catalogue, reading: Reading): Thresholds | null {
  const file = readYamlFile(name, reading);
  if (file === null) return null;
  const { incidents } = checkShape(file, thresholdsFile);
  const written = fieldOf(file.tree, 'rules');
  const rules = typeof written === 'object' && written !== null ? rulesOf(file, written, catalogue) : [];
  return incidents === undefined ? null : { rules, incidents: incidentSpec(incidents) };
}

function rulesOf(
  file: YamlFile,
  written: object,
  { detectors, compileRules }: Catalogue,
): readonly RuleSpec[] {
  const known = detectors.map(({ name }) => name);
  const rules: RuleSpec[] = [];
  for (const [detector, tree] of Object.entries(written)) {
    if (!known.includes(detector)) {
      file.report(['rules', detector], 'is no known detector', suggestHint(detector, known));
      continue;
    }
    const row = ruleRow.safeParse(tree);
    if (row.success) rules.push(ruleSpec(file, detector, row.data));
  }
  for (const detector of known) {
    if (Object.hasOwn(written, detector)) continue;
    file.report(['rules', detector], 'is missing: this detector has no thresholds and would judge nothing');
  }
  // Sorted, so that the order in the file never matters.
  rules.sort((a, b) => (a.detector < b.detector ? -1 : 1));
  const { problems } = compileRules(rules, detectors);
  for (const { detector, field, message } of problems) {
    // That no level is left to hold only follows from the level that does not compile.
    const follows = problems.some(
      (other) => other.detector === detector && other.field.startsWith(`${field}.`),
    );
    if (!follows) file.report(['rules', detector, ...field.split('.')], message);
  }
  return rules;
}

function ruleSpec(file: YamlFile, detector: string, row: z.output<typeof ruleRow>): RuleSpec {
  const numbers: Record<string, number> = {};
  for (const [name, { value }] of Object.entries(row.numbers)) {
    numbers[name] = numberOf(file, ['rules', detector, 'numbers', name, 'value'], name, value);
  }
  const severity: Partial<Record<Severity, string>> = {};
  for (const [level, expression] of Object.entries(row.severity)) {
    if (expression !== undefined) severity[level as Severity] = textOf(expression);
  }
  return { detector, numbers, impact: textOf(row.impact), severity, holdMs: row.holdMs.value };
}

/** Only a name that says that it counts milliseconds may be given as a time. */
function numberOf(file: YamlFile, path: Path, name: string, value: number | string): number {
  if (typeof value === 'number') {
    if (name.endsWith('Ms') && value !== 0)
      file.report(path, 'is a number without a unit: write a time such as 250ms, 12s, 15m, 1h or 2d');
    return value;
  }
  const time = parseDuration(value);
  if (time !== null && name.endsWith('Ms')) return time;
  const hint = time !== null ? `Name it ${name}Ms, and 15m becomes a number of milliseconds.` : undefined;
  file.report(path, 'must be a number', hint);
  // Only so that the expressions can be looked at too: with a problem there is no configuration.
  return 0;
}

function textOf(expression: Expression): string {
  return typeof expression === 'string' ? expression : expression.expr;
}

function incidentSpec(row: z.output<typeof incidentsRow>): IncidentSpec {
  return {
    cascadeSignals: row.cascadeSignals.value,
    cascadeWindowMs: row.cascadeWindowMs.value,
    cascadeImpact: row.cascadeImpact.value,
    joinWindowMs: row.joinWindowMs.value,
    closeAfterMs: row.closeAfterMs.value,
    triage: {
      capacity: row.triage.capacity.value,
      perStep: row.triage.perStep.value,
      agingMs: row.triage.agingMs.value,
    },
  };
}
