// Folds inputs through a fresh engine and keeps what it decided: the driver of `pegwatch backtest`.

import type { Input, Step } from './core/io.js';
import type { Problem } from './core/problem.js';
import type { Signal } from './core/signal.js';
import { createEngine } from './engine.js';

export interface BacktestResult {
  readonly inputs: number;
  /** In the order in which they were raised. */
  readonly signals: readonly Signal[];
  /** How often each kind of problem came. */
  readonly problems: Readonly<Partial<Record<Problem['code'], number>>>;
  readonly incidents: number;
  readonly cascades: number;
}

/** `keep` may store the steps as they come. */
export async function backtest(
  inputs: Iterable<Input>,
  keep: (step: Step) => Promise<void> | null = () => null,
): Promise<BacktestResult> {
  const engine = createEngine();
  const signals: Signal[] = [];
  const problems: Partial<Record<Problem['code'], number>> = {};
  const incidents = new Set<string>();
  const cascades = new Set<string>();
  let seq = 0;
  for (const input of inputs) {
    const effects = engine.step(input);
    for (const effect of effects) {
      if (effect.kind === 'signal') signals.push(effect.signal);
      else if (effect.kind === 'problem') {
        const { code, count = 1 } = effect.problem;
        problems[code] = (problems[code] ?? 0) + count;
      } else if (effect.kind === 'incident') {
        incidents.add(effect.incident.id);
        if (effect.incident.cascade) cascades.add(effect.incident.id);
      }
    }
    const kept = keep({ seq: ++seq, input, effects });
    if (kept !== null) await kept;
  }
  return { inputs: seq, signals, problems, incidents: incidents.size, cascades: cascades.size };
}
