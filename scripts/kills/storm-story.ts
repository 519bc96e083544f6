// What goes on while the daemon is killed: chains that mine under a steady load, whether somebody watches or not. A
// coin loses its peg on one after the other and comes back, again and again, and now and then blocks die.

import type { Market } from '../../test/helpers/pretend-market.js';
import type { GivenBlock } from '../../test/helpers/pretend-node.js';
import type { Seeded } from '../../test/simulation/seeded.js';

export interface StormStory {
  /** Every block that ever was, by chain and hash: the dead ones too. */
  readonly mined: ReadonlyMap<string, ReadonlyMap<string, GivenBlock>>;
  readonly reorgs: number;
  /** Mines on every chain at once, without a pause: a commit is under way a moment later. */
  burst(): void;
  /** Ends after the present round of falls and one more in peace; resolves when both are over. */
  end(): Promise<void>;
}

/** Ethereum falls first and deepest; each chain follows some blocks later. */
const fall = [1, 0.998, 0.997, 0.993, 0.985, 0.96, 0.93, 0.95, 0.97, 0.99, 0.9975, 1];
const lag = 2;
/** Blocks of calm after each fall, so that its incident comes to its end: a tick comes every second. */
const calmBlocks = 60;
const swapsPerBlock = 10;
/** Less than the finality of the configuration. */
const deepestReorg = 3;

export function startStormStory(markets: readonly Market[], random: Seeded): StormStory {
  const mined = new Map(
    markets.map(({ chain, node }) => [
      chain,
      new Map<string, GivenBlock>(node.blocks.map((block) => [block.hash, block])),
    ]),
  );
  let reorgs = 0;
  let step = 0;
  let ending = false;
  const running = run();

  async function run(): Promise<void> {
    const steps = fall.length + lag * (markets.length - 1) + calmBlocks;
    for (let inPeace = 0; inPeace < 2; inPeace += ending ? 1 : 0) {
      for (step = 0; step < steps; step++) {
        for (const market of markets) mine(market);
        await new Promise((resolve) => setTimeout(resolve, random.between(20, 60)));
      }
    }
  }

  function mine(market: Market): void {
    const price = fall[step - lag * markets.indexOf(market)] ?? 1;
    const depth = !ending && random.chance(0.02) ? random.int(1, deepestReorg) : 0;
    if (depth > 0 && market.node.blocks.length > depth + 2) {
      market.node.rollback(depth);
      reorgs++;
      for (let i = 0; i < depth; i++) keep(market, price, true);
    }
    keep(market, price, false);
  }

  function keep(market: Market, price: number, silent: boolean): void {
    const block = market.trade(price, { silent, swaps: swapsPerBlock });
    mined.get(market.chain)?.set(block.hash, block);
  }

  return {
    mined,
    get reorgs() {
      return reorgs;
    },
    burst() {
      for (const market of markets) mine(market);
    },
    end() {
      ending = true;
      return running;
    },
  };
}
