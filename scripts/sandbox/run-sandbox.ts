// The sandbox from start to end in one straight line. Whatever is started is followed by how it is ended; the list
// of endings is run backwards, whether the story was told, interrupted or failed.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, PegwatchError } from '../../src/core/errors.js';
import { freePort, startChainNode } from './chain-node.js';
import { type Children, startChildren } from './children.js';
import { type Crowd, startCrowd } from './crowd.js';
import { startDaemon } from './daemon.js';
import { prepareDataFolder } from './data-folder.js';
import { type Artifacts, deployMarket, loadArtifacts } from './deploy.js';
import { chainLayouts } from './layout.js';
import type { Market } from './market.js';
import type { Narrator } from './narrator.js';
import { fastPace, fullPace, type Pace } from './pace.js';
import { seededRandom } from './random.js';
import { type Receiver, startReceiver } from './receiver.js';
import { firstSaleAt, storyLengthSeconds, tellStory } from './story.js';
import { nextCommands, summary } from './summary.js';
import { tell } from './tell.js';
import { writeConfig } from './write-config.js';

export interface SandboxOptions {
  /** The project's folder. */
  readonly root: string;
  readonly data: string;
  readonly seed: number;
  readonly fast: boolean;
  /** After the story: calm trading until the signal. */
  readonly keepRunning: boolean;
  /** Null: any free port. */
  readonly httpPort: number | null;
}

export interface SandboxDeps {
  readonly narrator: Narrator;
  /** Aborts when the person wants to stop. */
  readonly signal: AbortSignal;
  /** Handed the means to end all children at once, for a person who asks twice. */
  readonly onChildren?: (children: Children) => void;
}

const alertShownAfterMs = 200;

type Endings = (() => unknown)[];

/** Nothing is left running, whether this resolves or rejects. */
export async function runSandbox(options: SandboxOptions, deps: SandboxDeps): Promise<void> {
  const endings: Endings = [];
  try {
    await run(options, deps, endings);
  } catch (thrown) {
    // A person who stops the sandbox has seen what they wanted: that is no failure.
    if (!deps.signal.aborted) throw thrown;
    deps.narrator.note('stopped; what was stored can be read');
  } finally {
    for (const end of endings.reverse()) {
      try {
        await end();
      } catch (thrown) {
        deps.narrator.note(`while ending: ${messageOf(thrown)}`);
      }
    }
  }
}

async function run(options: SandboxOptions, deps: SandboxDeps, endings: Endings): Promise<void> {
  const { narrator, signal } = deps;
  const pace = options.fast ? fastPace : fullPace;
  const folder = prepareDataFolder(options.data);
  endings.push(folder.release);
  narrator.note('compiling the contracts');
  // The compiler blocks this process for seconds: it has no children yet that would have to be ended.
  const artifacts = loadArtifacts();
  await delay(1, undefined, { signal });

  const children = startChildren();
  endings.push(children.close);
  deps.onChildren?.(children);
  narrator.note('starting four local chains; deploying coins, pools and price feeds');
  const markets = await startMarkets(options.fast, artifacts, children, endings);
  signal.throwIfAborted();

  // The daemon is quicker than the storyteller, who asks the chain how a deed turned out: cause before effect.
  const receiver = await startReceiver(folder.alerts, (alert) => {
    setTimeout(() => narrator.alert(alert), alertShownAfterMs);
  });
  endings.push(receiver.close);
  const httpPort = options.httpPort ?? (await freePort());
  const projectConfig = join(options.root, 'config');
  writeConfig({ folder, markets, webhookUrl: receiver.url, httpPort, projectConfig, ...pace });
  narrator.note(
    `starting the daemon: status at http://127.0.0.1:${httpPort}/status, log in ${folder.daemonLog}`,
  );
  const { root } = options;
  const daemon = await startDaemon({ root, folder, httpPort, readyWithinMs: 60_000, signal }, children);
  endings.push(daemon.stop);

  const crowds = new Map<string, Crowd>();
  for (const market of markets) {
    const random = seededRandom(options.seed + market.node.chainId);
    crowds.set(market.chain, startCrowd(market, random, pace.feedEveryMs));
  }
  const calmDown = (): Promise<unknown> => Promise.all([...crowds.values()].map((crowd) => crowd.stop()));
  endings.push(calmDown);

  narrator.begin();
  const beganMs = Date.now();
  const byName = new Map(markets.map((market) => [market.chain, market] as const));
  const stage = { markets: byName, crowds, narrator, secondMs: pace.secondMs, signal };
  await Promise.race([daemon.failed, tell(tellStory(seededRandom(options.seed)), stage)]);
  await Promise.race([daemon.failed, epilogue(beganMs, pace, receiver, signal)]);
  if (options.keepRunning) {
    narrator.plain(`\n${nextCommands(folder)}\n`);
    narrator.note('the chains, the crowd and the daemon go on until Ctrl-C');
    await Promise.race([daemon.failed, aborted(signal)]);
  }

  await calmDown();
  const exit = await daemon.stop();
  await delay(alertShownAfterMs);
  const blocks = await Promise.all(markets.map(({ client }) => client.blockNumber()));
  const troubleMs = beganMs + firstSaleAt * pace.secondMs;
  narrator.plain(summary({ markets, blocks, crowds, receiver, folder, troubleMs }));
  judge(receiver, exit.code, folder.daemonLog);
}

/** All four or none: where one cannot start, the others are ended by the caller. */
async function startMarkets(
  fast: boolean,
  artifacts: Artifacts,
  children: Children,
  endings: Endings,
): Promise<readonly Market[]> {
  const starting = chainLayouts.map(async (layout) => {
    const { name, chainId } = layout;
    const blockTimeMs = fast ? layout.fastBlockTimeMs : layout.blockTimeMs;
    const node = await startChainNode({ name, chainId, blockTimeMs }, children);
    endings.push(node.stop);
    const market = await deployMarket(layout, node, artifacts);
    // The first mint of a coin is no shock: the daemon, which begins at the head, must not find it there.
    await market.client.mine();
    return market;
  });
  // Not `all`: a node that comes up after another one failed must be in the list of endings too.
  const settled = await Promise.allSettled(starting);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

/** The rest of the story's time, and then the end of its incidents while it is near. */
async function epilogue(beganMs: number, pace: Pace, receiver: Receiver, signal: AbortSignal): Promise<void> {
  const endMs = beganMs + storyLengthSeconds * pace.secondMs;
  const patienceMs = endMs + 3 * pace.calmMs + pace.groupMs;
  const over = (): boolean => {
    const last = new Map(receiver.alerts.map(({ incident, reason }) => [incident.id, reason] as const));
    return (
      last.size > 0 && [...last.values()].every((reason) => reason === 'resolved' || reason === 'retracted')
    );
  };
  while (Date.now() < endMs || (!over() && Date.now() < patienceMs)) {
    await delay(200, undefined, { signal });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The sandbox is also a check: a depeg without an alert is a failure. */
function judge(receiver: Receiver, exitCode: number | null, log: string): void {
  const hint = `The daemon's log is ${log}.`;
  if (receiver.alerts.length === 0) {
    throw new PegwatchError('no-alert', 'The coin lost its peg on four chains and no alert arrived.', {
      hint,
    });
  }
  if (receiver.refused.length > 0) {
    throw new PegwatchError('alert-malformed', 'The daemon sent something that is no alert.', { hint });
  }
  if (exitCode !== 0) {
    const how = exitCode === null ? 'had to be killed' : `ended with exit code ${exitCode}`;
    throw new PegwatchError('daemon-not-clean', `Asked to stop, the daemon ${how}.`, { hint });
  }
}
