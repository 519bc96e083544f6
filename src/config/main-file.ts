// `config/pegwatch.yaml`: where things are kept, served and told.

import { z } from 'zod';
import { severities } from '../core/severity.js';
import { flag, optionalUrl, plainName, port, size, someTime, unlessMissing } from './fields.js';

export const webhookRow = z.strictObject({
  name: plainName.describe('Shown everywhere instead of the URL.'),
  kind: z.enum(['webhook']),
  enabled: flag.default(true),
  url: optionalUrl('http', 'https').optional().describe('Where alerts are posted. Empty: left out.'),
  url_file: z.string().optional().describe('A file that holds the URL.'),
  secret: z
    .string()
    .nullish()
    .describe(`Signs the body (Standard Webhooks). From the environment: \${PEGWATCH_WEBHOOK_SECRET:-}`),
  secret_file: z.string().optional().describe('A file that holds the secret.'),
  timeoutMs: someTime.default(10_000).describe('An attempt that takes longer has failed.'),
  minSeverity: z.enum(severities).default('medium').describe('Milder incidents are not told here.'),
  groupMs: someTime.default(900_000).describe('Below critical: one message for all that came in this time.'),
  repeatMs: z
    .union([z.literal('never'), z.null(), someTime], {
      error: unlessMissing('must be a time such as 4h, or never'),
    })
    .default(null)
    .transform((given) => (given === 'never' ? null : given))
    .describe('An incident that stays open is told again after this time.'),
});

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
    })
    .refine(({ softFreeBytes, hardFreeBytes }) => softFreeBytes >= hardFreeBytes, {
      path: ['softFreeBytes'],
      error: 'must be at least hardFreeBytes: the alarm comes before the stop',
    }),
  http: z.strictObject({ host: z.string().min(1), port }),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']) }),
  channels: z.array(webhookRow).default([]),
});
