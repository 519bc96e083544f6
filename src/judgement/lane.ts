// One chain's judgement: blocks and ticks in, signals out. A lane sees nothing of the other chains, so a reorg of its
// chain is undone here alone: before a block or a tick changes a source, the source's state is kept, until the
// chain's finality makes the block safe. After an undo the ticks that had come since are run again; the lane then
// stands where it would stand had it never seen the dead blocks.

import type { ChainName } from '../core/chain.js';
import type { CoinSpec } from '../core/coin.js';
import type { Input } from '../core/io.js';
import type { Observation } from '../core/observation.js';
import type { LogCursor } from '../core/packed-logs.js';
import type { Measured, Signal } from '../core/signal.js';
import type { SourceSpec } from '../core/source.js';
import type { Detector, Look } from '../detectors/detector.js';
import type { CompiledRule } from '../detectors/rules.js';
import { createDecoder, type Decoder } from '../protocols/decoder.js';
import { observe, settle } from '../series/index.js';
import type { Series } from '../series/series.js';
import { blindnessSignal, type OpenHole } from './blindness.js';
import { easeDisagreement, hearDisagreement } from './disagreement.js';
import { lookAtFinality } from './finality-stall.js';
import { ease, type Hearing, judge } from './hearing.js';
import { emptyOutput, type LaneOutput, outputOf } from './lane-output.js';
import {
  createMoment,
  createSlot,
  forgetFinal,
  heardUntil,
  keepHead,
  keepMoment,
  type LaneState,
  type Moment,
  type Slot,
  slotOf,
  touchSlot,
  undoAbove,
} from './lane-state.js';
import { createLook } from './look.js';
import { silenceSignal } from './silence.js';

/** What a lane knows from the configuration. */
export interface LaneProgram {
  readonly chain: ChainName;
  readonly finalityStalledAfterMs?: number | undefined;
  /** Whether its blocks come one after the other; false for a place of imports, which is heard where it has a row. */
  readonly followed: boolean;
  readonly sources: ReadonlyMap<string, SourceSpec>;
  readonly coins: ReadonlyMap<string, CoinSpec>;
  readonly detectors: readonly Detector[];
  readonly rules: ReadonlyMap<string, CompiledRule>;
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
    const judging = (type: Series['type']) => wakesOnBlock.filter((detector) => detector.judges === type);
    this.byType = {
      pool: judging('pool'),
      oracle: judging('oracle'),
      token: judging('token'),
      vault: judging('vault'),
      escrow: judging('escrow'),
      issuer: judging('issuer'),
    };
    this.byTick = program.detectors.filter((detector) => detector.wakes === 'tick');
  }

  block(input: Extract<Input, { kind: 'block' }>, step: number): LaneOutput {
    const output = emptyOutput();
    const { block } = input;
    keepHead(this.state, block);
    const moment = createMoment(this.state, block, input.atMs, step);
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
    const hearing = this.hearing(block.timeMs, moment, output);
    for (const id of touched) {
      for (const detector of this.byType[slotOf(this.state, id).series.type]) judge(hearing, detector, id);
    }
    for (const id of this.oraclesBeside(touched)) {
      for (const detector of this.byType.oracle) judge(hearing, detector, id);
    }
    keepMoment(this.state, moment);
    return output;
  }

  /**
   * Judges what changes by time alone, and lets signals ease that have been milder for long enough. Nothing ages beyond
   * the newest block's time, because what was not heard since is unknown; on a silent chain nothing eases by it either.
   */
  tick(atMs: number, step: number, silent = this.state.silent): LaneOutput {
    const output = emptyOutput();
    const moment = { ...createMoment(this.state, null, atMs, step), silent };
    const easedBy = silent ? this.heardUntil(atMs) : atMs;
    const hearing = this.hearing(this.heardUntil(atMs), moment, output);
    for (const [id, { series }] of this.state.slots) {
      for (const detector of this.byTick) if (detector.judges === series.type) judge(hearing, detector, id);
      ease(hearing, id, easedBy);
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
    for (const { block, step, atMs, silent } of undone) {
      if (block !== null) continue;
      for (const signal of this.tick(atMs, step, silent).signals) output.revived.push({ signal, step, atMs });
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

  /** `onEveryChain`: no chain is left that is heard. */
  silence(input: Extract<Input, { kind: 'silent' | 'heard' }>, onEveryChain: boolean): LaneOutput {
    this.state.silent = input.kind === 'silent';
    return outputOf(silenceSignal(input, this.state.finalized, onEveryChain));
  }

  /** What is missing for so long that it must be told; null where nothing is. */
  missing(hole: OpenHole | null, atMs: number): LaneOutput {
    if (this.state.blind === (hole !== null)) return emptyOutput();
    this.state.blind = hole !== null;
    return outputOf(blindnessSignal(this.program.chain, hole, atMs, this.state.finalized));
  }

  disagreement(input: Extract<Input, { kind: 'disagreement' }>): LaneOutput {
    return outputOf(hearDisagreement(this.state, input));
  }

  agreeing(nowMs: number): LaneOutput {
    return outputOf(easeDisagreement(this.state, nowMs));
  }

  /**
   * A block of a hole that was read later. Its logs are read for what is wrong with them, and not judged: judgement is a
   * fold in order, and folding an old block into what came after it would raise signals about a market that never was.
   */
  late(input: Extract<Input, { kind: 'late' }>): LaneOutput {
    const output = emptyOutput();
    this.decoder.decode(
      { logs: input.logs, calls: [] },
      { observation() {}, problem: (problem) => output.problems.push(problem) },
    );
    return output;
  }

  finalized({ chain, number, atMs }: Extract<Input, { kind: 'finalized' }>): LaneOutput {
    const limitMs = this.program.finalityStalledAfterMs ?? Number.POSITIVE_INFINITY;
    const before = this.state.finalized;
    this.state.finalized = Math.max(before, number);
    forgetFinal(this.state);
    return outputOf(lookAtFinality(this.state.finality, { chain, number, atMs }, before, limitMs));
  }

  /**
   * Whether nothing can take the signal back any more. What time brought about has older evidence (the source's last
   * block), so it is the moment that raised it which must be out of reach.
   */
  isFinal(signal: Signal): boolean {
    if (signal.evidence.blockNumber > this.state.finalized) return false;
    return !this.state.moments.some(({ signals }) => signals.includes(signal.id));
  }

  /** What the detectors measure now, of the sources that were touched within `freshMs`. Changes nothing. */
  measured(nowMs: number, freshMs: number): Measured[] {
    const look = this.look(this.heardUntil(nowMs));
    return [...this.state.slots].flatMap(([source, { series }]) => {
      if (series.touch === null || nowMs - series.touch.blockTimeMs > freshMs) return [];
      const fitting = this.program.detectors.filter(({ judges }) => judges === series.type);
      return fitting.flatMap((detector) =>
        detector
          .measure(series, look)
          .map(({ coin, values }) => ({ detector: detector.name, coin, source, values })),
      );
    });
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

  private heardUntil(nowMs: number): number {
    return this.program.followed ? heardUntil(this.state, nowMs) : nowMs;
  }

  private hearing(nowMs: number, moment: Moment, output: LaneOutput): Hearing {
    return { state: this.state, rules: this.program.rules, look: this.look(nowMs), moment, output };
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

  private look(nowMs: number): Look {
    const { state, pools, oracles, program } = this;
    return createLook({ state, pools, oracles, coins: program.coins, spec: (id) => this.spec(id) }, nowMs);
  }

  private spec(id: string): SourceSpec {
    const spec = this.program.sources.get(id);
    if (spec === undefined) throw new Error(`no such source: ${id}`);
    return spec;
  }
}
