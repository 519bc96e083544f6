// Which rows a commit writes, worked out before LMDB hears of it: a step that cannot be stored is refused while
// nothing has happened yet. Pure apart from hashing: the same state and steps give the same rows.

import { PegwatchError } from '../core/errors.js';
import type { Effect, Input, Step } from '../core/io.js';
import { unreachable } from '../core/unreachable.js';
import { type Ledgers, moveLedgers } from '../coverage/ledger.js';
import { type AlertNote, type DeliveryState, encodeAlertRow, readAlertRow } from './alert-row.js';
import { encodeEffects, encodeInput } from './codec.js';
import { type CursorRow, moveCursor } from './cursor-row.js';
import { type EntryKind, encodeEntryRow, entryKey, isListed } from './entry-row.js';
import { joinKeys, type Pointer, pointerKey, seqKey, textKey, timeKey } from './keys.js';
import { emptyHead } from './links.js';
import type { Watch } from './store.js';
import type { Head, OutboxRow, TableName } from './tables.js';

export interface Row {
  readonly table: TableName;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What the writer carries from commit to commit. */
export interface WriterState {
  readonly head: Head;
  readonly cursors: ReadonlyMap<string, CursorRow>;
  readonly ledgers: Ledgers;
  /** By alert id, in order of intent. */
  readonly outbox: ReadonlyMap<string, OutboxRow>;
  readonly watches: readonly Watch[];
}

export interface CommitPlan {
  readonly rows: readonly Row[];
  readonly state: WriterState;
}

/** What a store without inputs begins with. */
export function emptyState(id: string): WriterState {
  return { head: emptyHead(id), cursors: new Map(), ledgers: new Map(), outbox: new Map(), watches: [] };
}

const utf8 = new TextEncoder();

/** `alertRow` gives the stored row of an alert; what the same commit wrote before is looked at first. */
export function planCommit(
  before: WriterState,
  steps: readonly Step[],
  alertRow: (id: string) => Uint8Array | undefined = () => undefined,
): CommitPlan {
  const rows: Row[] = [];
  const head = { ...before.head };
  const cursors = new Map(before.cursors);
  const moved = new Set<string>();
  const written = new Map<string, Uint8Array>();
  let { outbox, watches, ledgers } = before;

  for (const { seq, input, effects } of steps) {
    if (seq !== head.seq + 1) throw outOfOrder(head.seq, seq);
    head.seq = seq;
    put('journal', seqKey(seq), encodeInput(input));
    storeInput(seq, input);
    ledgers = moveLedgers(ledgers, input);
    if (effects.length > 0) put('effects', seqKey(seq), encodeEffects(effects));
    effects.forEach((effect, i) => {
      storeEffect({ seq, n: i + 1 }, effect);
    });
  }
  for (const chain of moved) {
    put('cursors', textKey(chain), utf8.encode(JSON.stringify([chain, cursors.get(chain)])));
  }
  for (const [chain, ledger] of ledgers) {
    if (ledger !== before.ledgers.get(chain))
      put('ledgers', textKey(chain), utf8.encode(JSON.stringify(ledger)));
  }
  return { rows, state: { head, cursors, ledgers, outbox, watches } };

  function storeInput(seq: number, input: Input): void {
    if ('chain' in input) {
      const cursor = moveCursor(cursors.get(input.chain), input);
      if (cursor !== cursors.get(input.chain)) {
        cursors.set(input.chain, cursor);
        moved.add(input.chain);
      }
    }
    if (isListed(input)) {
      list(
        { seq, n: 0 },
        'block' in input ? input.block.timeMs : input.atMs,
        input.kind,
        'chain' in input ? input.chain : '',
      );
    }
    if (input.kind === 'block') {
      head.blocks++;
      put('blocks', joinKeys(textKey(input.chain), seqKey(input.block.number)), seqKey(seq));
    } else if (input.kind === 'reorg') {
      for (const hash of input.dead)
        put('orphans', joinKeys(textKey(input.chain), textKey(hash)), seqKey(seq));
    } else if (input.kind === 'receipt') {
      const sent = outbox.get(input.alertId);
      if (sent === undefined) return;
      const left = new Map(outbox);
      left.delete(input.alertId);
      outbox = left;
      putAlert(input.alertId, input.outcome, sent, noteOf(input));
    } else if (input.kind === 'resend') {
      const bytes = written.get(input.alertId) ?? alertRow(input.alertId);
      const row = bytes === undefined ? null : readAlertRow(bytes);
      if (row?.delivery !== 'refused') return;
      putAlert(input.alertId, 'pending', row.at, {});
      const again = { attempts: 0, dueAtMs: input.atMs, lastProblem: row.note.problem ?? null };
      outbox = new Map(outbox).set(input.alertId, { alertId: input.alertId, ...row.at, ...again });
    }
  }

  function storeEffect(at: Pointer, effect: Effect): void {
    switch (effect.kind) {
      case 'signal':
        head.signals++;
        put('signals', textKey(effect.signal.id), pointerKey(at));
        list(at, effect.signal.atMs, 'signal', effect.signal.chain);
        return;
      case 'signal-retracted':
        put('retractions', textKey(effect.signalId), pointerKey(at));
        list(at, effect.atMs, 'signal-retracted', '');
        return;
      case 'incident': {
        const id = textKey(effect.incident.id);
        put('incidents', id, pointerKey(at));
        put('incidentTimes', joinKeys(timeKey(effect.incident.openedAtMs), id), pointerKey(at));
        list(at, effect.incident.updatedAtMs, 'incident', '');
        return;
      }
      case 'alert': {
        const { id, incidentId, atMs } = effect.alert;
        putAlert(id, 'pending', at, {});
        put('incidentAlerts', joinKeys(textKey(incidentId), pointerKey(at)), utf8.encode(id));
        outbox = new Map(outbox).set(id, {
          alertId: id,
          ...at,
          attempts: 0,
          dueAtMs: atMs,
          lastProblem: null,
        });
        list(at, atMs, 'alert', '');
        return;
      }
      case 'hook':
        list(at, effect.hook.atMs, 'hook', '');
        return;
      case 'suppressed':
        list(at, effect.atMs, 'suppressed', '');
        return;
      case 'problem':
        head.problems += effect.problem.count ?? 1;
        list(at, effect.atMs, 'problem', effect.problem.chain ?? '');
        return;
      case 'watch': {
        const { chain, source, address } = effect;
        // After a reorg a living block names again what a dead one had named.
        const known = watches.some((one) => one.source === source && one.address === address);
        if (!known) watches = [...watches, { chain, source, address }];
        return;
      }
      default:
        unreachable(effect);
    }
  }

  function putAlert(id: string, delivery: DeliveryState, { seq, n }: Pointer, note: AlertNote): void {
    const row = encodeAlertRow({ delivery, at: { seq, n }, note });
    written.set(id, row);
    put('alerts', textKey(id), row);
  }

  function list(at: Pointer, timeMs: number, kind: EntryKind, chain: string): void {
    put('entries', entryKey(timeMs, at), encodeEntryRow(kind, chain));
  }

  function put(table: TableName, key: Uint8Array, value: Uint8Array): void {
    rows.push({ table, key, value });
  }
}

function noteOf({ outcome, attempts, remember, problem }: Extract<Input, { kind: 'receipt' }>): AlertNote {
  if (outcome === 'refused') return problem === undefined ? { attempts } : { attempts, problem };
  return remember === undefined ? {} : { remember };
}

function outOfOrder(last: number, seq: number): PegwatchError {
  return new PegwatchError('store-out-of-order', `Step ${seq} cannot follow step ${last}.`, {
    hint: 'Steps are committed in order and without a hole.',
    fields: { last, seq },
  });
}
