// What must hold at the end of a run, whatever went wrong in it. The truth is the pretend chain; the oracle of judgement
// is an engine that is given the same journal without the blocks that died.

import type { Alert } from '../../src/core/alert.js';
import { messageOf } from '../../src/core/errors.js';
import type { Input } from '../../src/core/io.js';
import { packLogs } from '../../src/core/packed-logs.js';
import { createEngine, type Engine } from '../../src/engine.js';
import { replay } from '../../src/replay.js';
import { verifyLinks } from '../../src/store/links.js';
import { readStore } from '../../src/store/read-store.js';
import type { StoreReader } from '../../src/store/store.js';
import type { Tables } from '../../src/store/tables.js';
import { verifyRows } from '../../src/store/verify-rows.js';
import { aggregatorAddress } from '../helpers/make-spec.js';
import { checkConfirmed } from './check-confirmed.js';
import { checkCoverage } from './check-coverage.js';
import { checkDisagreement } from './check-disagreement.js';
import { checkFollowUps } from './check-follow-ups.js';
import { checkHooks } from './check-hooks.js';
import { checkWays } from './check-ways.js';
import { type Durable, memoryTables } from './memory-tables.js';
import type { PretendChain, SimBlock } from './pretend-chain.js';
import type { Received } from './pretend-receiver.js';
import { spentItsHour } from './spent-its-hour.js';

export interface Ended {
  readonly chains: readonly PretendChain[];
  /** By chain: so many endpoints must agree on a critical. */
  readonly agreement: ReadonlyMap<string, number>;
  /** Chains with an endpoint that leaves logs out at some time. */
  readonly lying: ReadonlySet<string>;
  readonly durable: Durable;
  readonly received: readonly Received[];
  /** What the operator's automation was called for. */
  readonly called: readonly Received[];
  readonly kills: number;
  /** When the daemon was asked to stop for good: what was not durable then waits for its next start. */
  readonly stoppingAtMs: number;
  /** As it stood when the daemon stopped. */
  readonly engine: Engine | null;
  readonly count: (what: string, by?: number) => void;
}

/** Longer than a calm disk takes for one commit. */
const commitMs = 100;

type BlockInput = Extract<Input, { kind: 'block' }>;
type LogBlock = Pick<BlockInput, 'block' | 'logs'>;

/** Each is a sentence about something that does not hold. */
export function checkRun(ended: Ended): readonly string[] {
  const tables = memoryTables(ended.durable, () => Promise.resolve());
  const reader: StoreReader = { id: '', ...readStore(tables, ''), close: () => Promise.resolve() };
  const steps = [...reader.steps(1)];
  ended.count('steps', steps.length);
  const problems: string[] = [];
  const inputs = steps.map(({ input }) => input);
  const living = livingOf(inputs, problems);
  for (const chain of ended.chains) {
    const blocks = living.get(chain.name) ?? [];
    problems.push(...checkBlocks(chain, [...blocks, ...lateOf(chain, inputs)], learnedAt(chain, inputs)));
    problems.push(...checkTimeline(chain, reader, blocks));
    problems.push(...checkCoverage(chain, reader.ledgers().get(chain.name), inputs));
  }
  problems.push(...checkJudgement(inputs, new Set([...living.values()].flat()), ended));
  problems.push(
    ...checkAlerts(
      reader,
      steps.flatMap(({ effects }) => effects),
      ended,
    ),
  );
  problems.push(...checkFollowUps(steps).problems);
  problems.push(...checkWays(steps, ended.count), ...checkHooks(steps, ended.count));
  const alerts = steps.flatMap(({ effects }) =>
    effects.flatMap((one) => (one.kind === 'alert' ? [one.alert] : [])),
  );
  problems.push(...checkConfirmed(ended.chains, ended.agreement, inputs, alerts, ended.count));
  problems.push(...checkDisagreement(inputs, ended.lying, ended.count));
  problems.push(...checkStore(tables, reader));
  const { difference } = replay(reader);
  if (difference !== null) problems.push(`a replay differs at step ${difference.seq}`);
  return problems;
}

/** What `pegwatch verify` would say: the chain of hashes, and every row that follows from the journal. */
function checkStore(tables: Tables, reader: StoreReader): readonly string[] {
  try {
    verifyLinks(tables, 'simulated');
    verifyRows(tables, { ...reader, id: 'simulated' });
    return [];
  } catch (thrown) {
    return [`verify: ${messageOf(thrown)}`];
  }
}

/** The blocks of each chain that stand after all inputs; each must continue the one before it. */
export function livingOf(inputs: readonly Input[], problems: string[]): Map<string, BlockInput[]> {
  const chains = new Map<string, BlockInput[]>();
  let lastMs = 0;
  for (const input of inputs) {
    if (input.atMs < lastMs) problems.push('the time of the journal runs backwards');
    lastMs = input.atMs;
    if (!('chain' in input)) continue;
    const blocks = chains.get(input.chain) ?? [];
    chains.set(input.chain, blocks);
    if (input.kind === 'block') {
      const tip = blocks.at(-1)?.block;
      const { number, parentHash } = input.block;
      if (tip && number <= tip.number) problems.push(`${input.chain}: ${number} came after ${tip.number}`);
      if (tip && number === tip.number + 1 && parentHash !== tip.hash)
        problems.push(`${input.chain}: ${number} does not continue its parent`);
      blocks.push(input);
    } else if (input.kind === 'reorg') {
      for (const hash of input.dead) {
        const killed = blocks.pop();
        // A block below the first that was read may die too; nobody had it.
        if (killed !== undefined && killed.block.hash !== hash)
          problems.push(`${input.chain}: a reorg kills what does not stand there`);
      }
      const left = blocks.at(-1);
      if (left && left.block.number > input.keep.number)
        problems.push(`${input.chain}: a reorg to ${input.keep.number} leaves ${left.block.number}`);
    }
  }
  return chains;
}

/** Blocks of holes that were read later: their logs are in the timeline too. */
function lateOf(chain: PretendChain, inputs: readonly Input[]): readonly LogBlock[] {
  return inputs.flatMap((input) => (input.kind === 'late' && input.chain === chain.name ? [input] : []));
}

/** Every log of every canonical block since the first is in exactly one living block. */
function checkBlocks(chain: PretendChain, blocks: readonly LogBlock[], learned: number): readonly string[] {
  const problems: string[] = [];
  const first = blocks[0]?.block.number;
  if (first === undefined) return [`${chain.name}: no block was read`];
  const byNumber = new Map(blocks.map((input) => [input.block.number, input]));
  let lost = 0;
  for (const block of chain.canonical) {
    if (block.number < first) continue;
    const input = byNumber.get(block.number);
    if (input !== undefined && input.block.hash !== block.hash) {
      problems.push(`${chain.name}: ${block.number} stands as a block that died`);
    } else if (!isWhole(block, input, block.number <= learned)) {
      lost++;
      problems.push(
        `${chain.name}: logs of ${block.number} are ${input ? 'not those of the chain' : 'lost'}`,
      );
    }
  }
  if (!blocks.some(({ block }) => block.hash === chain.tip.hash))
    problems.push(`${chain.name}: its tip is not the newest block`);
  return lost > 5 ? [...problems.slice(0, 3), `${chain.name}: ${lost} blocks with missing logs`] : problems;
}

/** What an oracle's feed emits can only be asked for once a call has told which contract stands behind it. */
function isWhole(block: SimBlock, input: LogBlock | undefined, isUnlearned: boolean): boolean {
  const same = (logs: SimBlock['logs']): boolean =>
    input === undefined
      ? logs.length === 0
      : Buffer.compare(
          packLogs(logs, () => {}),
          input.logs,
        ) === 0;
  return (
    same(block.logs) || (isUnlearned && same(block.logs.filter((log) => log.address !== aggregatorAddress)))
  );
}

/** The first block at which the feed's contract was read. */
function learnedAt(chain: PretendChain, inputs: readonly Input[]): number {
  for (const input of inputs) {
    if (input.kind !== 'block' || input.chain !== chain.name) continue;
    if (input.calls.some(({ call, data }) => call === 'aggregator' && data !== null))
      return input.block.number;
  }
  return Number.POSITIVE_INFINITY;
}

/** Each block stands once in the timeline; what died is marked. */
function checkTimeline(
  chain: PretendChain,
  reader: StoreReader,
  blocks: readonly BlockInput[],
): readonly string[] {
  const problems: string[] = [];
  const living = new Set(blocks.map(({ block }) => block.hash));
  const seen = new Set<string>();
  for (const entry of reader.entries({ chain: chain.name, kinds: ['block'] })) {
    if (entry.kind !== 'block' || entry.orphaned) continue;
    const { hash, number } = entry.input.block;
    if (!living.has(hash)) problems.push(`${chain.name}: dead block ${number} is not marked in the timeline`);
    if (seen.has(hash)) problems.push(`${chain.name}: ${number} stands twice in the timeline`);
    seen.add(hash);
  }
  for (const { block, logs } of blocks) {
    if (logs.length > 6 && !seen.has(block.hash))
      problems.push(`${chain.name}: ${block.number} is missing in the timeline`);
  }
  return problems;
}

/** What must not remember the dead: every source's series and standings, and the incidents. */
export function view({ state }: Engine): unknown {
  return {
    slots: [...state.lanes.values()].map((lane) =>
      [...lane.slots].map(([id, { series, standings }]) => ({ id, series, standings: [...standings] })),
    ),
    incidents: [...(state.incidents?.book.values() ?? [])].filter(({ life }) => life !== 'retracted'),
  };
}

function checkJudgement(
  inputs: readonly Input[],
  living: ReadonlySet<Input>,
  ended: Ended,
): readonly string[] {
  const clean = createEngine();
  const lived = createEngine();
  for (const input of inputs) {
    lived.step(input);
    const died = input.kind === 'reorg' || (input.kind === 'block' && !living.has(input));
    if (!died) clean.step(input);
  }
  const problems: string[] = [];
  const expected = words(view(clean));
  if (words(view(lived)) !== expected)
    problems.push(`the engine remembers dead blocks: ${firstDifference(words(view(lived)), expected)}`);
  if (ended.engine !== null && words(view(ended.engine)) !== words(view(lived)))
    problems.push('the engine after its restarts is not the engine of the journal');
  ended.count('incidents', clean.state.incidents?.book.size ?? 0);
  return problems;
}

function checkAlerts(
  reader: StoreReader,
  effects: readonly { readonly kind: string }[],
  ended: Ended,
): readonly string[] {
  const problems: string[] = [];
  const decided = effects.flatMap((effect) => ('alert' in effect ? [effect.alert as Alert] : []));
  ended.count('alerts', decided.length);
  const ids = new Set<string>();
  for (const { id } of decided) {
    if (ids.has(id)) problems.push(`alert ${id} was decided twice`);
    ids.add(id);
  }
  // While its receiver was down, a newer alert of the incident took the place of these.
  const superseded = new Set<string>();
  for (const { input } of reader.journal(1)) {
    if (input.kind === 'receipt' && input.outcome === 'superseded') superseded.add(input.alertId);
  }
  ended.count('superseded', superseded.size);
  const arrived = new Map<string, Received[]>();
  for (const one of [...ended.received, ...ended.called]) {
    const { id } = one.message;
    arrived.set(id, [...(arrived.get(id) ?? []), one]);
    if (!ids.has(id)) problems.push(`alert ${id} was sent and is not in the journal`);
  }
  let doubled = 0;
  const mayStillWait = (alert: Alert): boolean =>
    alert.atMs >= ended.stoppingAtMs - commitMs || spentItsHour(alert, ended.received, ended.stoppingAtMs);
  for (const alert of decided) {
    const { id } = alert;
    const times = arrived.get(id) ?? [];
    const mayWait = mayStillWait(alert);
    if (times.length === 0 && !superseded.has(id) && !mayWait)
      problems.push(`alert ${id} was never delivered`);
    doubled += Math.max(0, times.filter(({ answered }) => answered).length - 1);
    const contents = new Set(
      times.map(({ message }) => JSON.stringify({ ...message, superseded: 0, why: '', text: '' })),
    );
    if (contents.size > 1) problems.push(`alert ${id} was delivered with two contents`);
  }
  ended.count('delivered twice', doubled);
  if (doubled > 0 && ended.kills === 0) problems.push(`${doubled} alerts were delivered twice for no reason`);
  const pending = reader.pendingDeliveries().filter(({ alert }) => !mayStillWait(alert));
  if (pending.length > 0) problems.push('deliveries are still pending');
  return [
    ...problems,
    ...checkConversations(decided, ended.received, superseded),
    ...checkRetractions(effects, decided),
  ];
}

function checkConversations(
  decided: readonly Alert[],
  received: readonly Received[],
  superseded: ReadonlySet<string>,
): readonly string[] {
  const problems: string[] = [];
  const last = new Map<string, number>();
  for (const { incidentId, channel, sequence } of decided) {
    const key = `${incidentId} on ${channel}`;
    if (sequence !== (last.get(key) ?? 0) + 1)
      problems.push(`${key}: sequence ${sequence} after ${last.get(key) ?? 0}`);
    last.set(key, sequence);
  }
  const heard = new Map<string, number>();
  for (const { message } of received) {
    const key = `${message.incident.id} on ${message.channel}`;
    const highest = heard.get(key) ?? 0;
    for (let missing = highest + 1; missing < message.sequence; missing++) {
      if (superseded.has(`${message.incident.id}-${message.channel}-${missing}`)) continue;
      problems.push(`${key}: ${message.sequence} was heard after ${highest}`);
    }
    heard.set(key, Math.max(highest, message.sequence));
  }
  return problems;
}

/** Where an incident is gone as if it had never been, whoever was told of it is told so. */
function checkRetractions(
  effects: readonly { readonly kind: string }[],
  decided: readonly Alert[],
): readonly string[] {
  const life = new Map<string, string>();
  for (const effect of effects) {
    if (!('incident' in effect)) continue;
    const { id, life: now } = effect.incident as { id: string; life: string };
    life.set(id, now);
  }
  const problems: string[] = [];
  const lastTold = new Map(decided.map((alert) => [`${alert.incidentId} ${alert.channel}`, alert]));
  for (const [key, alert] of lastTold) {
    if (life.get(alert.incidentId) === 'retracted' && alert.reason !== 'retracted')
      problems.push(`${key} was told ${alert.reason} and never that it is retracted`);
  }
  return problems;
}

export function words(value: unknown): string {
  return JSON.stringify(value, (_key, one) => {
    if (typeof one === 'bigint') return `${one}n`;
    if (typeof one === 'number' && !Number.isFinite(one)) return String(one);
    if (one instanceof Map) return [...one];
    if (one instanceof Float64Array) return [...one].map(String);
    return one;
  });
}

export function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `…${a.slice(Math.max(0, at - 120), at + 60)} instead of …${b.slice(at, at + 60)}`;
}
