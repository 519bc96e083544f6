// Judges a stored journal many times in one reading, each time with all rules turned by another factor: the driver of
// `pegwatch advise`.

import type { CoinName } from './core/coin.js';
import type { Incident } from './core/incident.js';
import type { Input } from './core/io.js';
import type { Severity } from './core/severity.js';
import type { Spec } from './core/spec.js';
import { createEngine } from './engine.js';
import { createReachedLog, type KnownSpan, type Trial } from './reports/advice.js';
import type { Span } from './reports/standings.js';
import { scaleRule } from './reports/threshold-scale.js';
import type { StoreReader } from './store/store.js';

export interface TrialOptions {
  readonly factors: readonly number[];
  /** What counts as an alert: an incident that comes to this. */
  readonly severity: Severity;
  readonly coin: CoinName | null;
  /** This one alone; null: all together. */
  readonly detector: string | null;
  /** Rules and incident settings of the configuration; what was watched is the journal's own. */
  readonly present: Pick<Spec, 'rules' | 'incidents'>;
  readonly toMs: number;
}

/** While nothing came for so long, nobody watched. */
const goneMs = 3_600_000;

export function tryFactors(
  store: Pick<StoreReader, 'journal'>,
  options: TrialOptions,
): { readonly trials: readonly Trial[]; readonly covered: readonly Span[] } {
  const runs = options.factors.map((factor) => ({
    factor,
    engine: createEngine(),
    log: createReachedLog(options.severity, options.coin),
  }));
  const covered: { fromMs: number; toMs: number }[] = [];
  for (const { input } of store.journal(1)) {
    if (input.atMs > options.toMs) break;
    const last = covered.at(-1);
    if (last !== undefined && input.atMs - last.toMs < goneMs) last.toMs = input.atMs;
    else covered.push({ fromMs: input.atMs, toMs: input.atMs });
    for (const { factor, engine, log } of runs) {
      for (const effect of engine.step(turned(input, factor, options)))
        if (effect.kind === 'incident') log.note(effect.incident);
    }
  }
  return { trials: runs.map(({ factor, log }) => ({ factor, reached: log.reached })), covered };
}

/** The start of a run with turned rules; nobody is told. */
function turned(input: Input, factor: number, { present, detector }: TrialOptions): Input {
  if (input.kind !== 'start') return input;
  const rules = present.rules
    .filter((rule) => detector === null || rule.detector === detector)
    .map((rule) => scaleRule(rule, factor));
  const spec: Spec = { ...input.spec, rules, incidents: present.incidents, channels: [], playbooks: [] };
  return { ...input, spec };
}

const dayMs = 86_400_000;

/** Incidents that came to critical, with a day before and after: the first signs and the waves are no false alarms. */
export function criticalSpans(incidents: Iterable<Incident>): readonly KnownSpan[] {
  return [...incidents]
    .filter(({ worst, life, coins }) => worst === 'critical' && life !== 'retracted' && !coins.includes('*'))
    .map(({ id, coins, openedAtMs, closedAtMs, updatedAtMs }) => ({
      name: `${coins.join(', ')} (${id})`,
      coins,
      fromMs: openedAtMs - dayMs,
      toMs: (closedAtMs ?? updatedAtMs) + dayMs,
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
}
