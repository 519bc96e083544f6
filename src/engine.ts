// The heart: one deterministic function of an ordered list of inputs. No clock, no randomness, no IO, no environment.
// The live daemon, replay, the benchmarks and the tests all call `step`; a restart restores `state` and goes on.
//
//   input -> lane of its chain -> signals -> triage -> incidents -> alerts -> effects

import type { AlertLook, AlertRoomState } from './alerts/alert-room.js';
import { createAlertRoom, forget, onIncident, onTime } from './alerts/alert-room.js';
import {
  countEvents,
  createDigests,
  type DigestState,
  forgetDigests,
  noteChange,
  onDigest,
  withDigest,
} from './alerts/digest.js';
import {
  createHookRoom,
  forgetHooks,
  type HookOutput,
  type HookRoomState,
  onApproval,
  onCallSettled,
  onIncidentForHooks,
  onTimeForHooks,
} from './alerts/hook-room.js';
import { withPlaybooks } from './alerts/playbook.js';
import { onRevised } from './alerts/revised.js';
import type { Effect, Input } from './core/io.js';
import { admitProblem, createProblemGate, type ProblemGate, turnHour } from './core/problem-gate.js';
import type { Spec } from './core/spec.js';
import type { Alert, ChainName, Incident, Problem, Signal } from './core/types.js';
import { unreachable } from './core/unreachable.js';
import type { BookChange } from './incidents/book.js';
import {
  admit,
  createIncidents,
  type IncidentState,
  retract,
  settle,
  triage,
} from './incidents/incident-room.js';
import type { Lane } from './judgement/lane.js';
import type { LaneOutput } from './judgement/lane-output.js';
import type { LaneState } from './judgement/lane-state.js';
import { createLanes } from './judgement/lanes.js';

/** Everything the engine remembers, as plain data: what a checkpoint stores. */
export interface EngineState {
  nowMs: number;
  /** Inputs taken so far. */
  steps: number;
  spec: Spec | null;
  lanes: Map<ChainName, LaneState>;
  incidents: IncidentState | null;
  alerts: AlertRoomState;
  digests: DigestState;
  hooks: HookRoomState;
  problems: ProblemGate;
}

export interface Engine {
  readonly state: EngineState;
  /** Takes one input and says all that follows from it. Inputs before the first `start` are a programming error. */
  step(input: Input): Effect[];
}

export function createEngine(state: EngineState = emptyState()): Engine {
  let lanes: ReadonlyMap<ChainName, Lane> = new Map();
  if (state.spec !== null) lanes = createLanes(state.spec, state.lanes).lanes;

  function step(input: Input): Effect[] {
    const effects: Effect[] = [];
    const nowMs = Math.max(state.nowMs, input.atMs);
    state.nowMs = nowMs;
    state.steps++;
    countEvents(state.digests, input);
    for (const problem of turnHour(state.problems, nowMs))
      effects.push({ kind: 'problem', atMs: nowMs, problem });
    switch (input.kind) {
      case 'start': {
        const made = createLanes(input.spec, state.lanes);
        lanes = made.lanes;
        state.lanes = made.states;
        state.spec = input.spec;
        state.incidents ??= createIncidents(input.spec.incidents);
        take(made.output, effects);
        break;
      }
      case 'block':
        take(laneOf(input.chain).block(input, state.steps), effects);
        break;
      case 'reorg':
        take(laneOf(input.chain).reorg(input), effects, input.why);
        break;
      case 'finalized':
        laneOf(input.chain).finalized(input.number);
        break;
      case 'silent':
      case 'heard':
        take(laneOf(input.chain).silence(input), effects);
        break;
      case 'tick':
        for (const lane of lanes.values()) take(lane.tick(nowMs, state.steps), effects);
        settleFinal();
        break;
      case 'receipt':
      case 'resend':
        // Remembered by the store; what a channel was told is decided by intent, and intent is never dropped.
        call(onCallSettled(state.hooks, input, nowMs), effects);
        break;
      case 'approve': {
        const { spec, incidents } = ready();
        call(onApproval(state.hooks, input, spec.playbooks ?? [], look(incidents)), effects);
        break;
      }
      default:
        return unreachable(input);
    }
    decide(effects);
    return effects;
  }

  /** Carries a lane's output on: signals wait for triage, dead ones are taken back at once. */
  function take(output: LaneOutput, effects: Effect[], why?: 'second-look'): void {
    const { spec, incidents } = ready();
    for (const { source, address } of output.watch) {
      effects.push({ kind: 'watch', chain: chainOf(source), source, address });
    }
    for (const problem of output.problems) note(problem, effects);
    if (output.undone.length > 0 || output.revived.length > 0) retractSignals(output, effects, why);
    for (const signal of output.signals) {
      effects.push({ kind: 'signal', signal });
      const dropped = admit(
        incidents,
        { signal, step: state.steps, atMs: state.nowMs, lane: laneIndex(signal) },
        spec.incidents,
      );
      if (dropped !== null) note(triageFull(dropped), effects);
    }
  }

  /** Kept, unless there were too many of its kind in this hour: then it is counted. */
  function note(problem: Problem, effects: Effect[]): void {
    const kept = admitProblem(state.problems, problem);
    if (kept !== null) effects.push({ kind: 'problem', atMs: state.nowMs, problem: kept });
  }

  /** Signals that the ticks raise again without the dead blocks were never gone; the rest is taken back. */
  function retractSignals({ undone, revived }: LaneOutput, effects: Effect[], cause?: 'second-look'): void {
    const { spec, incidents } = ready();
    const why =
      cause === undefined
        ? 'its block is no longer part of the chain'
        : 'an endpoint had left logs out of the blocks that it was judged by';
    const dead = new Set(undone);
    const again = new Set(revived.map(({ signal }) => signal.id));
    for (const signalId of dead) {
      if (!again.has(signalId)) effects.push({ kind: 'signal-retracted', signalId, atMs: state.nowMs, why });
    }
    for (const { signal } of revived) if (!dead.has(signal.id)) effects.push({ kind: 'signal', signal });
    const placed = revived.map((one) => ({ ...one, lane: laneIndex(one.signal) }));
    report(retract(incidents, dead, placed, state.nowMs, spec.incidents), effects);
  }

  /** Looks at the most urgent signals, then tells whoever is due. */
  function decide(effects: Effect[]): void {
    const { spec, incidents } = ready();
    report(triage(incidents, state.nowMs, spec.incidents), effects);
    tell(onTime(state.alerts, spec.channels, look(incidents)), effects);
    tell(onDigest(state.digests, state.alerts, spec.channels, look(incidents)), effects);
    call(onTimeForHooks(state.hooks, state.nowMs), effects);
  }

  function report(changes: readonly BookChange[], effects: Effect[]): void {
    const { spec, incidents } = ready();
    for (const one of changes) {
      const { incident } = one;
      effects.push({ kind: 'incident', ...one });
      noteChange(state.digests, one, spec.channels, state.nowMs);
      tell(onRevised(state.alerts, one, spec.channels, look(incidents)), effects);
      tell(onIncident(state.alerts, incident, spec.channels, look(incidents)), effects);
      call(onIncidentForHooks(state.hooks, one, spec.playbooks ?? [], look(incidents)), effects);
    }
  }

  /** What a person needs beside the news: what to do, and the numbers so far. */
  function tell(alerts: readonly Alert[], effects: Effect[]): void {
    const { spec } = ready();
    for (const alert of alerts) {
      const whole = withDigest(state.digests, withPlaybooks(alert, spec.playbooks ?? []));
      effects.push({ kind: 'alert', alert: whole });
    }
  }

  function call({ hooks, alerts }: HookOutput, effects: Effect[]): void {
    for (const hook of hooks) effects.push({ kind: 'hook', hook });
    for (const alert of alerts) effects.push({ kind: 'alert', alert });
  }

  function settleFinal(): void {
    const { spec, incidents } = ready();
    settle(incidents, isFinal, spec.incidents);
    forget(state.alerts, state.nowMs, spec.incidents.joinWindowMs);
    const isKnown = (id: string): boolean => incidents.book.has(id);
    forgetDigests(state.digests, isKnown);
    forgetHooks(state.hooks, isKnown);
  }

  function look(incidents: IncidentState): AlertLook {
    return {
      nowMs: state.nowMs,
      incident: (id) => incidents.book.get(id),
      isConfirmed: (incident: Incident) =>
        incident.signals.every((signal) => signal.severity === null || isFinal(signal)),
    };
  }

  function laneIndex(signal: Signal): number {
    return state.spec?.chains.findIndex(({ chain }) => chain === signal.chain) ?? 0;
  }

  function isFinal(signal: Signal): boolean {
    return lanes.get(signal.chain)?.isFinal(signal) ?? true;
  }

  function laneOf(chain: ChainName): Lane {
    const lane = lanes.get(chain);
    if (lane === undefined) throw new Error(`no such chain in the engine: ${chain}`);
    return lane;
  }

  function chainOf(source: string): ChainName {
    return state.spec?.sources.find((one) => one.id === source)?.chain ?? '';
  }

  function ready(): { spec: Spec; incidents: IncidentState } {
    if (state.spec === null || state.incidents === null) throw new Error('the first input must be `start`');
    return { spec: state.spec, incidents: state.incidents };
  }

  return { state, step };
}

function emptyState(): EngineState {
  return {
    nowMs: 0,
    steps: 0,
    spec: null,
    lanes: new Map(),
    incidents: null,
    alerts: createAlertRoom(),
    digests: createDigests(),
    hooks: createHookRoom(),
    problems: createProblemGate(),
  };
}

function triageFull(dropped: Signal): Problem {
  return {
    code: 'triage-full',
    chain: dropped.chain,
    source: dropped.source,
    message: `triage is full: signal ${dropped.id} (${dropped.severity ?? 'eased'}) was not looked at`,
    raw: null,
  };
}
