// A real node, the real daemon, and between them a network that fails in every way: what happens, and when, comes from
// a seed. At the end everything is well again, and the daemon's timeline is compared with what the node holds.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hex } from '../../src/core/hex.js';
import { LogCursor } from '../../src/core/packed-logs.js';
import { openReader } from '../../src/store/open-reader.js';
import { type Anvil, startAnvil } from '../helpers/anvil.js';
import { writeConfigFolder } from '../helpers/config-folder.js';
import { type Daemon, startDaemon } from '../helpers/daemon-process.js';
import { eventually } from '../helpers/eventually.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.js';
import { type Seeded, seeded } from '../simulation/seeded.js';
import { deployMintingToken, mintingToken, mintLater } from './minting-token.js';

export interface FaultOutcome {
  /** What was done, in order: for whoever looks at a failure. */
  readonly script: readonly string[];
  /** `block hash/log index/amount` of every living event, as the node and as the timeline have them. */
  readonly truth: readonly string[];
  readonly told: readonly string[];
  /** Blocks that the journal holds as living and the node does not know; blocks of the node that it lacks. */
  readonly strangers: readonly Hex[];
  readonly missing: readonly Hex[];
  readonly orphaned: number;
}

interface Scene {
  readonly random: Seeded;
  readonly folder: string;
  node: Anvil;
  readonly proxies: readonly FaultProxy[];
  daemon: Daemon;
  readonly restartDaemon: () => Promise<void>;
  amount: number;
}

const faults: readonly (Fault | 'cut')[] = ['cut', 'half-open', 'stall', 'throttle', 'corrupt', 'refuse'];
/** Less than the finality of the configuration. */
const deepest = 5;
const finalDepth = 32;
/** How long a daemon may take to follow again once the network is well. */
const caughtUpMs = 60_000;

/** What the chain does; whatever dies is built over, so that the chain never ends below where it was. */
const deeds = {
  async mine({ random, ...scene }: Scene) {
    await mine(scene as Scene, random.int(1, 6));
  },
  async reorg(scene: Scene) {
    const depth = scene.random.int(1, deepest);
    await scene.node.rpc('anvil_reorg', [depth, []]);
    await mine(scene, 1);
  },
  async revert(scene: Scene) {
    const snapshot = await scene.node.rpc('evm_snapshot');
    const depth = scene.random.int(1, deepest);
    await mine(scene, depth);
    await pause(scene.random.between(0, 600));
    await scene.node.rpc('evm_revert', [snapshot]);
    await mine(scene, depth + 1);
  },
  async 'restart the node'(scene: Scene) {
    const { port } = scene.node;
    await scene.node.stop();
    scene.node = await startAnvil({ port, args: stateOf(scene.folder) });
    await mine(scene, 2);
  },
  async 'kill the daemon'(scene: Scene) {
    await scene.restartDaemon();
    await mine(scene, 1);
  },
} satisfies Record<string, (scene: Scene) => Promise<void>>;

export async function runFaultScenario(seed: string, steps: number): Promise<FaultOutcome> {
  const random = seeded(`anvil/${seed}`);
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-faults-'));
  const node = await startAnvil({ args: stateOf(folder) });
  await deployMintingToken(node);
  await node.mine(deepest + 1);
  const proxies = [await startFaultProxy(node, random.next), await startFaultProxy(node, random.next)];
  const config = configure(proxies);
  const scene: Scene = {
    ...{ random, folder, node, proxies, amount: 0 },
    daemon: startDaemon(config),
    async restartDaemon() {
      await scene.daemon.kill();
      scene.daemon = startDaemon(config);
    },
  };
  const script: string[] = [];
  try {
    await scene.daemon.ready();
    for (let step = 0; step < steps; step++) script.push(await play(scene));
    await mine(scene, 1);
    // What was garbled on its way is found when the block is looked at again, before it is final.
    const last = Number(await scene.node.rpc('eth_blockNumber'));
    await scene.node.mine(finalDepth);
    await eventually(() => isFinal(scene, last), caughtUpMs);
    await eventually(() => caughtUp(scene), caughtUpMs);
    await scene.daemon.stop();
    return { script, ...(await compare(scene.node, config.store)) };
  } finally {
    await scene.daemon.kill();
    for (const proxy of proxies) await proxy.close();
    await scene.node.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One fault with one deed under it, and the end of the fault. */
async function play(scene: Scene): Promise<string> {
  const { random, proxies } = scene;
  // Most faults meet a daemon that follows: it must have seen a block before it can see it die.
  if (random.chance(0.7)) await eventually(() => caughtUp(scene), caughtUpMs);
  const fault = random.pick(faults);
  const deed = random.pick(Object.keys(deeds) as (keyof typeof deeds)[]);
  const hit = random.chance(0.4) ? proxies : [random.pick(proxies)];
  for (const proxy of hit) {
    if (fault === 'cut') proxy.cut();
    else proxy.fault = fault;
  }
  await deeds[deed](scene);
  await pause(random.between(0, 1_200));
  for (const proxy of hit) {
    // What was half-open stays dead: nothing may come out of it again.
    if (proxy.fault === 'half-open') proxy.cut();
    proxy.fault = null;
  }
  await deeds.mine(scene);
  return `${fault} on ${hit.length === 2 ? 'both' : `endpoint ${proxies.indexOf(hit[0]!) + 1}`}: ${deed}`;
}

async function mine(scene: Scene, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    const mints = Math.floor(scene.amount / 7) % 3;
    for (let n = 0; n <= mints; n++) await mintLater(scene.node, ++scene.amount);
    await scene.node.mine();
  }
}

function configure(proxies: readonly FaultProxy[]) {
  const [first, second] = proxies;
  return writeConfigFolder({
    chains: [
      {
        ...{ chain: 'ethereum', chainId: 1, depth: finalDepth, blockTimeMs: 250 },
        ...{ ws: first!.ws, http: first!.http },
        more: [{ name: 'ethereum-second', ws: second!.ws, http: second!.http }],
      },
    ],
    coins: [
      {
        coin: 'USDX',
        name: 'a coin that is minted',
        deployments: [{ chain: 'ethereum', address: mintingToken, decimals: 6, kind: 'native' }],
        sources: [{ chain: 'ethereum', protocol: 'erc20' }],
      },
    ],
  });
}

async function caughtUp({ daemon, node }: Scene): Promise<boolean> {
  await pause(50);
  const head = (await node.rpc('eth_getBlockByNumber', ['latest', false])) as { number: Hex };
  const status = JSON.parse((await daemon.get('/status')).body) as {
    chains: { block: { number: number } | null }[];
  };
  return status.chains.every(({ block }) => block?.number === Number(head.number));
}

async function isFinal({ daemon }: Scene, number: number): Promise<boolean> {
  const status = JSON.parse((await daemon.get('/status')).body) as {
    chains: { finalized: number | null }[];
  };
  return status.chains.every(({ finalized }) => finalized !== null && finalized >= number);
}

async function compare(node: Anvil, store: string): Promise<Omit<FaultOutcome, 'script'>> {
  const hashes = new Set<Hex>();
  const head = Number(await node.rpc('eth_blockNumber'));
  const reader = openReader(store);
  const living: { readonly number: number; readonly hash: Hex }[] = [];
  let orphaned = 0;
  for (const { input } of reader.journal(1)) {
    if (input.kind === 'block') living.push(input.block);
    if (input.kind !== 'reorg') continue;
    orphaned += input.dead.length;
    living.splice(living.length - input.dead.length);
  }
  const told: string[] = [];
  for (const entry of reader.entries({ kinds: ['block'] })) {
    if (entry.kind !== 'block' || entry.orphaned) continue;
    const { block, logs } = entry.input;
    for (const cursor = new LogCursor(logs); cursor.next(); ) {
      told.push(`${block.hash}/${cursor.logIndex}/${cursor.small(0)}`);
    }
  }
  await reader.close();
  const from = Math.min(...living.map(({ number }) => number));
  for (let number = from; number <= head; number++) {
    const block = await node.rpc('eth_getBlockByNumber', [hex(number), false]);
    hashes.add((block as { hash: Hex }).hash);
  }
  const filter = { fromBlock: hex(from), toBlock: 'latest', address: mintingToken };
  const logs = (await node.rpc('eth_getLogs', [filter])) as { blockHash: Hex; logIndex: Hex; data: Hex }[];
  const truth = logs.map(
    ({ blockHash, logIndex, data }) => `${blockHash}/${Number(logIndex)}/${Number(data)}`,
  );
  const known = new Set(living.map(({ hash }) => hash));
  return {
    truth: truth.sort(),
    told: told.sort(),
    strangers: living.map(({ hash }) => hash).filter((hash) => !hashes.has(hash)),
    missing: [...hashes].filter((hash) => !known.has(hash)),
    orphaned,
  };
}

function stateOf(folder: string): readonly string[] {
  return ['--state', join(folder, 'state.json')];
}

function hex(number: number): Hex {
  return `0x${number.toString(16)}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
