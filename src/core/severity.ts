// How bad something is, and the order of that.

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** From mild to worst. */
export const severities = ['low', 'medium', 'high', 'critical'] as const satisfies readonly Severity[];

const ranks: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3, critical: 4 };

/** 0 for none, 1 low .. 4 critical: for comparing, never for showing. */
export function severityRank(severity: Severity | null): number {
  return severity === null ? 0 : ranks[severity];
}

/** The worse of two severities. */
export function worse<A extends Severity | null>(a: A, b: A): A {
  return severityRank(b) > severityRank(a) ? b : a;
}

/** One step up the ladder; critical stays critical. */
export function escalate(severity: Severity): Severity {
  return severities[Math.min(severityRank(severity), 3)] ?? 'critical';
}
