// `config/pegwatch.yaml`: where things are kept, served and told.

import { z } from 'zod';
import { channelRow } from './channel-rows.js';
import { optionalUrl, port, size, timeBetween } from './fields.js';
import { inhibitRow, routeTree } from './route-rows.js';

export const mainFile = z.strictObject({
  chains: z
    .strictObject({
      folder: z.string().min(1).optional().describe('Where the chain files are, seen from this file.'),
      only: z.array(z.string()).optional().describe('Watch these chains only. Left out: all enabled ones.'),
    })
    .default({}),
  store: z
    .strictObject({
      folder: z.string().min(1).describe('Seen from the folder in which pegwatch is started.'),
      softFreeBytes: size.describe('Less free space than this gives an alarm.'),
      hardFreeBytes: size.describe('Less free space than this stops intake; alerts go on.'),
      ballastBytes: size
        .default(67_108_864)
        .describe(
          'A file of this size is given up when the disk is nearly full, so that alerts go on. 0: none.',
        ),
      checkpointMs: timeBetween('100ms', '1d')
        .default(300_000)
        .describe('How often the state is kept. A start reads the newest and folds what was stored since.'),
    })
    .refine(({ softFreeBytes, hardFreeBytes }) => softFreeBytes >= hardFreeBytes, {
      path: ['softFreeBytes'],
      error: 'must be at least hardFreeBytes: the alarm comes before the stop',
    }),
  http: z.strictObject({
    host: z.string().min(1),
    port,
    write: z
      .strictObject({
        token: z
          .string()
          .nullish()
          .refine((given) => !given || given.length >= 16, { error: 'must be at least 16 characters' })
          .describe('Who sends it may silence: Authorization: Bearer <token>. Empty: nobody may.'),
        token_file: z.string().optional().describe('A file that holds the token.'),
      })
      .optional()
      .describe('Left out: the views only show.'),
  }),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']) }),
  channels: z.array(channelRow).default([]),
  routes: routeTree
    .optional()
    .describe('Which channel hears of what. Left out: each what its own row asks for.'),
  inhibit: z
    .array(inhibitRow)
    .optional()
    .describe(
      'What other incidents explain. Left out: a silent chain its stale oracles, a cascade its leaves.',
    ),
  playbooks: z
    .strictObject({
      folder: z.string().min(1).optional().describe('Where the playbooks are, seen from this file.'),
      runbookBase: optionalUrl('http', 'https')
        .optional()
        .describe('Stands before every runbook that is a path. Empty: the path itself is shown.'),
    })
    .default({}),
});
