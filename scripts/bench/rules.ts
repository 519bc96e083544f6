// Rules: the closures that pegwatch compiles a rule to, against mathjs's own evaluation of the same text and against
// the same thing written as a function.

import { compile } from 'mathjs';
import { built } from './built.js';
import { mulberry32 } from './frames.js';
import type { BenchOptions } from './main.js';
import type { Row } from './report.js';

type Values = Readonly<Record<string, number>>;

const text =
  'absDeviationBps >= 30 and liquidityUsd >= 100000 and (volumeHourUsd / liquidityUsd < 0.5 or absDeviationBps >= 100)';

function plain({ absDeviationBps = 0, liquidityUsd = 0, volumeHourUsd = 0 }: Values): boolean {
  return (
    absDeviationBps >= 30 &&
    liquidityUsd >= 100_000 &&
    (volumeHourUsd / liquidityUsd < 0.5 || absDeviationBps >= 100)
  );
}

export async function rules(options: BenchOptions): Promise<readonly Row[]> {
  const { compileCondition } = await built('detectors/expression');
  const samples = samplesOf(options.seed);
  const quantities = Object.keys(samples[0] ?? {});
  const ours = compileCondition(text, { quantities, numbers: {} });
  if ('problem' in ours) throw new Error(ours.problem);
  const theirs = compile(text);
  const ms = options.quick ? 200 : 2_000;
  const contenders: readonly [string, (values: Values) => boolean][] = [
    ['pegwatch: closures', ours.evaluate],
    ['mathjs: compiled', (values) => theirs.evaluate(values) as boolean],
    ['a plain function', plain],
  ];
  agree(contenders, samples);
  const speeds = contenders.map(([what, evaluate]) => ({ what, perSecond: speedOf(evaluate, samples, ms) }));
  const reference = speeds[1]?.perSecond ?? Number.NaN;
  return speeds.map(({ what, perSecond }) => ({
    section: 'rules',
    what,
    values: { 'million/s': perSecond / 1e6, 'times mathjs': perSecond / reference },
  }));
}

/** A contest between functions that disagree would say nothing. */
function agree(
  contenders: readonly [string, (values: Values) => boolean][],
  samples: readonly Values[],
): void {
  for (const values of samples) {
    const verdicts = new Set(contenders.map(([, evaluate]) => evaluate(values)));
    if (verdicts.size !== 1) throw new Error(`the contenders disagree about ${JSON.stringify(values)}`);
  }
}

function speedOf(evaluate: (values: Values) => boolean, samples: readonly Values[], ms: number): number {
  // Once for the compiler, once for the clock.
  timed(evaluate, samples, ms / 4);
  return timed(evaluate, samples, ms);
}

/** What the evaluations gave; read nowhere, but a result that nobody keeps may be optimised away. */
let held = 0;

function timed(evaluate: (values: Values) => boolean, samples: readonly Values[], ms: number): number {
  const startMs = performance.now();
  let count = 0;
  for (;;) {
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < samples.length; i++) if (evaluate(samples[i]!)) held++;
      count += samples.length;
    }
    const passedMs = performance.now() - startMs;
    if (passedMs >= ms) return held < 0 ? 0 : (count / passedMs) * 1000;
  }
}

function samplesOf(seed: number): readonly Values[] {
  const random = mulberry32(seed);
  return Array.from({ length: 1024 }, () => ({
    deviationBps: random() * 200 - 100,
    absDeviationBps: random() * 120,
    price: 1 + random() / 100,
    liquidityUsd: random() * 1e6,
    volumeHourUsd: random() * 1e6,
  }));
}
