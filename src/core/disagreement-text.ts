import type { ChainName } from './chain.js';
import type { Disagreement } from './disagreement.js';

const settled = {
  receipts: 'the receipts of the block show it',
  'most-logs': 'others tell more of them',
} as const;

/** A disagreement of endpoints in one sentence. */
export function disagreementText(
  chain: ChainName,
  { number, endpoint, what, by, reached }: Omit<Disagreement, 'sinceMs' | 'times'>,
): string {
  const who = endpoint ?? 'an endpoint';
  const of = what === 'logs' ? `other logs of block ${number}` : `another block ${number}`;
  if (by === 'unsettled')
    return `endpoints of ${chain} disagree: ${who} tells ${of} than the others, and nothing settles it yet`;
  const then = reached
    ? 'they had been believed: what was judged by them is judged again'
    : 'they were not believed';
  return `${who} told ${of} of ${chain} than it holds (${settled[by]}); ${then}`;
}
