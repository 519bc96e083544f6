// One detector with its rule on one source: what is known before anything is measured is put together once, when a
// lane is made, and not with every block.

import type { CoinName } from '../core/coin.js';
import type { SourceSpec } from '../core/source.js';
import type { Detector } from '../detectors/detector.js';
import type { CompiledRule } from '../detectors/rules.js';
import { typeOf } from '../series/index.js';
import { type Subject, subjectKey } from './standing.js';

export interface Case {
  readonly source: string;
  readonly detector: Detector;
  readonly rule: CompiledRule;
  /** By coin; filled as coins are measured. */
  readonly subjects: Map<CoinName, KeyedSubject>;
}

export interface KeyedSubject {
  readonly subject: Subject;
  /** As `subjectKey` gives it. */
  readonly key: string;
}

/** The cases of a source in the order of the detectors, by what wakes them. A detector without a rule has none. */
export function casesOf(
  spec: SourceSpec,
  detectors: readonly Detector[],
  rules: ReadonlyMap<string, CompiledRule>,
): Readonly<Record<Detector['wakes'], readonly Case[]>> {
  const type = typeOf(spec);
  const waking = (wakes: Detector['wakes']): readonly Case[] =>
    detectors.flatMap((detector): Case[] => {
      const rule = rules.get(detector.name);
      if (detector.wakes !== wakes || detector.judges !== type || rule === undefined) return [];
      return [{ source: spec.id, detector, rule, subjects: new Map() }];
    });
  return { block: waking('block'), tick: waking('tick') };
}

/** What the case says of one of its coins. */
export function subjectOf({ source, detector, subjects }: Case, coin: CoinName): KeyedSubject {
  let known = subjects.get(coin);
  if (known === undefined) {
    const subject: Subject = { detector: detector.name, source, coin };
    known = { subject, key: subjectKey(subject) };
    subjects.set(coin, known);
  }
  return known;
}
