// The advice as a person reads it: the curve, what is proposed, what it rests on, and lines to paste.

import type { RuleSpec } from '../core/spec.js';
import type { Advice, AdviceQuestion, CurvePoint } from './advice.js';
import { scaledNumbers, scaleRule } from './threshold-scale.js';

/** Known incidents are told in columns; more than these in the JSON only. */
const mostColumns = 6;
/** Alerts a month: a bound beyond this says only that there was hardly any time. */
const mostRate = 1000;

export function adviceText(advice: Advice, question: AdviceQuestion, rules: readonly RuleSpec[]): string {
  const { curve, quietMonths, proposed, doubt, byDetector } = advice;
  const shown = question.incidents.slice(0, mostColumns);
  const present = Object.entries(byDetector).sort((a, b) => b[1] - a[1]);
  const rows = [
    `${quietMonths.toFixed(1)} quiet months, ${question.incidents.length} known incidents. An alert is an incident that comes to ${question.severity}.`,
    '',
    'Thresholds  alerts  per quiet month  at most (95 %)   known incidents told',
    ...curve.map((point) => line(point, point.factor === proposed, question)),
    '',
    ...shown.map(({ name, fromMs, toMs }, i) => `  [${i + 1}] ${name}: ${moment(fromMs)} to ${moment(toMs)}`),
    ...shown.map((_, i) => `  [${i + 1}] told: ${toldRow(curve, i)}`),
    ...(question.incidents.length > shown.length
      ? [`  ${question.incidents.length - shown.length} more are in --json.`]
      : []),
    '',
    present.length === 0
      ? 'With the present thresholds no alert fell into quiet time.'
      : `With the present thresholds these had a part in the alerts: ${present.map(([name, count]) => `${name} ${count}`).join(', ')}.`,
    '',
    ...(doubt === null ? proposal(advice, question, rules) : [`Nothing is proposed: ${doubt}.`]),
  ];
  return rows.join('\n');
}

function proposal(
  { proposed, curve }: Advice,
  { alertsPerMonth, severity }: AdviceQuestion,
  rules: readonly RuleSpec[],
): readonly string[] {
  const point = curve.find(({ factor }) => factor === proposed);
  if (proposed === null || point === undefined)
    return [
      `None of these factors gives ${alertsPerMonth} alerts a month or fewer. Try larger ones with --factors, or one detector.`,
    ];
  const rate = `${rateWords(point.perMonth)} a quiet month`;
  if (proposed === 1) return [`Proposed: leave them as they are (${rate}).`];
  const why = `pegwatch advise: times ${proposed}, ${rate} at ${severity}`;
  return [
    `Proposed: times ${proposed} (${rate}). In config/thresholds.yaml:`,
    '',
    'rules:',
    ...rules.flatMap((rule) => {
      const names = scaledNumbers(rule);
      const scaled = scaleRule(rule, proposed);
      if (names.length === 0) return [];
      return [
        `  ${rule.detector}:`,
        '    numbers:',
        ...names.map(
          (name) =>
            `      ${name}: { value: ${Number((scaled.numbers[name] ?? 0).toPrecision(3))}, why: "${why}" }`,
        ),
      ];
    }),
  ];
}

function line(point: CurvePoint, chosen: boolean, { incidents }: AdviceQuestion): string {
  const told = point.told.filter((one) => one !== null).length;
  return [
    `${chosen ? '*' : ' '} x ${String(point.factor).padEnd(6)}`,
    String(point.alerts).padStart(8),
    rateWords(point.perMonth).padStart(17),
    rateWords(point.atMost).padStart(16),
    `${told} of ${incidents.length}`.padStart(23),
  ].join('');
}

/** A rate that the little time there was cannot carry is a dash. */
function rateWords(rate: number | null): string {
  return rate === null || rate >= mostRate ? '-' : rate.toFixed(2);
}

function toldRow(curve: readonly CurvePoint[], index: number): string {
  return curve
    .map(({ factor, told }) => {
      const at = told[index] ?? null;
      return `x ${factor} ${at === null ? 'never' : moment(at)}`;
    })
    .join('; ');
}

/** Minutes, UTC. */
function moment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
