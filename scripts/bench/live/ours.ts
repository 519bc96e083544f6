// pegwatch as a contender of the live benchmark.

import { setTimeout as delay } from 'node:timers/promises';
import { benchConfig, scenarioCoins } from '../bench-config.js';
import { endWithParent, partArgument, tellParent } from '../children.js';
import { startDaemon } from '../daemon.js';
import { chainPlans } from '../scenario.js';
import { announcedHash, Measure } from './measure.js';

export interface ContenderOptions {
  readonly port: number;
  readonly folder: string;
  readonly webhook: string | null;
  readonly totalBlocks: number;
}

const { port, folder, webhook, totalBlocks } = partArgument<ContenderOptions>();
endWithParent();
const chains = chainPlans.map(({ chain, chainId }) => ({
  chain,
  chainId,
  blockTimeMs: 1000,
  ws: `ws://127.0.0.1:${port}/${chain}`,
}));
const config = await benchConfig(folder, chains, scenarioCoins(), webhook);
const measure = new Measure(totalBlocks);
let finished = (): void => {};
const allDurable = new Promise<void>((resolve) => {
  finished = resolve;
});
const daemon = await startDaemon(
  { config },
  {
    frame(text) {
      const hash = announcedHash(text);
      if (hash !== null) measure.arrived(hash);
    },
    durable: (blocks) => measure.durable(blocks) && finished(),
  },
);
// The heads wait until every chain has read the block before the first.
while ([...daemon.followers.values()].some((follower) => follower.status().read === null)) await delay(20);
await delay(300);
tellParent({ kind: 'ready', storeBytes: daemon.store.sizeBytes() });
await allDurable;
const measured = measure.result();
const storeBytes = daemon.store.sizeBytes();
const asked = [...daemon.followers.values()].map((follower) => follower.status());
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const callsPerBlock = sum(asked.map(({ calls }) => calls)) / sum(asked.map(({ blocks }) => blocks));
const counts = await daemon.stop();
tellParent({ ...measured, callsPerBlock, storeBytes, counts });
