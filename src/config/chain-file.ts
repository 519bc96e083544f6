// `chains/<name>.yaml`: one network. Data only.

import { z } from 'zod';
import { flag, optionalUrl, plainName, timeBetween } from './fields.js';

const count = z.int().min(1);

export const endpointRow = z.strictObject({
  name: plainName.describe('Shown everywhere instead of the URL, which may hold a key.'),
  ws: optionalUrl('ws', 'wss').default(null).describe('WebSocket URL, for heads and requests.'),
  ws_file: z.string().optional().describe('A file that holds the WebSocket URL.'),
  http: optionalUrl('http', 'https').default(null).describe('HTTP URL, for requests.'),
  http_file: z.string().optional().describe('A file that holds the HTTP URL.'),
  requestsPerSecond: z
    .number()
    .positive()
    .max(10_000)
    .default(10)
    .describe('Most JSON-RPC calls a second, those in a batch counted one by one; less after a refusal.'),
  batch: count.max(1000).default(10).describe('Most JSON-RPC calls in one batch.'),
});

export const chainFile = z.strictObject({
  chain: plainName.describe('The name used in coin files, on the page and in metrics.'),
  chainId: count.describe('What eth_chainId answers; an endpoint that says otherwise is refused.'),
  enabled: flag.default(true).describe('False: the chain and all its sources are left out.'),
  blockTimeMs: timeBetween('10ms', '10m').describe('Expected time between two blocks.'),
  silenceMs: timeBetween('100ms', '1d').describe('No new block for this long: the chain is silent.'),
  finality: z
    .strictObject({
      tag: flag.describe('Whether endpoints serve the finalized block tag truthfully.'),
      depth: z
        .int()
        .min(0)
        .describe('Blocks below the head by this much are final where the tag is not served.'),
      stalledAfterMs: timeBetween('1s', '7d')
        .default(20 * 60_000)
        .describe('No new final block for this long while blocks come: finality is stalled.'),
      keep: count.describe('Light blocks kept at least: reorgs down to here can be repaired.'),
    })
    .refine(({ depth, keep }) => keep >= depth, {
      path: ['keep'],
      error: 'must be at least as large as depth: a block that may still die must be known',
    }),
  agreement: count
    .default(2)
    .describe(
      'So many endpoints must tell the same block and logs before a critical is confirmed; at most all of them.',
    ),
  logRange: count.describe('Largest block range of one eth_getLogs while a gap is filled.'),
  pollMs: timeBetween('1s', '1d').describe('How often state is read again where no event asked for it.'),
  endpoints: z
    .array(endpointRow)
    .describe('In order of preference. Without any URL an endpoint is left out.'),
});
