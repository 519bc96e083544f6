// Headers, asked for and checked. A header by number is a claim about the canonical chain; one by hash is a fact.

import type { Hex } from '../core/hex.js';
import type { Block } from '../core/reading.js';
import { allOf, done, failed, type Outcome } from './json-rpc.js';
import { readHeader, toQuantity } from './read-header.js';
import type { Priority } from './request-queue.js';
import type { Requests } from './requests.js';

export type BlockTag = 'latest' | 'finalized';

export async function headerByTag(
  requests: Requests,
  tag: BlockTag,
  rounds?: number,
  except: string | null = null,
): Promise<Outcome<Block>> {
  const calls = [{ method: 'eth_getBlockByNumber', params: [tag, false] }];
  const read = ([answer]: Parameters<typeof allOf>[0]): Outcome<Block> => {
    if (answer === undefined) return failed('malformed', 'no answer');
    return answer.ok ? headerOf(answer.value) : answer;
  };
  return requests.ask(calls, read, 'head', rounds, except);
}

export async function headerByHash(requests: Requests, hash: Hex): Promise<Outcome<Block>> {
  const calls = [{ method: 'eth_getBlockByHash', params: [hash, false] }];
  return requests.ask(
    calls,
    ([answer]) => {
      if (answer === undefined) return failed('malformed', 'no answer');
      const header = answer.ok ? headerOf(answer.value) : answer;
      return header.ok && header.value.hash !== hash
        ? failed('contradiction', 'another hash than asked')
        : header;
    },
    'head',
  );
}

/**
 * The headers of `from..to`, oldest first, as far as they link: the chain may have changed, or the answer may have
 * been cut, in the middle of a batch. At least the first is there.
 */
export function linkedHeaders(
  requests: Requests,
  from: number,
  to: number,
  priority: Priority,
): Promise<Outcome<readonly Block[]>> {
  return requests.ask(
    range(from, to).map(byNumber),
    (answers) => {
      const linked: Block[] = [];
      for (const [i, answer] of answers.entries()) {
        const header = answer.ok ? headerOf(answer.value) : answer;
        const before = linked.at(-1);
        if (!header.ok) return before ? done(linked) : header;
        if (header.value.number !== from + i) return failed('contradiction', 'another block than asked');
        if (before && header.value.parentHash !== before.hash) return done(linked);
        linked.push(header.value);
      }
      return done(linked);
    },
    priority,
  );
}

/** The headers of these blocks by number, in the order asked; all or nothing. */
/** The header of a number as this endpoint tells it. */
export function headerOfOne(requests: Requests, endpoint: string, number: number): Promise<Outcome<Block>> {
  return requests.askOne(
    endpoint,
    [byNumber(number)],
    (answers) => {
      const values = allOf(answers);
      return values.ok ? headerOf(values.value[0]) : values;
    },
    'confirm',
  );
}

export function headersOf(
  requests: Requests,
  numbers: readonly number[],
  priority: Priority,
): Promise<Outcome<readonly Block[]>> {
  if (numbers.length === 0) return Promise.resolve(done([]));
  return requests.ask(
    numbers.map(byNumber),
    (answers) => {
      const values = allOf(answers);
      if (!values.ok) return values;
      const headers: Block[] = [];
      for (const [i, value] of values.value.entries()) {
        const header = headerOf(value);
        if (!header.ok) return header;
        if (header.value.number !== numbers[i]) return failed('contradiction', 'another block than asked');
        headers.push(header.value);
      }
      return done(headers);
    },
    priority,
  );
}

function byNumber(number: number): { method: string; params: readonly unknown[] } {
  return { method: 'eth_getBlockByNumber', params: [toQuantity(number), false] };
}

function headerOf(value: unknown): Outcome<Block> {
  if (value === null) return failed('unknown-block', 'the node does not have this block');
  const header = readHeader(value);
  return header === null ? failed('malformed', 'a header of the wrong shape') : done(header);
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
