// One hearing: detectors measure what one block or tick left behind, rules give their verdicts, and a verdict that
// changes what stands becomes a signal.

import { severityRank } from '../core/severity.js';
import type { Quantities } from '../core/signal.js';
import type { Detector, Look } from '../detectors/detector.js';
import type { CompiledRule } from '../detectors/rules.js';
import type { LaneOutput } from './lane-output.js';
import { type LaneState, type Moment, setStanding, slotOf } from './lane-state.js';
import {
  mature,
  nothingStanding,
  noValues,
  type Standing,
  type Subject,
  signalOf,
  subjectKey,
  weigh,
} from './standing.js';

export interface Hearing {
  readonly state: LaneState;
  readonly rules: ReadonlyMap<string, CompiledRule>;
  readonly look: Look;
  /** The block or tick that is judged; it keeps what it changes. */
  readonly moment: Moment;
  readonly output: LaneOutput;
}

/** A block that is judged so much after its own time is old news: slow chains and clocks that differ stay below. */
const lateAfterMs = 60_000;

/** A verdict that changed what stands. */
interface Transition {
  readonly subject: Subject;
  readonly key: string;
  readonly before: Standing;
  readonly after: Standing;
  readonly rule: CompiledRule;
  /** The expression that decided. */
  readonly decidedBy: string;
  readonly values: Quantities;
  readonly sentence: string;
}

/** Lets one detector speak about one source. */
export function judge(hearing: Hearing, detector: Detector, source: string): void {
  const { state, look, moment } = hearing;
  const rule = hearing.rules.get(detector.name);
  if (rule === undefined) return;
  for (const { coin, values } of detector.measure(slotOf(state, source).series, look)) {
    const verdict = rule.judge(values);
    const subject: Subject = { detector: detector.name, source, coin };
    const key = subjectKey(subject);
    const before = slotOf(state, source).standings.get(key)?.standing ?? nothingStanding;
    noteDegraded(hearing, key, source, verdict.degraded);
    // What could still be told may raise a signal; it never eases one.
    if (verdict.degraded !== null && severityRank(verdict.severity) <= severityRank(before.severity))
      continue;
    const { after, changed } = weigh(before, verdict, look.nowMs, rule.holdMs);
    if (after === before) continue;
    if (changed) {
      const sentence = detector.sentence(coin, source, values);
      stand(hearing, { subject, key, before, after, rule, decidedBy: verdict.rule, values, sentence });
    } else setStanding(state, moment, key, subject, after);
  }
}

/** Lets what stands at one source ease, where milder verdicts have lasted long enough by `nowMs`. */
export function ease(hearing: Hearing, source: string, nowMs: number): void {
  for (const [key, { subject, standing }] of slotOf(hearing.state, source).standings) {
    const rule = hearing.rules.get(subject.detector);
    if (rule === undefined) continue;
    const eased = mature(standing, nowMs, rule.holdMs);
    if (eased === null) continue;
    const sentence = `${subject.coin} at ${source}: ${subject.detector} has eased`;
    const words = { decidedBy: 'eased', values: noValues, sentence };
    stand(hearing, { subject, key, before: standing, after: eased.after, rule, ...words });
  }
}

/** A rule that cannot be trusted is told once, and again when it failed anew after having been well. */
function noteDegraded(
  { state, output }: Hearing,
  key: string,
  source: string,
  degraded: string | null,
): void {
  if (degraded === null) state.degraded.delete(key);
  else if (!state.degraded.has(key)) {
    state.degraded.add(key);
    const message = `the rule of ${key} is degraded: ${degraded}`;
    output.problems.push({ code: 'rule-degraded', chain: state.chain, source, message, raw: null });
  }
}

/** Makes a transition stand and words it as a signal. */
function stand({ state, moment, output }: Hearing, transition: Transition): void {
  const { subject, key, before, after, rule, decidedBy, values, sentence } = transition;
  const { touch } = slotOf(state, subject.source).series;
  const { block } = moment;
  const lateMs = block === null ? 0 : moment.atMs - block.timeMs;
  // A pool's block may judge an oracle that last spoke long ago: the block that was judged is the evidence.
  const place = {
    blockNumber: block?.number ?? touch?.blockNumber ?? 0,
    blockHash: block?.hash ?? touch?.blockHash ?? ('0x' as const),
    blockTimeMs: block?.timeMs ?? touch?.blockTimeMs ?? moment.atMs,
  };
  const evidence = {
    chain: state.chain,
    source: subject.source,
    ...place,
    transactionHash: touch?.blockHash === place.blockHash ? touch.transactionHash : null,
    ...(lateMs > lateAfterMs ? { lateMs } : {}),
    values: known(values),
    rule: decidedBy,
    thresholds: rule.numbers,
  };
  const cause = block?.hash ?? `time|${place.blockHash}|${before.signalId}`;
  const signal = signalOf(subject, after, cause, evidence, moment.atMs, sentence);
  const signalId = signal.severity === null ? null : signal.id;
  setStanding(state, moment, key, subject, { ...after, signalId });
  moment.signals.push(signal.id);
  output.signals.push(signal);
}

/** Evidence holds what is known; an unknown quantity is left out rather than shown as a number. */
function known(values: Quantities): Quantities {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}
