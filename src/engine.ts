// The heart: one deterministic function of an ordered list of inputs. No clock, no randomness, no IO, no environment.
// The live daemon, replay, the benchmarks and the tests all call `step`; a restart restores `state` and goes on.
//
//   input -> lane of its chain -> signals -> triage -> incidents -> alerts -> effects

import { countEvents } from './alerts/digest.js';
import {
  createNews,
  forgetNews,
  type NewsLook,
  type NewsState,
  newsOfChange,
  newsOfFinality,
  newsOfStart,
  newsOfTime,
  newsOfWord,
} from './alerts/news.js';
import { type BlockChecks, forgetChecks, isAgreed, weakestCheck } from './core/block-checks.js';
import { type BlockContexts, contextOf } from './core/block-context.js';
import type { ChainName } from './core/chain.js';
import type { Incident } from './core/incident.js';
import type { Effect, Input } from './core/io.js';
import type { Problem } from './core/problem.js';
import { admitProblem, createProblemGate, type ProblemGate, turnHour } from './core/problem-gate.js';
import type { Measured, Signal } from './core/signal.js';
import type { Spec } from './core/spec.js';
import { unreachable } from './core/unreachable.js';
import { blindSpotsOf } from './coverage/blind-spots.js';
import { openHoles } from './coverage/holes.js';
import { type Ledgers, moveLedgers } from './coverage/ledger.js';
import type { BookChange } from './incidents/book.js';
import {
  admit,
  createIncidents,
  type IncidentState,
  retract,
  settle,
  triage,
} from './incidents/incident-room.js';
import { triageFull } from './incidents/triage-full.js';
import { blindAfterMs } from './judgement/blindness.js';
import type { Lane } from './judgement/lane.js';
import type { LaneOutput } from './judgement/lane-output.js';
import type { LaneState } from './judgement/lane-state.js';
import { createLanes } from './judgement/lanes.js';

/** Everything the engine remembers, as plain data: what a checkpoint stores. */
export interface EngineState extends NewsState {
  nowMs: number;
  /** Inputs taken so far. */
  steps: number;
  spec: Spec | null;
  lanes: Map<ChainName, LaneState>;
  incidents: IncidentState | null;
  /** The same as the store's. */
  ledgers: Ledgers;
  /** What came of asking around about the blocks of critical signals, by hash. */
  checks: BlockChecks;
  /** How busy those blocks were. */
  contexts: BlockContexts;
  problems: ProblemGate;
}

export interface Engine {
  readonly state: EngineState;
  /** Takes one input and says all that follows from it. Inputs before the first `start` are a programming error. */
  step(input: Input): Effect[];
  /** What the detectors measure at this moment, of sources heard within `freshMs`: a view that changes nothing. */
  measured(freshMs: number): readonly Measured[];
}

export function createEngine(state: EngineState = emptyState()): Engine {
  let lanes: ReadonlyMap<ChainName, Lane> = new Map();
  if (state.spec !== null) lanes = createLanes(state.spec, state.lanes).lanes;

  function step(input: Input): Effect[] {
    const effects: Effect[] = [];
    const nowMs = Math.max(state.nowMs, input.atMs);
    state.nowMs = nowMs;
    state.steps++;
    state.ledgers = moveLedgers(state.ledgers, input);
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
        effects.push(...newsOfStart(state, look()));
        break;
      }
      case 'block':
        take(laneOf(input.chain).block(input, state.steps), effects);
        break;
      case 'reorg':
        take(laneOf(input.chain).reorg(input), effects, input.why);
        break;
      case 'finalized':
        take(laneOf(input.chain).finalized(input), effects);
        break;
      case 'silent':
      case 'heard':
        take(laneOf(input.chain).silence(input, isLastHeard(input.chain)), effects);
        break;
      case 'disagreement':
        take(laneOf(input.chain).disagreement(input), effects);
        break;
      case 'checked':
        state.checks.set(input.hash, input.check);
        if (input.context !== undefined) state.contexts.set(input.hash, input.context);
        break;
      case 'late':
        take(laneOf(input.chain).late(input), effects);
        break;
      case 'hole':
      case 'filled':
        // The ledger knows by now; what stays open for long is told by a tick.
        break;
      case 'tick':
        for (const [chain, lane] of lanes) {
          take(lane.tick(nowMs, state.steps), effects);
          take(lane.missing(overdueHole(chain), nowMs), effects);
          take(lane.agreeing(nowMs), effects);
        }
        settleFinal();
        effects.push(...newsOfFinality(state, look()));
        break;
      case 'receipt':
      case 'resend':
      case 'approve':
      case 'silence':
      case 'unsilence':
        effects.push(...newsOfWord(state, input, look()));
        break;
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
    const { changes, raised, gone: never } = retract(incidents, dead, placed, state.nowMs, spec.incidents);
    for (const { id } of never)
      effects.push({ kind: 'signal-retracted', signalId: id, atMs: state.nowMs, why });
    for (const signal of raised) effects.push({ kind: 'signal', signal });
    report(changes, effects);
  }

  /** Looks at the most urgent signals, then tells whoever is due. */
  function decide(effects: Effect[]): void {
    const { spec, incidents } = ready();
    report(triage(incidents, state.nowMs, spec.incidents), effects);
    effects.push(...newsOfTime(state, look()));
  }

  function report(changes: readonly BookChange[], effects: Effect[]): void {
    for (const { watch = [], ...change } of changes) {
      for (const signal of watch) effects.push({ kind: 'signal', signal });
      const one = { ...change, incident: withBlindSpots(change.incident) };
      effects.push({ kind: 'incident', ...one }, ...newsOfChange(state, one, look()));
    }
  }

  function settleFinal(): void {
    const { spec, incidents } = ready();
    settle(incidents, isFinal, spec.incidents);
    forgetNews(state, look(), (id) => incidents.book.has(id));
    forgetChecks(state.checks, incidents.book.values());
    forgetChecks(state.contexts, incidents.book.values());
  }

  function look(): NewsLook {
    const { spec, incidents } = ready();
    return {
      nowMs: state.nowMs,
      spec,
      incident: (id) => {
        const incident = incidents.book.get(id);
        return incident === undefined ? undefined : withBlindSpots(incident);
      },
      incidents: () => incidents.book.values(),
      checkOf: ({ signals }) => weakestCheck(state.checks, signals),
      contextOf: ({ signals }) => contextOf(state.contexts, signals),
      isConfirmed: (incident) =>
        incident.signals.every(
          (signal) =>
            signal.severity === null || (isFinal(signal) && isAgreed(state.checks, signal, spec.chains)),
        ),
    };
  }

  /** Whoever is told of an incident is told what was not watched meanwhile. The book does not hold it: it is no judgement. */
  function withBlindSpots(incident: Incident): Incident {
    const blindSpots = blindSpotsOf(state.ledgers, incident);
    return blindSpots.length === 0 ? incident : { ...incident, blindSpots };
  }

  function overdueHole(chain: ChainName) {
    const holes = openHoles(state.ledgers.get(chain)?.holes ?? []);
    return holes.find(({ openedAtMs }) => state.nowMs - openedAtMs >= blindAfterMs) ?? null;
  }

  function isLastHeard(chain: ChainName): boolean {
    return [...lanes].every(([name, lane]) => name === chain || lane.state.silent);
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

  function measured(freshMs: number): readonly Measured[] {
    return [...lanes.values()].flatMap((lane) => lane.measured(state.nowMs, freshMs));
  }

  return { state, step, measured };
}

function emptyState(): EngineState {
  return {
    nowMs: 0,
    steps: 0,
    spec: null,
    lanes: new Map(),
    incidents: null,
    ledgers: new Map(),
    checks: new Map(),
    contexts: new Map(),
    ...createNews(),
    problems: createProblemGate(),
  };
}
