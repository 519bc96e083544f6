// The published rule (Cintra & Holloway, arXiv 2306.10612): an alarm counts for a label if it comes at most 24 hours
// before it; the earliest wins and weighs lead / 24 h. P = matched / alarms, R = sum of weights / labels.

export interface LeadingF1 {
  readonly alarms: number;
  readonly labels: number;
  readonly matched: number;
  readonly precision: number;
  readonly weightedRecall: number;
  readonly leadingF1: number;
  /** Of each label, in hours; null where no alarm came before it. */
  readonly leadHours: readonly (number | null)[];
}

const horizonMs = 86_400_000;

export function leadingF1(alarmsMs: readonly number[], labelsMs: readonly number[]): LeadingF1 {
  const leads = labelsMs.map((label) => {
    const before = alarmsMs.map((alarm) => label - alarm).filter((lead) => lead >= 0 && lead <= horizonMs);
    return before.length === 0 ? null : Math.max(...before);
  });
  const found = leads.filter((lead) => lead !== null);
  const precision = alarmsMs.length === 0 ? 0 : found.length / alarmsMs.length;
  const weights = found.reduce((sum, lead) => sum + lead / horizonMs, 0);
  const weightedRecall = labelsMs.length === 0 ? 0 : weights / labelsMs.length;
  const both = precision + weightedRecall;
  return {
    alarms: alarmsMs.length,
    labels: labelsMs.length,
    matched: found.length,
    precision,
    weightedRecall,
    leadingF1: both === 0 ? 0 : (2 * precision * weightedRecall) / both,
    leadHours: leads.map((lead) => (lead === null ? null : lead / 3_600_000)),
  };
}
