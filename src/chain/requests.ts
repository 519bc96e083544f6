import { sleep } from '../core/ports.js';
import { cutRaw } from './cut-raw.js';
import type { Endpoint } from './endpoint.js';
import { fullJitter } from './full-jitter.js';
import {
  type FailureKind,
  failed,
  type Outcome,
  type RpcAnswer,
  type RpcCall,
  type RpcFailure,
} from './json-rpc.js';
import type { ChainDeps } from './ports.js';
import { type Answered, Race } from './race.js';
import type { Priority } from './request-queue.js';
import type { Tuning } from './tuning.js';

/** Turns the answers to a request's calls into what was asked for. A failure is charged to the endpoint. */
export type Read<T> = (answers: readonly RpcAnswer[], endpoint: string) => Outcome<T>;

export type Calls = readonly RpcCall[] | ((endpoint: string) => readonly RpcCall[]);

/** Another endpoint would say the same, or the caller must ask differently. */
const final: ReadonlySet<FailureKind> = new Set(['range-too-wide', 'reverted', 'bad-params', 'aborted']);

/** The endpoint is well; only this block, state or method is missing there. */
const innocent: ReadonlySet<FailureKind> = new Set(['unknown-block', 'state-missing', 'unsupported']);

/** Worth a look at what was said. */
const senseless: ReadonlySet<FailureKind> = new Set(['malformed', 'contradiction']);

/** News waits for the answer. */
const urgent: ReadonlySet<Priority> = new Set(['head', 'confirm']);

interface Standing {
  failures: number;
  coolUntilMs: number;
}

/**
 * The only place that tries a request again. An endpoint that fails cools off for a time with full jitter; those in
 * good standing are asked in the configured order. When none is left there is a pause, and after `rounds` of that
 * the last failure is the answer.
 */
export class Requests {
  readonly #standings = new Map<Endpoint, Standing>();
  #last: string | null = null;

  constructor(
    private readonly options: { readonly chain: string; readonly endpoints: readonly Endpoint[] },
    private readonly deps: ChainDeps & { readonly tuning: Tuning },
  ) {
    for (const endpoint of options.endpoints) this.#standings.set(endpoint, { failures: 0, coolUntilMs: 0 });
  }

  /** The endpoint that gave the last good answer. */
  get lastGood(): string | null {
    return this.#last;
  }

  /**
   * `except`: another than this endpoint is asked where there is one. Where news waits for the answer and the endpoint
   * is slow, the next one is asked as well, and the first good answer counts.
   */
  async ask<T>(
    calls: Calls,
    read: Read<T>,
    priority: Priority,
    rounds?: number,
    except: string | null = null,
  ): Promise<Outcome<T>> {
    const { signal, clock, random, tuning } = this.deps;
    let failure: RpcFailure = { kind: 'transport', message: 'no endpoint of this chain can be used' };
    /** Judges an answer; null where others are to be asked. */
    const judge = ({ endpoint, answers }: Answered): Outcome<T> | null => {
      const outcome = read(answers, endpoint.name);
      if (outcome.ok || final.has(outcome.failure.kind)) {
        this.#last = endpoint.name;
        this.forgive(endpoint.name);
        return outcome;
      }
      failure = outcome.failure;
      this.#charge(endpoint, failure, answers);
      return null;
    };
    for (let round = 0; round < (rounds ?? tuning.rounds); round++) {
      const pauseMs = round === 0 ? 0 : fullJitter(round, tuning.backoffBaseMs, tuning.backoffCapMs, random);
      const waitMs = Math.max(pauseMs, this.#coolestInMs());
      // A timer of no time takes a millisecond.
      if (waitMs > 0) await sleep(clock, waitMs, signal);
      const race = new Race(urgent.has(priority) ? tuning.slowAfterMs : null, clock);
      for (const endpoint of this.options.endpoints) {
        if (signal.aborted) return failed('aborted', 'stopping');
        if (endpoint.refused || this.#coolsForMs(endpoint) > 0) continue;
        if (endpoint.name === except && this.options.endpoints.length > 1) continue;
        const wanted = typeof calls === 'function' ? calls(endpoint.name) : calls;
        race.enter(endpoint, endpoint.send(wanted, priority));
        const answered = await race.first();
        const outcome = answered === null ? null : judge(answered);
        if (outcome !== null) return this.#won(outcome, race);
      }
      while (race.size > 0) {
        const outcome = judge(await race.last());
        if (outcome !== null) return this.#won(outcome, race);
      }
    }
    return { ok: false, failure };
  }

  /** Whoever still has not answered was too slow for this once: the others are asked first for a while. */
  #won<T>(outcome: Outcome<T>, race: Race): Outcome<T> {
    for (const endpoint of outcome.ok ? race.running : []) {
      const labels = { chain: this.options.chain, endpoint: endpoint.name };
      this.deps.meter.count('pegwatch_rpc_slow_total', labels);
      this.#charge(endpoint, { kind: 'timeout', message: 'slower than another endpoint' });
    }
    return outcome;
  }

  /** Every endpoint that may be asked at this moment, in the configured order. */
  get usable(): readonly string[] {
    return this.options.endpoints
      .filter((endpoint) => !endpoint.refused && this.#coolsForMs(endpoint) === 0)
      .map(({ name }) => name);
  }

  /** Whether a second opinion can be had at all. */
  get several(): boolean {
    return this.options.endpoints.length > 1;
  }

  /** Asks this endpoint once, and nobody else. */
  async askOne<T>(
    name: string,
    calls: readonly RpcCall[],
    read: Read<T>,
    priority: Priority,
  ): Promise<Outcome<T>> {
    const endpoint = this.options.endpoints.find((one) => one.name === name);
    if (endpoint === undefined) return failed('transport', 'no such endpoint');
    const answers = await endpoint.send(calls, priority);
    const outcome = read(answers, name);
    if (!outcome.ok && !final.has(outcome.failure.kind)) this.#charge(endpoint, outcome.failure, answers);
    return outcome;
  }

  /** The endpoint has shown that it is well: use it again at once. */
  forgive(name: string): void {
    for (const [endpoint, standing] of this.#standings) {
      if (endpoint.name !== name) continue;
      standing.failures = 0;
      standing.coolUntilMs = 0;
    }
  }

  /** An endpoint says what can hardly be true: the others are asked first, and it must prove its chain again. */
  distrust(name: string, why: string): void {
    const endpoint = this.options.endpoints.find((one) => one.name === name);
    if (endpoint === undefined) return;
    this.deps.meter.count('pegwatch_rpc_contradictions_total', { chain: this.options.chain, endpoint: name });
    endpoint.distrust();
    this.#charge(endpoint, { kind: 'contradiction', message: why });
  }

  #coolsForMs(endpoint: Endpoint): number {
    return Math.max(0, (this.#standings.get(endpoint)?.coolUntilMs ?? 0) - this.deps.clock.now());
  }

  /** How long until any endpoint may be asked. */
  #coolestInMs(): number {
    const usable = this.options.endpoints.filter((endpoint) => !endpoint.refused);
    return usable.length === 0 ? 0 : Math.min(...usable.map((endpoint) => this.#coolsForMs(endpoint)));
  }

  #charge(endpoint: Endpoint, failure: RpcFailure, answers: readonly RpcAnswer[] = []): void {
    if (senseless.has(failure.kind)) this.#keep(endpoint, failure, answers);
    const standing = this.#standings.get(endpoint);
    if (standing === undefined || innocent.has(failure.kind)) return;
    const { clock, random, tuning, log } = this.deps;
    const pauseMs = fullJitter(standing.failures++, tuning.backoffBaseMs, tuning.backoffCapMs, random);
    standing.coolUntilMs = clock.now() + Math.max(pauseMs, failure.retryAfterMs ?? 0);
    const { kind, message: words } = failure;
    const fields = { chain: this.options.chain, endpoint: endpoint.name, kind, words };
    // The first failure in a row is news, the others are not.
    if (standing.failures === 1) log.warn(fields, 'endpoint failed a request');
    else log.debug(fields, 'endpoint failed again');
  }

  #keep({ name }: Endpoint, failure: RpcFailure, answers: readonly RpcAnswer[]): void {
    const raw = cutRaw(answers.map((answer) => (answer.ok ? answer.value : answer.failure.message)));
    const { chain } = this.options;
    const why = `${failure.kind}: ${failure.message}`;
    this.deps.keepReject?.({ atMs: this.deps.clock.now(), chain, endpoint: name, why, raw });
  }
}
