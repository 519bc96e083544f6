import type { Block } from '../core/reading.js';
import { linkedHeaders } from './headers.js';
import type { Kept } from './reorg.js';
import type { Requests } from './requests.js';

/** Up to `depth` headers before `head`, linked to it and to each other; null where they cannot be had now. */
export async function ancestorsOf(head: Block, depth: number, requests: Requests): Promise<Kept | null> {
  const from = Math.max(0, head.number - depth);
  if (from === head.number) return [];
  const linked = await linkedHeaders(requests, from, head.number - 1, 'head');
  return linked.ok && linked.value.at(-1)?.hash === head.parentHash ? linked.value : null;
}
