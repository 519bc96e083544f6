// Bytes of a block in, observations out. A table keyed by emitter (contract and event) leads to the fixed-offset
// decoders of all sources that listen there; it is asked once per emitter of a block, not once per log.
// Nothing a chain says can throw here: what cannot be read becomes a problem, with its raw words, bounded.

import type { ChainName } from '../core/chain.js';
import { fromHex, type Hex } from '../core/hex.js';
import type { Observation } from '../core/observation.js';
import { LogCursor, type PackedLogs } from '../core/packed-logs.js';
import type { Problem } from '../core/problem.js';
import type { CallReading } from '../core/reading.js';
import type { SourceSpec } from '../core/source.js';
import { createEmitterTable } from './emitter-table.js';
import { protocolOf } from './index.js';
import type { EventWanted } from './protocol.js';

export interface DecoderInput {
  readonly logs: PackedLogs;
  readonly calls: readonly CallReading[];
}

export interface DecoderVisitor {
  /** `log` is the cursor on the log that was read, valid during the visit only; null for a call. */
  observation(source: SourceSpec, observation: Observation, log: LogCursor | null): void;
  problem(problem: Problem): void;
}

export interface Decoder {
  /** From now on this contract's events are this source's too. A source that is not watched is ignored. */
  setEmitter(source: string, address: Hex): void;
  /** Logs first, in order; then the calls, source by source in the order in which they came. */
  decode(input: DecoderInput, visit: DecoderVisitor): void;
}

/** One source listening to one event. */
interface Listener {
  readonly source: SourceSpec;
  readonly decode: EventWanted['decode'];
  readonly topics: readonly (Uint8Array | null)[];
}

/** Longest data and call answer that is kept with a problem. */
const rawBytes = 512;

export function createDecoder(chain: ChainName, sources: readonly SourceSpec[]): Decoder {
  const watched = new Map(sources.filter((source) => source.chain === chain).map((s) => [s.id, s]));
  const table = createEmitterTable<Listener[]>();
  const ours = new Set<string>();
  /** Who listens where already: hearing of an emitter again must not double its events. */
  const listens = new Set<string>();

  for (const source of watched.values()) {
    ours.add(source.address.toLowerCase());
    if (!protocolOf(source.protocol).eventsElsewhere) listen(source, source.address);
  }

  return {
    setEmitter(id, address) {
      const source = watched.get(id);
      if (source !== undefined) listen(source, address);
    },
    decode(input, visit) {
      decodeLogs(new LogCursor(input.logs), visit);
      if (input.calls.length > 0) decodeCalls(input.calls, visit);
    },
  };

  function listen(source: SourceSpec, address: Hex): void {
    const key = `${source.id} ${address.toLowerCase()}`;
    if (listens.has(key)) return;
    listens.add(key);
    ours.add(address.toLowerCase());
    for (const { topic0, topics = [], decode } of protocolOf(source.protocol).events) {
      const listeners = table.entry(address, topic0, () => []);
      const words = topics.map((topic) => (topic === null ? null : fromHex(topic)));
      listeners.push({ source, decode, topics: words });
    }
  }

  function decodeLogs(log: LogCursor, visit: DecoderVisitor): void {
    const listening: (readonly Listener[] | null)[] = [];
    for (let i = 0; i < log.emitterCount; i++) listening.push(listenersOf(log, i, visit));
    while (log.next()) {
      const listeners = listening[log.emitter];
      if (!listeners) continue;
      for (let i = 0; i < listeners.length; i++) {
        const listener = listeners[i];
        if (listener === undefined || !isWanted(log, listener.topics)) continue;
        log.malformed = false;
        const observation = listener.decode(log, listener.source);
        if (log.malformed) visit.problem(malformed(listener.source, log));
        else if (observation !== null) visit.observation(listener.source, observation, log);
      }
    }
  }

  /** Null for an event that nobody wants; that is worth a word only where the contract is not ours at all. */
  function listenersOf(log: LogCursor, emitter: number, visit: DecoderVisitor): readonly Listener[] | null {
    const listeners = table.find(log, emitter);
    if (listeners !== null) return listeners;
    const { address, topic0 } = log.emitterAt(emitter);
    if (!ours.has(address)) {
      visit.problem({
        code: 'log-unknown-emitter',
        chain,
        source: null,
        message: 'A log came from a contract that is not watched.',
        raw: JSON.stringify({ address, topic0 }),
      });
    }
    return null;
  }

  function malformed(source: SourceSpec, log: LogCursor): Problem {
    return {
      code: 'log-malformed',
      chain,
      source: source.id,
      message: `A log of ${source.id} does not have the shape of its event.`,
      raw: JSON.stringify({ ...log.raw(rawBytes), dataBytes: log.dataLength }),
    };
  }

  function decodeCalls(calls: readonly CallReading[], visit: DecoderVisitor): void {
    const bySource = new Map<string, Map<string, Hex | null>>();
    for (const { source, call, data } of calls) {
      const answers = bySource.get(source) ?? new Map<string, Hex | null>();
      bySource.set(source, answers.set(call, data));
      if (data === null)
        visit.problem(callProblem('call-failed', source, `${call} of ${source} failed.`, null));
    }
    for (const [id, answers] of bySource) {
      const source = watched.get(id);
      // The answer to a question of an older configuration.
      if (source === undefined) continue;
      const observations = protocolOf(source.protocol).decodeCalls(answers, source);
      if (observations === null) {
        const raw = JSON.stringify(
          [...answers].map(([call, data]) => [call, data?.slice(0, 2 + 2 * rawBytes)]),
        );
        visit.problem(
          callProblem('call-malformed', id, `A call of ${id} has an answer that cannot be.`, raw),
        );
        continue;
      }
      for (const observation of observations) visit.observation(source, observation, null);
    }
  }

  function callProblem(code: Problem['code'], source: string, message: string, raw: string | null): Problem {
    return { code, chain, source, message, raw };
  }
}

/** Several events of one source may share topic0 (mint and burn): the further topics tell which one a log is. */
function isWanted(log: LogCursor, topics: Listener['topics']): boolean {
  for (let i = 0; i < topics.length; i++) {
    const word = topics[i];
    if (word !== null && word !== undefined && !log.isTopic(i, word)) return false;
    if (i >= log.topicCount) return false;
  }
  return true;
}
