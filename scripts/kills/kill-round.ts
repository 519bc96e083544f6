// One world and the kills in it: a few chains under load, a hostile receiver, the ordinary daemon, killed with SIGKILL
// as often as asked and started again. Then peace, and the oracle's last word.

import { PegwatchError } from '../../src/core/errors.js';
import { replay } from '../../src/replay.js';
import { openReader } from '../../src/store/open-reader.js';
import type { StoreReader } from '../../src/store/store.js';
import { type ConfigFolder, writeConfigFolder } from '../../test/helpers/config-folder.js';
import { type Daemon, startDaemon } from '../../test/helpers/daemon-process.js';
import { eventually } from '../../test/helpers/eventually.js';
import { type Market, marketCoins, startMarket } from '../../test/helpers/pretend-market.js';
import { seeded } from '../../test/simulation/seeded.js';
import { type AimName, aims, drawAim } from './aims.js';
import { type AlertCheck, createAlertCheck } from './alert-check.js';
import { type Deed, type HostileReceiver, startHostileReceiver, surelyHeardMs } from './hostile-receiver.js';
import { createJournalCheck, type JournalCheck } from './journal-check.js';
import { startStormStory } from './storm-story.js';

export interface RoundOptions {
  readonly seed: string;
  readonly kills: number;
  /** Called after each kill. */
  readonly progress?: (kills: number, problems: readonly string[]) => void;
}

export interface RoundResult {
  readonly seed: string;
  readonly kills: Readonly<Partial<Record<AimName, number>>>;
  /** From the start of the process until it follows every chain again. */
  readonly restartsMs: readonly number[];
  readonly inputs: number;
  readonly events: number;
  readonly reorgs: number;
  readonly starts: number;
  readonly storeBytes: number;
  readonly alerts: AlertCheck['counts'];
  readonly deeds: Readonly<Record<Deed, number>>;
  /** Empty: every promise held. */
  readonly problems: readonly string[];
  /** Where everything stands, for a look at what went wrong. */
  readonly folder: string;
}

const chains = [
  ['ethereum', 1],
  ['polygon', 137],
  ['arbitrum', 42_161],
  ['bsc', 56],
] as const;
/** Long after the promised ten seconds: a busy machine is slow, and slow is counted apart from never. */
const restartLimitMs = 60_000;
/** An alert that the receiver has refused ten times in a row waits for minutes. */
const peaceLimitMs = 600_000;

export async function killRound(options: RoundOptions): Promise<RoundResult> {
  const random = seeded(`kills/${options.seed}`);
  const markets = await Promise.all(chains.map(([chain, chainId]) => startMarket(chain, chainId)));
  const receiver = await startHostileReceiver(random.stream('receiver'));
  const folder = configure(markets, receiver);
  const story = startStormStory(markets, random.stream('story'));
  const problems: string[] = [];
  const problem = (sentence: string): void => void problems.push(sentence);
  const oracle = createOracle(folder, {
    journal: createJournalCheck(markets, story, problem),
    alerts: createAlertCheck(receiver, problem),
    problem,
  });
  const kills: Partial<Record<AimName, number>> = {};
  const restartsMs: number[] = [];

  let daemon = startDaemon(folder);
  for (let n = 0; n < options.kills; n++) {
    const aim = drawAim(random);
    let acknowledged = 0;
    const startedMs = performance.now();
    const ready = async (): Promise<void> => {
      await daemon.ready(restartLimitMs);
      if (n > 0) restartsMs.push(performance.now() - startedMs);
      acknowledged = JSON.parse((await daemon.get('/status')).body).store.seq;
    };
    // A daemon that ends by itself would be waited for in vain.
    const waited = aims[aim].wait({ daemon, receiver, story, random, ready });
    await Promise.race([waited, daemon.exited, tooLong()]).catch((thrown) =>
      problem(`kill ${n + 1} (${aim}): ${String(thrown)}`),
    );
    const { code, signal } = await daemon.kill();
    if (signal !== 'SIGKILL') problem(`it ended by itself with ${code}: ${daemon.output.err.slice(-500)}`);
    kills[aim] = (kills[aim] ?? 0) + 1;
    await oracle.look(receiver.life, acknowledged);
    receiver.life++;
    options.progress?.(n + 1, problems);
    daemon = startDaemon(folder);
  }

  receiver.becomeGood();
  await story.end();
  await atPeace(daemon, markets, receiver).catch((thrown) =>
    problem(`no peace at the end: ${String(thrown)}`),
  );
  const { code } = await daemon.stop();
  if (code !== 0) problem(`it stopped with ${code}`);
  const { inputs, storeBytes } = await oracle.atEnd(receiver.life);
  for (const { node } of markets) await node.close();
  await receiver.close();
  const { events, reorgs, starts } = oracle.journal;
  const { seed } = options;
  const alerts = oracle.alerts.counts;
  const deeds = receiver.deedCounts;
  return {
    seed,
    kills,
    restartsMs,
    inputs,
    events,
    reorgs,
    starts,
    storeBytes,
    alerts,
    deeds,
    problems,
    folder: folder.config,
  };
}

/** What a kill waits for comes within a second or two. */
async function tooLong(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 2 * restartLimitMs).unref());
  throw new Error('what it waited for never came');
}

/** One channel that is told at once, and calm that is over soon, so that incidents come and go while we kill. */
function configure(markets: readonly Market[], receiver: HostileReceiver): ConfigFolder {
  return writeConfigFolder({
    chains: markets.map(({ chain, chainId, node }) => ({ chain, chainId, ws: node.ws, depth: 8 })),
    coins: marketCoins(markets),
    webhook: receiver.url,
    groupMs: 100,
    timeoutMs: 4 * surelyHeardMs,
    calmMs: 300,
    checkpointMs: 300,
    logLevel: 'debug',
  });
}

interface Oracle {
  readonly journal: JournalCheck;
  readonly alerts: AlertCheck;
  /** Reads on what is stored: after a kill, while nobody writes. */
  look(life: number, acknowledgedSeq: number): Promise<void>;
  atEnd(life: number): Promise<{ readonly inputs: number; readonly storeBytes: number }>;
}

function createOracle(
  { store }: ConfigFolder,
  parts: Pick<Oracle, 'journal' | 'alerts'> & { readonly problem: (sentence: string) => void },
): Oracle {
  const { journal, alerts, problem } = parts;
  let lastSeq = 0;

  async function look(life: number, acknowledgedSeq: number): Promise<void> {
    const reader = openedReader(acknowledgedSeq);
    // Killed before there was a store.
    if (reader === null) return;
    takeNew(reader, life);
    if (lastSeq < acknowledgedSeq)
      problem(`step ${acknowledgedSeq} was acknowledged, ${lastSeq} is the last`);
    alerts.afterLife(life);
    await reader.close();
  }

  function openedReader(acknowledgedSeq: number): StoreReader | null {
    try {
      return openReader(store);
    } catch (thrown) {
      const early = lastSeq === 0 && acknowledgedSeq === 0;
      if (early && thrown instanceof PegwatchError && thrown.code === 'store-missing') return null;
      throw thrown;
    }
  }

  function takeNew(reader: StoreReader, life: number): void {
    for (const step of reader.steps(lastSeq + 1)) {
      journal.take(step);
      alerts.take(step, life);
      lastSeq = step.seq;
    }
  }

  return {
    journal,
    alerts,
    look,
    async atEnd(life) {
      await look(life, lastSeq);
      const reader = openReader(store);
      journal.atEnd(reader);
      alerts.atEnd(reader);
      const { live, replayed, difference, inputs } = replay(reader);
      if (difference !== null || live.digest !== replayed.digest) {
        problem(`a replay decides otherwise from step ${difference?.seq} on`);
      }
      const storeBytes = reader.sizeBytes();
      await reader.close();
      return { inputs, storeBytes };
    },
  };
}

/** Every chain is stored to its end, nothing is open and nothing waits. */
async function atPeace(daemon: Daemon, markets: readonly Market[], receiver: HostileReceiver): Promise<void> {
  await eventually(async () => {
    const { chains, incidentsOpen, channels } = JSON.parse((await daemon.get('/status')).body) as Status;
    const behind = chains.filter(
      ({ chain, block }) => markets.find((one) => one.chain === chain)?.node.head.number !== block?.number,
    );
    const open = Object.values(incidentsOpen).reduce((sum, count) => sum + count, 0);
    const pending = channels.reduce((sum, channel) => sum + channel.pending, 0);
    // Good news waits for its window: an incident that is closed may not have been told so yet.
    const lastWords = new Map(receiver.arrivals.map(({ message }) => [message.incident.id, message.reason]));
    const unfinished = [...lastWords.values()].filter(
      (reason) => reason !== 'resolved' && reason !== 'retracted',
    );
    if (behind.length + open + pending + unfinished.length === 0) return true;
    throw new Error(`${behind.length} chains behind, ${open} incidents open, ${pending} alerts pending`);
  }, peaceLimitMs);
}

interface Status {
  readonly chains: readonly { readonly chain: string; readonly block: { readonly number: number } | null }[];
  readonly incidentsOpen: Readonly<Record<string, number>>;
  readonly channels: readonly { readonly pending: number }[];
}
