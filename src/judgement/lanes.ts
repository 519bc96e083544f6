// Makes the lanes of a spec, keeping what is already known of sources that stay as they are.

import type { ChainName } from '../core/chain.js';
import type { SourceSpec } from '../core/source.js';
import type { Spec } from '../core/spec.js';
import { detectors } from '../detectors/index.js';
import { compileRules } from '../detectors/rules.js';
import { Lane } from './lane.js';
import { emptyOutput, type LaneOutput } from './lane-output.js';
import { createLaneState, type LaneState } from './lane-state.js';
import { nothingStanding, signalOf } from './standing.js';

export interface Lanes {
  readonly lanes: ReadonlyMap<ChainName, Lane>;
  readonly states: Map<ChainName, LaneState>;
  /** Signals that ease because their source is no longer watched. */
  readonly output: LaneOutput;
}

/** Throws where a rule does not compile: `pegwatch check` and the loader have refused such a spec before. */
export function createLanes(spec: Spec, known: ReadonlyMap<ChainName, LaneState>): Lanes {
  const { rules, problems } = compileRules(spec.rules, detectors);
  if (problems.length > 0)
    throw new Error(problems.map((one) => `${one.detector}.${one.field}: ${one.message}`).join('; '));
  const coins = new Map(spec.coins.map((coin) => [coin.coin, coin]));
  const lanes = new Map<ChainName, Lane>();
  const states = new Map<ChainName, LaneState>();
  const output = emptyOutput();

  for (const { chain, chainId, finalityStalledAfterMs } of spec.chains) {
    const followed = chainId !== 0;
    const sources = new Map(
      spec.sources.filter((source) => source.chain === chain).map((one) => [one.id, one]),
    );
    const state = known.get(chain) ?? createLaneState(chain);
    dropUnwatched(state, sources, output);
    states.set(chain, state);
    lanes.set(
      chain,
      new Lane({ chain, finalityStalledAfterMs, followed, sources, coins, detectors, rules }, state),
    );
  }
  return { lanes, states, output };
}

/** Forgets sources that are gone or are another thing now; whatever stood against them eases. */
function dropUnwatched(state: LaneState, sources: ReadonlyMap<string, SourceSpec>, output: LaneOutput): void {
  for (const [id, slot] of state.slots) {
    const print = sources.has(id) ? JSON.stringify(sources.get(id)) : null;
    if (print === slot.print) continue;
    const { touch } = slot.series;
    for (const { subject, standing } of slot.standings.values()) {
      if (standing.severity === null || touch === null) continue;
      const evidence = {
        chain: state.chain,
        source: id,
        ...touch,
        values: {},
        rule: 'the source is no longer watched',
        thresholds: {},
      };
      const sentence = `${subject.coin} at ${id}: no longer watched`;
      const cause = `unwatched|${touch.blockHash}|${standing.signalId}`;
      output.signals.push(signalOf(subject, nothingStanding, cause, evidence, touch.blockTimeMs, sentence));
    }
    state.slots.delete(id);
    state.emitters.delete(id);
  }
}
