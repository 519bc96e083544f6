// The writing side of the store. One process holds it; every commit is one LMDB transaction that is on the disk when
// its promise resolves. The work is done by LMDB's own thread: this one only prepares rows.

import { mkdirSync } from 'node:fs';
import { messageOf, PegwatchError } from '../core/errors.js';
import type { Step } from '../core/io.js';
import type { Clock, Log, Meter } from '../core/ports.js';
import { encodeAlertRow } from './alert-row.js';
import type { CursorRow } from './cursor-row.js';
import { afterPrefix, textKey } from './keys.js';
import { emptyHead, linkOf } from './links.js';
import { type Lock, sweepDrafts, takeLock } from './lock.js';
import { keepIdentity, openChecked } from './open-checked.js';
import { planCommit, type Row, type WriterState } from './plan-commit.js';
import { readLedgers } from './read-ledgers.js';
import { readRange } from './read-range.js';
import { readStore } from './read-store.js';
import { lookAtReaders } from './readers.js';
import { seal, withFolder } from './seal.js';
import type { Store } from './store.js';
import { bytesAt, metaKey, metaRow, putMeta, type Tables } from './tables.js';
import { whyRefused } from './why-refused.js';

export interface StoreOptions {
  /** Made where it does not exist. */
  readonly folder: string;
}

export interface StoreDeps {
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

const checkpointKey = Uint8Array.of(1);
const text = new TextDecoder();

export async function openStore(options: StoreOptions, deps: StoreDeps): Promise<Store> {
  const { folder } = options;
  const lock = lockFolder(folder);
  try {
    sweepDrafts(folder);
    const opened = await openChecked(folder, deps.log);
    const store = writer(opened.tables, folder, opened.id, deps, {
      keep: () => {
        warnOfReaders(opened.tables, deps.log);
        return keepIdentity(folder, opened);
      },
      closed: () => lock.release(),
    });
    const { id } = opened;
    deps.log.info({ folder, id, lastSeq: store.lastSeq() }, 'store opened');
    return store;
  } catch (thrown) {
    lock.release();
    throw readable(folder, thrown);
  }
}

/** A minute of commits, and more. */
const tooFarBehind = 10_000;

function warnOfReaders(tables: Tables, log: Log): void {
  const { behind, pid } = lookAtReaders(tables);
  if (behind > tooFarBehind)
    log.warn({ behind, pid }, 'a reader holds on to an old state: the store grows until it lets go or ends');
}

function lockFolder(folder: string): Lock {
  try {
    mkdirSync(folder, { recursive: true });
    return takeLock(folder);
  } catch (thrown) {
    throw readable(folder, thrown);
  }
}

/** What surrounds the tables of a writer. */
export interface WriterFolder {
  /** Notes beside the data how far they have come; everything up to now is durable. */
  keep(): Promise<void>;
  /** Everything is on the disk, and nothing will be written any more. */
  closed(): void;
}

/** The store over tables that are open already; a simulation brings its own. */
export function writer(
  tables: Tables,
  folder: string,
  id: string,
  deps: StoreDeps,
  surroundings: WriterFolder,
): Store {
  const { meter, clock, log } = deps;
  let state = readState(tables, id);
  let broken: PegwatchError | null = null;
  let closing: Promise<void> | null = null;
  let writing: Promise<unknown> = Promise.resolve();
  let keeping: Promise<void> = Promise.resolve();

  return {
    id,
    ...readStore(tables, folder),
    commit,
    saveCheckpoint,
    checkpoint,
    readers: () => lookAtReaders(tables),
    supersede,
    reschedule,
    close,
  };

  function commit(steps: readonly Step[]): Promise<void> {
    if (steps.length === 0) return Promise.resolve();
    try {
      refuseWhereOver();
      const plan = planCommit(state, steps, (id) => bytesAt(tables.alerts, textKey(id)));
      const { row, chain } = linkOf(state.head, plan.state.head.seq, plan.rows);
      const head = { ...plan.state.head, chain };
      return write([...plan.rows, row], { ...plan.state, head }, steps.length);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
  }

  async function saveCheckpoint(seq: number, bytes: Uint8Array): Promise<void> {
    const value = new Uint8Array(8 + bytes.length);
    new DataView(value.buffer).setFloat64(0, seq);
    value.set(bytes, 8);
    await write([{ table: 'checkpoint', key: checkpointKey, value }], state, 0);
    await keep();
  }

  function checkpoint(): ReturnType<Store['checkpoint']> {
    const bytes = bytesAt(tables.checkpoint, checkpointKey);
    if (bytes === undefined) return null;
    return { seq: new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0), state: bytes.subarray(8) };
  }

  function supersede(alertIds: readonly string[], by: string): Promise<void> {
    const outbox = new Map(state.outbox);
    const heir = outbox.get(by);
    if (heir === undefined) return Promise.resolve();
    const rows: Row[] = [];
    let superseded = heir.superseded ?? 0;
    for (const alertId of alertIds) {
      const row = outbox.get(alertId);
      if (row === undefined || alertId === by) continue;
      superseded += 1 + (row.superseded ?? 0);
      outbox.delete(alertId);
      const value = encodeAlertRow({ delivery: 'superseded', at: { seq: row.seq, n: row.n }, note: {} });
      rows.push({ table: 'alerts', key: textKey(alertId), value });
    }
    outbox.set(by, { ...heir, superseded });
    return write(rows, { ...state, outbox }, 0);
  }

  function reschedule(alertId: string, attempts: number, dueAtMs: number, problem: string): Promise<void> {
    const row = state.outbox.get(alertId);
    // The receipt was quicker: nothing is due any more.
    if (row === undefined) return Promise.resolve();
    const outbox = new Map(state.outbox).set(alertId, { ...row, attempts, dueAtMs, lastProblem: problem });
    return write([], { ...state, outbox }, 0);
  }

  function write(rows: readonly Row[], next: WriterState, steps: number): Promise<void> {
    const written = transact(rows, next, steps);
    writing = written.catch(() => {});
    return written;
  }

  /**
   * Queues one transaction. It demands that the head of the journal stands where this process left it: were an
   * earlier transaction to fail, or another process to write despite the lock, nothing after that would be stored.
   */
  async function transact(rows: readonly Row[], next: WriterState, steps: number): Promise<void> {
    refuseWhereOver();
    const before = state;
    const startedAt = clock.now();
    const outbox = next.outbox === before.outbox ? null : [...next.outbox.values()];
    const watches = next.watches === before.watches ? null : next.watches;
    state = next;
    let stored: boolean;
    try {
      stored = await tables.meta.ifVersion(metaKey('head'), before.head.seq + 1, () => {
        for (const { table, key, value } of rows) void tables[table].put(key, seal(key, value) as Buffer);
        if (outbox !== null) putMeta(tables, 'outbox', outbox, 0);
        if (watches !== null) putMeta(tables, 'watches', watches, 0);
        if (next.head !== before.head) putMeta(tables, 'head', next.head, next.head.seq + 1);
      });
    } catch (thrown) {
      throw fail(`LMDB could not store it: ${await whyRefused(thrown)}`);
    }
    if (!stored) throw fail('the journal is not where this process left it');
    if (steps === 0) return;
    meter.observe('pegwatch_store_commit_seconds', {}, (clock.now() - startedAt) / 1000);
    meter.count('pegwatch_store_steps_total', {}, steps);
  }

  function refuseWhereOver(): void {
    if (broken !== null) throw broken;
    if (closing !== null) throw new PegwatchError('store-closed', 'The store is closed.');
  }

  function fail(why: string): PegwatchError {
    broken ??= new PegwatchError('store-failed', `A commit failed: ${why}.`, {
      hint: 'Nothing that was acknowledged is lost. Check the disk, then start again.',
      retry: true,
    });
    return broken;
  }

  function close(): Promise<void> {
    closing ??= (async () => {
      // Lets everything that was queued reach the disk first.
      await writing;
      await keep();
      await tables.root.close();
      surroundings.closed();
    })();
    return closing;
  }

  /** One after another. It only makes a later check sharper: no reason to end anything. */
  function keep(): Promise<void> {
    keeping = keeping.then(surroundings.keep).catch((thrown: unknown) => {
      log.warn({ err: thrown }, 'the identity file of the store could not be written');
    });
    return keeping;
  }
}

function readState(tables: Tables, id: string): WriterState {
  const cursors = new Map<string, CursorRow>();
  const bottom = Uint8Array.of(0);
  for (const { value } of readRange(tables.cursors, { from: bottom, to: afterPrefix(Uint8Array.of(0xff)) })) {
    const [chain, row] = JSON.parse(text.decode(value)) as [string, CursorRow];
    cursors.set(chain, row);
  }
  const head = metaRow(tables, 'head') ?? emptyHead(id);
  const outbox = new Map((metaRow(tables, 'outbox') ?? []).map((row) => [row.alertId, row]));
  return { head, cursors, ledgers: readLedgers(tables), outbox, watches: metaRow(tables, 'watches') ?? [] };
}

function readable(folder: string, thrown: unknown): PegwatchError {
  if (thrown instanceof PegwatchError) return withFolder(folder, thrown);
  return new PegwatchError(
    'store-unwritable',
    `The store in ${folder} cannot be opened: ${messageOf(thrown)}.`,
    {
      hint: 'The folder must be on a local disk with free space, and pegwatch must be allowed to write there.',
      retry: true,
    },
  );
}
