// Thresholds as functions: each detector's rule, compiled once, judges what the detector measured.

import { type Severity, severities, severityRank } from '../core/severity.js';
import type { Quantities } from '../core/signal.js';
import type { RuleSpec } from '../core/spec.js';
import { suggest } from '../core/suggest.js';
import type { Detector } from './detector.js';
import { type Compiled, compileCondition, compileNumber, type Expression } from './expression.js';
import { functionNames, type Names } from './translate.js';

export interface RuleProblem {
  readonly detector: string;
  /** Where in the rule: `impact`, `severity.high`, `numbers.criticalBps`, `holdMs`, `detector`. */
  readonly field: string;
  readonly message: string;
}

export interface Judgement {
  /** The worst level that holds; null where none does. */
  readonly severity: Severity | null;
  /** 0..1. */
  readonly impact: number;
  /** The text of the expression that decided: of the level that holds, or of the mildest one, which did not. */
  readonly rule: string;
  /**
   * Why this judgement is not to be trusted: null as a rule. A degraded judgement never says "no match": `severity`
   * is what could still be told, and an impact that could not be told is as high as that severity lets one expect.
   */
  readonly degraded: string | null;
}

export interface CompiledRule {
  readonly detector: string;
  readonly holdMs: number;
  readonly numbers: Quantities;
  judge(values: Quantities): Judgement;
}

interface Level {
  readonly severity: Severity;
  readonly when: Expression<boolean>;
}

/** Compiles all rules and tells all that is wrong with them; a rule with a problem is left out. Never throws. */
export function compileRules(
  rules: readonly RuleSpec[],
  detectors: readonly Detector[],
): { readonly rules: ReadonlyMap<string, CompiledRule>; readonly problems: readonly RuleProblem[] } {
  const compiled = new Map<string, CompiledRule>();
  const problems: RuleProblem[] = [];
  for (const spec of rules) {
    const found = problems.length;
    const report = (field: string, message: string): void => {
      problems.push({ detector: spec.detector, field, message });
    };
    const detector = detectors.find(({ name }) => name === spec.detector);
    if (detector === undefined) {
      const meant = suggest(
        spec.detector,
        detectors.map(({ name }) => name),
      );
      report(
        'detector',
        `there is no detector of this name${meant === null ? '' : `; did you mean ${meant}?`}`,
      );
      continue;
    }
    if (compiled.has(spec.detector)) report('detector', 'has two rules');
    const rule = compileRule(spec, detector, report);
    if (rule !== null && problems.length === found) compiled.set(spec.detector, rule);
  }
  return { rules: compiled, problems };
}

function compileRule(
  spec: RuleSpec,
  detector: Detector,
  report: (field: string, message: string) => void,
): CompiledRule | null {
  const names: Names = { quantities: Object.keys(detector.quantities), numbers: spec.numbers };
  checkNumbers(names, report);
  if (!(spec.holdMs >= 0 && Number.isFinite(spec.holdMs))) report('holdMs', 'must be a time of zero or more');
  const keep = <Result>(field: string, result: Compiled<Result>): Expression<Result> | null => {
    if (!('problem' in result)) return result;
    report(field, result.problem);
    return null;
  };
  const impact = keep('impact', compileNumber(spec.impact, names));
  const levels: Level[] = [];
  for (const severity of severities.toReversed()) {
    const text = spec.severity[severity];
    if (text === undefined) continue;
    const when = keep(`severity.${severity}`, compileCondition(text, names));
    if (when !== null) levels.push({ severity, when });
  }
  const mildest = levels.at(-1);
  if (mildest === undefined) report('severity', 'has no level that can hold: the detector would never speak');
  if (impact === null || mildest === undefined) return null;

  const reads = [...new Set([...impact.reads, ...levels.flatMap(({ when }) => when.reads)])];
  return {
    detector: detector.name,
    holdMs: spec.holdMs,
    numbers: spec.numbers,
    judge: (values) => judge(values, reads, impact, levels, mildest),
  };
}

function judge(
  values: Quantities,
  reads: readonly string[],
  impactOf: Expression<number>,
  levels: readonly Level[],
  mildest: Level,
): Judgement {
  const level = levels.find(({ when }) => when.evaluate(values));
  const severity = level?.severity ?? null;
  const rule = (level ?? mildest).when.text;
  const impact = impactOf.evaluate(values);
  const missing = reads.find((name) => typeof values[name] !== 'number');
  if (missing === undefined && Number.isFinite(impact)) {
    return { severity, impact: Math.min(1, Math.max(0, impact)), rule, degraded: null };
  }
  const degraded =
    missing === undefined
      ? `impact \`${impactOf.text}\` gives ${impact}`
      : `the quantity \`${missing}\` was not measured`;
  return { severity, impact: severityRank(severity) / 4, rule, degraded };
}

/** Numbers must be usable, and must not hide a quantity or a word of the language. */
function checkNumbers(
  { numbers, quantities }: Names,
  report: (field: string, message: string) => void,
): void {
  for (const [name, value] of Object.entries(numbers)) {
    const field = `numbers.${name}`;
    if (typeof value !== 'number' || !Number.isFinite(value)) report(field, 'must be a finite number');
    if (quantities.includes(name)) report(field, 'has the name of a quantity that the detector measures');
    if (reservedWords.has(name)) report(field, 'has the name of a word of the language');
  }
}

const reservedWords: ReadonlySet<string> = new Set([
  ...functionNames,
  ...['and', 'false', 'in', 'mod', 'not', 'null', 'or', 'to', 'true', 'undefined', 'xor', 'Infinity', 'NaN'],
]);
