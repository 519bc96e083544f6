// `config/pegwatch.yaml`: where things are kept, served and told.

import { z } from 'zod';
import { channelRow } from './channel-rows.js';
import { optionalUrl, port, size, someTime } from './fields.js';

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
      checkpointMs: someTime
        .default(300_000)
        .describe('How often the state is kept. A start reads the newest and folds what was stored since.'),
    })
    .refine(({ softFreeBytes, hardFreeBytes }) => softFreeBytes >= hardFreeBytes, {
      path: ['softFreeBytes'],
      error: 'must be at least hardFreeBytes: the alarm comes before the stop',
    }),
  http: z.strictObject({ host: z.string().min(1), port }),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']) }),
  channels: z.array(channelRow).default([]),
  playbooks: z
    .strictObject({
      folder: z.string().min(1).optional().describe('Where the playbooks are, seen from this file.'),
      runbookBase: optionalUrl('http', 'https')
        .optional()
        .describe('Stands before every runbook that is a path. Empty: the path itself is shown.'),
    })
    .default({}),
});
