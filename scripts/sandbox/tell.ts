// Carries the story out: each step at its time, one after the other on each chain, all chains side by side.

import { setTimeout as delay } from 'node:timers/promises';
import type { ChainName } from '../../src/core/chain.js';
import type { Crowd } from './crowd.js';
import type { Market } from './market.js';
import type { Narrator } from './narrator.js';
import type { Step } from './story.js';
import { perform } from './traders.js';

export interface Stage {
  readonly markets: ReadonlyMap<ChainName, Market>;
  readonly crowds: ReadonlyMap<ChainName, Crowd>;
  readonly narrator: Narrator;
  /** Milliseconds for a second of the story. */
  readonly secondMs: number;
  readonly signal: AbortSignal;
}

/** Resolves when every step is done; rejects with the first that failed, or with the signal's reason. */
export async function tell(story: readonly Step[], stage: Stage): Promise<void> {
  const began = Date.now();
  const queues = new Map<ChainName, Promise<void>>();
  const failing = new AbortController();
  const signal = AbortSignal.any([stage.signal, failing.signal]);
  for (const step of [...story].sort((a, b) => a.at - b.at)) {
    await delay(Math.max(0, began + step.at * stage.secondMs - Date.now()), undefined, { signal }).catch(
      () => {},
    );
    signal.throwIfAborted();
    if ('heading' in step) {
      stage.narrator.heading(step.heading);
      continue;
    }
    const queue = queues.get(step.chain) ?? Promise.resolve();
    const next = queue.then(() => (signal.aborted ? undefined : act(step, stage)));
    next.catch((thrown: unknown) => failing.abort(thrown));
    queues.set(step.chain, next);
  }
  await Promise.all(queues.values());
  signal.throwIfAborted();
}

async function act(step: Extract<Step, { deed: unknown }>, stage: Stage): Promise<void> {
  const { chain, deed } = step;
  const market = stage.markets.get(chain);
  if (market === undefined) throw new Error(`the story plays on ${chain}, which was not started`);
  if (deed.kind === 'answer') stage.crowds.get(chain)?.setAnswer(deed.coin, deed.usd);
  stage.narrator.chain(chain, await perform(market, deed));
}
