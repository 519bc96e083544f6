// What the detectors see at one moment. Judging changes standings, never series: a list is made once.

import type { CoinSpec } from '../core/coin.js';
import type { SourceSpec } from '../core/source.js';
import type { Look } from '../detectors/detector.js';
import type { OracleSeries, PoolSeries, Series } from '../series/series.js';
import { type LaneState, slotOf } from './lane-state.js';

export interface Seen {
  readonly state: LaneState;
  /** Ids of the sources that hold a coin. */
  readonly pools: ReadonlyMap<string, readonly string[]>;
  readonly oracles: ReadonlyMap<string, readonly string[]>;
  readonly coins: ReadonlyMap<string, CoinSpec>;
  spec(source: string): SourceSpec;
}

export function createLook({ state, pools, oracles, coins, spec }: Seen, nowMs: number): Look {
  const listed = <S extends Series>(index: ReadonlyMap<string, readonly string[]>) => {
    const lists = new Map<string, readonly S[]>();
    return (coin: string): readonly S[] => {
      let list = lists.get(coin);
      if (list === undefined) {
        list = (index.get(coin) ?? []).map((id) => slotOf(state, id).series as S);
        lists.set(coin, list);
      }
      return list;
    };
  };
  return {
    nowMs,
    coin: (coin) => coins.get(coin),
    spec,
    poolsOf: listed<PoolSeries>(pools),
    oraclesOf: listed<OracleSeries>(oracles),
  };
}
