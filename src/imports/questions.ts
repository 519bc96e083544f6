// What a back-test is scored against: labelled incidents (JSON, as the open data has them) and the promises to check
// (YAML). Both are data of whoever scores.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { duration } from '../config/fields.js';
import { pathText } from '../config/problem.js';
import { messageOf, PegwatchError } from '../core/errors.js';
import { suggestHint } from '../core/suggest.js';

const incidentsFile = z.array(
  z.object({
    id: z.string(),
    asset: z.string(),
    kind: z.string(),
    window: z.tuple([z.string(), z.string()]),
    references: z.record(z.string(), z.string()).default({}),
  }),
  { error: 'must be a list of incidents' },
);

const when = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    context.addIssue({ code: 'custom', message: 'must be a time such as 2023-03-11T07:00Z' });
  return ms;
});

const checksFile = z.strictObject({
  checks: z
    .array(
      z.strictObject({
        incident: z.string(),
        reference: z.string(),
        knownAfter: duration,
        severity: z.enum(['low', 'medium', 'high', 'critical']),
        within: duration,
      }),
    )
    .default([]),
  pools: z
    .array(
      z.strictObject({
        name: z.string(),
        about: z.string(),
        coins: z.array(z.string()),
        sources: z.array(z.string()),
        detectors: z.array(z.string()),
        from: when,
        to: when,
        labels: z.array(when),
      }),
    )
    .default([]),
  pages: z.array(z.string()).default([]),
});

export interface IncidentRow {
  readonly id: string;
  readonly coin: string;
  readonly kind: string;
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly references: readonly { readonly name: string; readonly atMs: number }[];
}

/** Incidents of no coin (`-`: what must stay quiet) are the absence of a label and are left out. */
export function readIncidents(path: string): readonly IncidentRow[] {
  const rows = checkedFile(path, incidentsFile);
  return rows
    .filter(({ asset }) => asset !== '-')
    .map(({ id, asset, kind, window: [from, to], references }) => ({
      id,
      coin: asset,
      kind,
      window: { fromMs: Date.parse(from), toMs: Date.parse(to) },
      references: Object.entries(references)
        .map(([name, at]) => ({ name, atMs: Date.parse(at) }))
        .filter(({ atMs }) => Number.isFinite(atMs)),
    }));
}

export function readChecks(path: string) {
  const { checks, pools, pages } = checkedFile(path, checksFile);
  return {
    checks: checks.map(({ knownAfter, within, ...check }) => ({
      ...check,
      knownAfterMs: knownAfter,
      withinMs: within,
    })),
    pools: pools.map(({ from, to, labels, ...pool }) => ({
      ...pool,
      span: { fromMs: from, toMs: to },
      labelsMs: labels,
    })),
    pages,
  };
}

/** A promise about what no incident holds would be found out only when all is folded: it is refused before. */
export function refuseUnknownChecks(
  path: string,
  checks: readonly { readonly incident: string; readonly reference: string }[],
  incidents: readonly IncidentRow[],
): void {
  for (const [i, { incident: id, reference }] of checks.entries()) {
    const incident = incidents.find((one) => one.id === id);
    const [key, wrong, known] =
      incident === undefined
        ? (['incident', `"${id}" is no known incident`, incidents.map((one) => one.id)] as const)
        : (['reference', `"${reference}" is no reference of ${id}`, namesOf(incident)] as const);
    if (incident !== undefined && namesOf(incident).includes(reference)) continue;
    const hint =
      incidents.length === 0
        ? 'Give the incidents that the promises are about with --incidents.'
        : suggestHint(incident === undefined ? id : reference, known);
    throw new PegwatchError('questions-unknown', `${path}: checks[${i}].${key}: ${wrong}`, { hint });
  }
}

function namesOf({ references }: IncidentRow): readonly string[] {
  return references.map(({ name }) => name);
}

function placeOf(path: readonly PropertyKey[]): string {
  return pathText(path.map((step) => (typeof step === 'number' ? step : String(step))));
}

/** YAML holds JSON. */
function checkedFile<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  let tree: unknown;
  try {
    tree = parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw new PegwatchError('questions-unreadable', `${path} cannot be read: ${messageOf(thrown)}`);
  }
  const read = schema.safeParse(tree);
  if (read.success) return read.data;
  const faults = read.error.issues.map(
    ({ path: at, message }) => `  ${at.length === 0 ? '' : `${placeOf(at)}: `}${message}`,
  );
  throw new PegwatchError('questions-invalid', [`${path} cannot be used:`, ...faults].join('\n'));
}
