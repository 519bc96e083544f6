// One chain's judgement: blocks and ticks in, signals out. A lane sees nothing of the other chains, so a reorg of its
// chain is undone here alone: before a block or a tick changes a source, the source's state is kept, until the
// chain's finality makes the block safe. After an undo the ticks that had come since are run again; the lane then
// stands where it would stand had it never seen the dead blocks.

import type { Input } from '../core/io.js';
import type { LogCursor } from '../core/packed-logs.js';
import { severityRank } from '../core/severity.js';
import type { ChainName, CoinSpec, Observation, Quantities, Signal, SourceSpec } from '../core/types.js';
import type { Detector, Look } from '../detectors/detector.js';
import type { CompiledRule } from '../detectors/rules.js';
import { createDecoder, type Decoder } from '../protocols/decoder.js';
import { observe, settle } from '../series/index.js';
import type { OracleSeries, PoolSeries, Series } from '../series/series.js';
import { emptyOutput, type LaneOutput } from './lane-output.js';
import {
  createMoment,
  createSlot,
  forgetFinal,
  keepMoment,
  type LaneState,
  type Moment,
  type Slot,
  setStanding,
  slotOf,
  touchSlot,
  undoAbove,
} from './lane-state.js';
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

/** What a lane knows from the configuration. */
export interface LaneProgram {
  readonly chain: ChainName;
  readonly sources: ReadonlyMap<string, SourceSpec>;
  readonly coins: ReadonlyMap<string, CoinSpec>;
  readonly detectors: readonly Detector[];
  readonly rules: ReadonlyMap<string, CompiledRule>;
}

/** A verdict that changed what stands. */
interface Transition {
  readonly subject: Subject;
  readonly key: string;
  readonly before: Standing;
  readonly after: Standing;
  readonly rule: CompiledRule;
  /** The expression that decided. */
  readonly decidedBy: string;
  readonly values: Quantities;
  readonly sentence: string;
}

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
      if (!state.slots.has(spec.id)) state.slots.set(spec.id, createSlot(spec));
      const { type } = slotOf(state, spec.id).series;
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
    const moment = createMoment(block, input.atMs, step);
    const touches = new Map<string, { readonly slot: Slot; log: LogCursor | null; mark: number }>();

    this.decoder.decode(input, {
      observation: (spec, observation, log) => {
        let touch = touches.get(spec.id);
        if (touch === undefined) {
          touch = { slot: touchSlot(this.state, spec.id, moment), log: null, mark: 0 };
          touches.set(spec.id, touch);
        }
        if (observation.kind === 'emitter') this.follow(spec, observation, output);
        observe(touch.slot.series, observation, spec, block.timeMs);
        // Text is made of the last one only, below.
        if (log !== null) {
          touch.log = log;
          touch.mark = log.transactionMark;
        }
      },
      problem: (problem) => output.problems.push(problem),
    });
    if (touches.size === 0) return output;

    const touched = [...touches.keys()];
    for (const [id, { slot, log, mark }] of touches) {
      settle(slot.series, this.spec(id), block.timeMs);
      slot.series.touch = {
        blockNumber: block.number,
        blockHash: block.hash,
        blockTimeMs: block.timeMs,
        transactionHash: log === null ? null : log.transactionHashAt(mark),
      };
    }
    const look = this.look(block.timeMs);
    for (const id of touched) {
      for (const detector of this.byType[slotOf(this.state, id).series.type])
        this.judge(detector, id, look, moment, output);
    }
    for (const id of this.oraclesBeside(touched)) {
      for (const detector of this.byType.oracle) this.judge(detector, id, look, moment, output);
    }
    keepMoment(this.state, moment);
    return output;
  }

  /** Judges what changes by time alone, and lets signals ease that have been milder for long enough. */
  tick(atMs: number, step: number): LaneOutput {
    const output = emptyOutput();
    const moment = createMoment(null, atMs, step);
    const look = this.look(atMs);
    for (const [id, slot] of this.state.slots) {
      for (const detector of this.byTick) {
        if (detector.judges === slot.series.type) this.judge(detector, id, look, moment, output);
      }
      for (const [key, { subject, standing }] of slot.standings) {
        const rule = this.program.rules.get(subject.detector);
        if (rule === undefined) continue;
        const eased = mature(standing, atMs, rule.holdMs);
        if (eased === null) continue;
        const sentence = `${subject.coin} at ${id}: ${subject.detector} has eased`;
        const transition = {
          subject,
          key,
          before: standing,
          after: eased.after,
          rule,
          decidedBy: 'eased',
          values: noValues,
          sentence,
        };
        this.stand(transition, moment, output);
      }
    }
    if (moment.before.size > 0 || this.state.moments.length > 0) keepMoment(this.state, moment);
    return output;
  }

  /** Takes back every block above `keep` and everything that was judged since, then lets the ticks pass again. */
  reorg(input: Extract<Input, { kind: 'reorg' }>): LaneOutput {
    const output = emptyOutput();
    if (input.keep.number < this.state.finalized) {
      output.problems.push({
        code: 'reorg-too-deep',
        chain: this.state.chain,
        source: null,
        message: `reorg to block ${input.keep.number}, below final block ${this.state.finalized}`,
        raw: null,
      });
    }
    const undone = undoAbove(this.state, input.keep.number);
    if (undone.length === 0) return output;
    this.forgetEmitters();
    output.undone.push(...undone.flatMap(({ signals }) => signals));
    for (const { block, step, atMs } of undone) {
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

  silence(input: Extract<Input, { kind: 'silent' | 'heard' }>): LaneOutput {
    return { ...emptyOutput(), signals: [silenceSignal(input, this.state.finalized)] };
  }

  finalized(number: number): void {
    this.state.finalized = Math.max(this.state.finalized, number);
    forgetFinal(this.state);
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
    const series = slotOf(this.state, id).series;
    for (const { coin, values } of detector.measure(series, look)) {
      const verdict = rule.judge(values);
      const subject: Subject = { detector: detector.name, source: id, coin };
      const key = subjectKey(subject);
      const before = slotOf(this.state, id).standings.get(key)?.standing ?? nothingStanding;
      this.degradation(key, id, verdict.degraded, output);
      // What could still be told may raise a signal; it never eases one.
      if (verdict.degraded !== null && severityRank(verdict.severity) <= severityRank(before.severity))
        continue;
      const { after, changed } = weigh(before, verdict, look.nowMs, rule.holdMs);
      if (after === before) continue;
      if (changed) {
        const sentence = detector.sentence(coin, id, values);
        const transition = { subject, key, before, after, rule, decidedBy: verdict.rule, values, sentence };
        this.stand(transition, moment, output);
      } else setStanding(this.state, moment, key, subject, after);
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
  private stand(transition: Transition, moment: Moment, output: LaneOutput): void {
    const { subject, key, before, after, rule, decidedBy, values, sentence } = transition;
    const { touch } = slotOf(this.state, subject.source).series;
    const { block } = moment;
    // A pool's block may judge an oracle that last spoke long ago: the block that was judged is the evidence.
    const place = {
      blockNumber: block?.number ?? touch?.blockNumber ?? 0,
      blockHash: block?.hash ?? touch?.blockHash ?? ('0x' as const),
      blockTimeMs: block?.timeMs ?? touch?.blockTimeMs ?? moment.atMs,
    };
    const evidence = {
      chain: this.state.chain,
      source: subject.source,
      ...place,
      transactionHash: touch?.blockHash === place.blockHash ? touch.transactionHash : null,
      values: known(values),
      rule: decidedBy,
      thresholds: rule.numbers,
    };
    const cause = block?.hash ?? `time|${place.blockHash}|${before.signalId}`;
    const signal = signalOf(subject, after, cause, evidence, moment.atMs, sentence);
    const signalId = signal.severity === null ? null : signal.id;
    setStanding(this.state, moment, key, subject, { ...after, signalId });
    moment.signals.push(signal.id);
    output.signals.push(signal);
  }

  /** Oracles of the coins that the touched sources hold: a pool that moves away from its oracle is the oracle's matter. */
  private oraclesBeside(touched: readonly string[]): Set<string> {
    const beside = new Set<string>();
    for (const id of touched) {
      if (slotOf(this.state, id).series.type !== 'pool') continue;
      for (const token of this.spec(id).tokens) {
        for (const oracle of (token.coin !== null && this.oracles.get(token.coin)) || []) beside.add(oracle);
      }
    }
    for (const id of touched) beside.delete(id);
    return beside;
  }

  /** What the detectors see at one moment. Judging changes standings, never series: a list is made once. */
  private look(nowMs: number): Look {
    const listed = <S extends Series>(index: ReadonlyMap<string, readonly string[]>) => {
      const lists = new Map<string, readonly S[]>();
      return (coin: string): readonly S[] => {
        let list = lists.get(coin);
        if (list === undefined) {
          list = (index.get(coin) ?? []).map((id) => slotOf(this.state, id).series as S);
          lists.set(coin, list);
        }
        return list;
      };
    };
    return {
      nowMs,
      coin: (coin) => this.program.coins.get(coin),
      spec: (source) => this.spec(source),
      poolsOf: listed<PoolSeries>(this.pools),
      oraclesOf: listed<OracleSeries>(this.oracles),
    };
  }

  private spec(id: string): SourceSpec {
    const spec = this.program.sources.get(id);
    if (spec === undefined) throw new Error(`no such source: ${id}`);
    return spec;
  }
}

/** Evidence holds what is known; an unknown quantity is left out rather than shown as a number. */
function known(values: Quantities): Quantities {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}
