// One chain's judgement: blocks and ticks in, signals out. A lane sees nothing of the other chains, so a reorg of its
// chain is undone here alone: before a block or a tick changes a source, the source's state is kept, until the
// chain's finality makes the block safe. After an undo the ticks that had come since are run again; the lane then
// stands where it would stand had it never seen the dead blocks.

import type { Input } from '../core/io.js';
import type { LogCursor } from '../core/packed-logs.js';
import { severityRank } from '../core/severity.js';
import type {
  Block,
  ChainName,
  CoinSpec,
  Hex,
  Observation,
  Problem,
  Signal,
  SourceSpec,
} from '../core/types.js';
import type { Detector, Look } from '../detectors/detector.js';
import type { CompiledRule } from '../detectors/rules.js';
import { createDecoder, type Decoder } from '../protocols/decoder.js';
import { cloneSeries, createSeries, observe, settle } from '../series/index.js';
import type { OracleSeries, PoolSeries, Series } from '../series/series.js';
import { silenceSignal } from './silence.js';
import {
  mature,
  nothingStanding,
  noValues,
  type Standing,
  type Subject,
  signalOf,
  subjectKey,
  weigh,
} from './standing.js';

/** A source's series and what stands against it. */
interface Slot {
  /** The source's configuration as JSON: a source that is configured otherwise starts anew. */
  readonly print: string;
  readonly series: Series;
  readonly standings: Map<string, { readonly subject: Subject; readonly standing: Standing }>;
}

/** Something that changed slots, with how they were before: enough to take it back. */
interface Moment {
  /** Null for a tick. */
  readonly block: { readonly number: number; readonly hash: Hex } | null;
  /** The engine's step, and its time. */
  readonly step: number;
  readonly atMs: number;
  readonly before: Map<string, Slot>;
  readonly signals: string[];
}

/** Plain data: part of the engine's checkpoint. */
export interface LaneState {
  readonly chain: ChainName;
  readonly slots: Map<string, Slot>;
  readonly moments: Moment[];
  readonly emitters: Map<string, Hex>;
  /** Subjects whose rule could not be evaluated when it was last asked. */
  readonly degraded: Set<string>;
  head: Block | null;
  finalized: number;
}

/** What a lane says about one input. */
export interface LaneOutput {
  readonly signals: Signal[];
  /** Ids of all signals that were undone with dead blocks. */
  readonly undone: string[];
  /** What the ticks since raise without those blocks; many are the same as the undone ones. */
  readonly revived: { readonly signal: Signal; readonly step: number; readonly atMs: number }[];
  readonly problems: Problem[];
  readonly watch: { readonly source: string; readonly address: Hex }[];
}

/** What a lane knows from the configuration. */
export interface LaneProgram {
  readonly chain: ChainName;
  readonly sources: ReadonlyMap<string, SourceSpec>;
  readonly coins: ReadonlyMap<string, CoinSpec>;
  readonly detectors: readonly Detector[];
  readonly rules: ReadonlyMap<string, CompiledRule>;
}

/** More moments than this are not kept: a chain whose finality stands still must not fill the memory. */
const maxMoments = 20_000;

export class Lane {
  private decoder: Decoder;
  private readonly pools = new Map<string, string[]>();
  private readonly oracles = new Map<string, string[]>();
  private readonly byType: Readonly<Record<Series['type'], readonly Detector[]>>;
  private readonly byTick: readonly Detector[];

  constructor(
    private readonly program: LaneProgram,
    readonly state: LaneState,
  ) {
    this.decoder = this.makeDecoder();
    for (const spec of program.sources.values()) {
      if (!state.slots.has(spec.id)) {
        state.slots.set(spec.id, {
          print: JSON.stringify(spec),
          series: createSeries(spec),
          standings: new Map(),
        });
      }
      const type = state.slots.get(spec.id)?.series.type;
      const index = type === 'pool' ? this.pools : type === 'oracle' ? this.oracles : null;
      for (const token of spec.tokens) {
        if (index !== null && token.coin !== null)
          index.set(token.coin, [...(index.get(token.coin) ?? []), spec.id]);
      }
    }
    const wakesOnBlock = program.detectors.filter((detector) => detector.wakes === 'block');
    this.byType = {
      pool: wakesOnBlock.filter((detector) => detector.judges === 'pool'),
      oracle: wakesOnBlock.filter((detector) => detector.judges === 'oracle'),
      token: wakesOnBlock.filter((detector) => detector.judges === 'token'),
    };
    this.byTick = program.detectors.filter((detector) => detector.wakes === 'tick');
  }

  block(input: Extract<Input, { kind: 'block' }>, step: number): LaneOutput {
    const output = emptyOutput();
    const { block } = input;
    this.state.head = block;
    const moment: Moment = { block, step, atMs: input.atMs, before: new Map(), signals: [] };
    const transactions = new Map<string, Hex | null>();

    this.decoder.decode(input, {
      observation: (spec, observation, log) => {
        const slot = this.touch(spec.id, moment);
        if (observation.kind === 'emitter') this.follow(spec, observation, output);
        observe(slot.series, observation, spec, block.timeMs);
        transactions.set(spec.id, log === null ? (transactions.get(spec.id) ?? null) : transactionOf(log));
      },
      problem: (problem) => output.problems.push(problem),
    });
    if (moment.before.size === 0) return output;

    const touched = [...moment.before.keys()];
    for (const id of touched) {
      const { series } = this.slot(id);
      settle(series, this.spec(id), block.timeMs);
      series.touch = {
        blockNumber: block.number,
        blockHash: block.hash,
        blockTimeMs: block.timeMs,
        transactionHash: transactions.get(id) ?? null,
      };
    }
    const look = this.look(block.timeMs);
    for (const id of touched) {
      for (const detector of this.byType[this.slot(id).series.type])
        this.judge(detector, id, look, moment, output);
    }
    for (const id of this.oraclesBeside(touched)) {
      for (const detector of this.byType.oracle) this.judge(detector, id, look, moment, output);
    }
    this.keep(moment);
    return output;
  }

  /** Judges what changes by time alone, and lets signals ease that have been milder for long enough. */
  tick(atMs: number, step: number): LaneOutput {
    const output = emptyOutput();
    const moment: Moment = { block: null, step, atMs, before: new Map(), signals: [] };
    const look = this.look(atMs);
    for (const [id, slot] of this.state.slots) {
      for (const detector of this.byTick) {
        if (detector.judges === slot.series.type) this.judge(detector, id, look, moment, output);
      }
      for (const [key, { subject, standing }] of slot.standings) {
        const rule = this.program.rules.get(subject.detector);
        if (rule === undefined) continue;
        const eased = mature(standing, atMs, rule.holdMs);
        if (eased !== null)
          this.stand(id, key, subject, eased.after, atMs, noValues, rule, 'eased', moment, output);
      }
    }
    if (moment.before.size > 0 || this.state.moments.length > 0) this.keep(moment);
    return output;
  }

  /** Takes back every block above `keep` and everything that was judged since, then lets the ticks pass again. */
  reorg(input: Extract<Input, { kind: 'reorg' }>): LaneOutput {
    const output = emptyOutput();
    const { moments } = this.state;
    const first = moments.findIndex(({ block }) => block !== null && block.number > input.keep.number);
    if (input.keep.number < this.state.finalized) {
      output.problems.push({
        code: 'reorg-too-deep',
        chain: this.state.chain,
        source: null,
        message: `reorg to block ${input.keep.number}, below final block ${this.state.finalized}`,
        raw: null,
      });
    }
    if (first < 0) return output;
    const undone = moments.splice(first);
    for (const { before } of undone.reverse())
      for (const [id, slot] of before) this.state.slots.set(id, slot);
    this.forgetEmitters();
    output.undone.push(...undone.flatMap(({ signals }) => signals));
    for (const { block, step, atMs } of undone.reverse()) {
      if (block !== null) continue;
      for (const signal of this.tick(atMs, step).signals) output.revived.push({ signal, step, atMs });
    }
    return output;
  }

  /** A contract that only a dead block named is not listened to, until a living one names it. */
  private forgetEmitters(): void {
    const { emitters } = this.state;
    let changed = false;
    for (const [id, address] of emitters) {
      const series = this.state.slots.get(id)?.series;
      if (series?.type !== 'oracle' || series.emitter === address) continue;
      if (series.emitter === null) emitters.delete(id);
      else emitters.set(id, series.emitter);
      changed = true;
    }
    if (changed) this.decoder = this.makeDecoder();
  }

  private makeDecoder(): Decoder {
    const decoder = createDecoder(this.program.chain, [...this.program.sources.values()]);
    for (const [source, address] of this.state.emitters) decoder.setEmitter(source, address);
    return decoder;
  }

  /** The chain fell silent or was heard again: a signal about the chain itself, no rule needed. */
  silence(input: Extract<Input, { kind: 'silent' | 'heard' }>): LaneOutput {
    const output = emptyOutput();
    output.signals.push(silenceSignal(input, this.state.finalized));
    return output;
  }

  finalized(number: number): void {
    this.state.finalized = Math.max(this.state.finalized, number);
    const { moments } = this.state;
    let count = 0;
    let safe = 0;
    for (const { block } of moments) {
      if (block !== null && block.number > number) break;
      count++;
      // Ticks between final blocks go too; those after the last final block may have to be run again.
      if (block !== null) safe = count;
    }
    if (count === moments.length) safe = count;
    if (safe > 0) moments.splice(0, safe);
  }

  /**
   * Whether nothing can take the signal back any more. Its evidence may be older than its cause (a pool's block makes
   * an oracle's last answer look wrong), so it is the moment that raised it which must be out of reach.
   */
  isFinal(signal: Signal): boolean {
    if (signal.evidence.blockNumber > this.state.finalized) return false;
    return !this.state.moments.some(({ signals }) => signals.includes(signal.id));
  }

  private follow(
    spec: SourceSpec,
    { address }: Extract<Observation, { kind: 'emitter' }>,
    output: LaneOutput,
  ): void {
    if (this.state.emitters.get(spec.id) === address) return;
    this.state.emitters.set(spec.id, address);
    this.decoder.setEmitter(spec.id, address);
    output.watch.push({ source: spec.id, address });
  }

  private judge(detector: Detector, id: string, look: Look, moment: Moment, output: LaneOutput): void {
    const rule = this.program.rules.get(detector.name);
    if (rule === undefined) return;
    const series = this.slot(id).series;
    for (const { coin, values } of detector.measure(series, look)) {
      const verdict = rule.judge(values);
      const subject: Subject = { detector: detector.name, source: id, coin };
      const key = subjectKey(subject);
      const before = this.slot(id).standings.get(key)?.standing ?? nothingStanding;
      this.degradation(key, id, verdict.degraded, output);
      // What could still be told may raise a signal; it never eases one.
      if (verdict.degraded !== null && severityRank(verdict.severity) <= severityRank(before.severity))
        continue;
      const { after, changed } = weigh(before, verdict, look.nowMs, rule.holdMs);
      if (after === before) continue;
      if (changed)
        this.stand(id, key, subject, after, look.nowMs, values, rule, verdict.rule, moment, output, detector);
      else this.touch(id, moment).standings.set(key, { subject, standing: after });
    }
  }

  /** A rule that cannot be trusted is told once, and again when it failed anew after having been well. */
  private degradation(key: string, source: string, degraded: string | null, output: LaneOutput): void {
    if (degraded === null) this.state.degraded.delete(key);
    else if (!this.state.degraded.has(key)) {
      this.state.degraded.add(key);
      const message = `the rule of ${key} is degraded: ${degraded}`;
      output.problems.push({ code: 'rule-degraded', chain: this.state.chain, source, message, raw: null });
    }
  }

  /** Makes a transition stand and words it as a signal. */
  private stand(
    id: string,
    key: string,
    subject: Subject,
    standing: Standing,
    nowMs: number,
    values: Signal['evidence']['values'],
    rule: CompiledRule,
    decidedBy: string,
    moment: Moment,
    output: LaneOutput,
    detector?: Detector,
  ): void {
    const slot = this.touch(id, moment);
    slot.standings.set(key, { subject, standing });
    const touch = slot.series.touch;
    const evidence = {
      chain: this.state.chain,
      source: id,
      blockNumber: touch?.blockNumber ?? 0,
      blockHash: touch?.blockHash ?? ('0x' as Hex),
      blockTimeMs: touch?.blockTimeMs ?? nowMs,
      transactionHash: touch?.transactionHash ?? null,
      values: known(values),
      rule: decidedBy,
      thresholds: rule.numbers,
    };
    const sentence =
      detector?.sentence(subject.coin, id, values) ??
      `${subject.coin} at ${id}: ${subject.detector} has eased`;
    const signal = signalOf(subject, standing, evidence, moment.atMs, sentence);
    moment.signals.push(signal.id);
    output.signals.push(signal);
  }

  /** The slot, ready to be changed: what it was is kept in the moment first. */
  private touch(id: string, moment: Moment): Slot {
    const slot = this.slot(id);
    if (moment.before.has(id)) return slot;
    moment.before.set(id, slot);
    const copy: Slot = {
      print: slot.print,
      series: cloneSeries(slot.series),
      standings: new Map(slot.standings),
    };
    this.state.slots.set(id, copy);
    return copy;
  }

  private keep(moment: Moment): void {
    this.state.moments.push(moment);
    if (this.state.moments.length > maxMoments) this.state.moments.shift();
  }

  /** Oracles of the coins that the touched sources hold: a pool that moves away from its oracle is the oracle's matter. */
  private oraclesBeside(touched: readonly string[]): Set<string> {
    const beside = new Set<string>();
    for (const id of touched) {
      if (this.slot(id).series.type !== 'pool') continue;
      for (const token of this.spec(id).tokens) {
        for (const oracle of (token.coin !== null && this.oracles.get(token.coin)) || []) beside.add(oracle);
      }
    }
    for (const id of touched) beside.delete(id);
    return beside;
  }

  private look(nowMs: number): Look {
    const seriesOf = <S extends Series>(ids: readonly string[] | undefined): readonly S[] =>
      (ids ?? []).map((id) => this.slot(id).series as S);
    return {
      nowMs,
      coin: (coin) => this.program.coins.get(coin),
      spec: (source) => this.spec(source),
      poolsOf: (coin) => seriesOf<PoolSeries>(this.pools.get(coin)),
      oraclesOf: (coin) => seriesOf<OracleSeries>(this.oracles.get(coin)),
    };
  }

  private slot(id: string): Slot {
    const slot = this.state.slots.get(id);
    if (slot === undefined) throw new Error(`no such source: ${id}`);
    return slot;
  }

  private spec(id: string): SourceSpec {
    const spec = this.program.sources.get(id);
    if (spec === undefined) throw new Error(`no such source: ${id}`);
    return spec;
  }
}

export function createLaneState(chain: ChainName): LaneState {
  return {
    chain,
    slots: new Map(),
    moments: [],
    emitters: new Map(),
    degraded: new Set(),
    head: null,
    finalized: -1,
  };
}

/** Evidence holds what is known; an unknown quantity is left out rather than shown as a number. */
function known(values: Signal['evidence']['values']): Signal['evidence']['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}

function emptyOutput(): LaneOutput {
  return { signals: [], undone: [], revived: [], problems: [], watch: [] };
}

function transactionOf(log: LogCursor): Hex {
  return log.transactionHash();
}
