import type { Block } from '../core/reading.js';
import { ancestorsOf } from './ancestors.js';
import { headersOf } from './headers.js';
import type { LogReader } from './log-reader.js';
import type { Kept } from './reorg.js';
import type { Requests } from './requests.js';

/**
 * Where reading can go on after `tip`, of whose successors nobody gives the logs: the first block that is readable among
 * those 2, 3, 5, 9, ... after it, so that no more than twice of what is refused is passed over, and few are asked for.
 * `kept` are the headers before it. Null where not even the head can be read.
 */
export async function landingAfter(
  tip: number,
  head: Block,
  depth: number,
  { requests, logs }: { readonly requests: Requests; readonly logs: LogReader },
): Promise<{ readonly landing: Block; readonly kept: Kept } | null> {
  for (let skip = 1; ; skip *= 2) {
    const number = Math.min(tip + skip + 1, head.number);
    const found = number === head.number ? head : await headerAt(number, requests);
    if (found === null) return null;
    if ((await logs.blocks([found])).ok) {
      const kept = await ancestorsOf(found, Math.min(depth, number - tip - 1), requests);
      return kept === null ? null : { landing: found, kept };
    }
    if (number === head.number) return null;
  }
}

async function headerAt(number: number, requests: Requests): Promise<Block | null> {
  const headers = await headersOf(requests, [number], 'head');
  return headers.ok ? (headers.value[0] ?? null) : null;
}
