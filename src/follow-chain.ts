// One chain in the daemon: its sources are compared with the chain, what the store knows of it is handed to a follower,
// and what the follower yields goes to the driver.

import { type AwaitParts, awaitSources } from './await-sources.js';
import { ChainFollower } from './chain/follower.js';
import type { Config } from './config/config.js';
import type { ChainName } from './core/chain.js';
import type { Hex } from './core/hex.js';
import type { Input } from './core/io.js';
import { aborted } from './core/ports.js';
import type { Block } from './core/reading.js';
import type { Signal } from './core/signal.js';
import { openHoles } from './coverage/holes.js';
import type { Store } from './store/store.js';

/** Light blocks handed to a follower at least, so that it can tell a reorg that happened while we were down. */
const recentBlocks = 1024;
/** Beyond this many, blocks that wait for a second opinion cost a start too much. */
const mostWaiting = 20_000;

export interface FollowParts extends AwaitParts {
  readonly config: Pick<Config, 'spec'>;
  readonly store: Pick<Store, 'cursors' | 'ledgers' | 'logsOf' | 'recentBlocks' | 'watches'>;
  readonly followers: Map<ChainName, ChainFollower>;
}

/** One chain from its first word to the last; its troubles are its own, unless the configuration contradicts it. */
export async function followChain(parts: FollowParts): Promise<void> {
  const { chain, config, engine, store, live, deps, followers } = parts;
  const sources = config.spec.sources.filter((source) => source.chain === chain.chain);
  await awaitSources(sources, parts);
  if (deps.signal.aborted) return;
  const lane = engine.state.lanes.get(chain.chain);
  const emitters = new Map<string, readonly Hex[]>();
  // Also those that the engine has taken back with a dead block: asking for too much is harmless.
  const found = store.watches().map(({ source, address }) => [source, address] as const);
  for (const [source, address] of [...found, ...(lane?.emitters ?? [])])
    emitters.set(source, [...(emitters.get(source) ?? []), address]);
  const cursor = store.cursors().find((one) => one.chain === chain.chain) ?? null;
  // All that still waits for a second opinion, however long the last run had to wait for it.
  const waiting = Math.min(mostWaiting, cursor === null ? 0 : cursor.number - (cursor.finalized ?? 0));
  const recent = store.recentBlocks(chain.chain, Math.max(recentBlocks, chain.finality.keep, waiting));
  const stored = (block: Block) => store.logsOf(chain.chain, block);
  const ledger = store.ledgers().get(chain.chain);
  const before = {
    silent: lane?.silent ?? false,
    holes: openHoles(ledger?.holes ?? []),
    readTimeMs: ledger?.readTimeMs ?? 0,
    since: engine.state.ledgers.get(chain.chain)?.sources ?? {},
  };
  const about = { chain, sources, emitters, cursor, recent, stored, before };
  const follower = new ChainFollower(about, deps);
  followers.set(chain.chain, follower);
  // What the last run had not asked about to the end.
  const standing = [...(engine.state.incidents?.book.values() ?? [])].flatMap(({ signals }) => signals);
  for (const signal of standing) {
    const isAsked = engine.state.checks.has(signal.evidence.blockHash);
    if (signal.chain === chain.chain && signal.severity === 'critical' && !isAsked)
      askAbout(signal, followers);
  }
  // The driver may have no room for long (a full disk): that must not hold up the end.
  const ended = aborted(deps.signal);
  for await (const input of follower.inputs()) await Promise.race([live.push(input satisfies Input), ended]);
}

/** Time alone (a silence) has no block to ask about, and where one endpoint is enough nobody is asked. */
export function askAbout(
  { chain, evidence: { blockNumber, blockHash } }: Signal,
  followers: ReadonlyMap<ChainName, ChainFollower>,
): void {
  if (blockHash !== '0x') followers.get(chain)?.check({ number: blockNumber, hash: blockHash });
}
