// `config/playbooks/*.yaml`: what people do about one kind of incident, and whether their automation is called.

import { z } from 'zod';
import { severities } from '../core/severity.js';
import { flag, optionalUrl, symbol, timeBetween, unlessMissing } from './fields.js';

/** A list that nobody reads to its end is none: seven lines, each of which fits a phone. */
const mostSteps = 7;
const longestStep = 160;

const severity = z.enum(severities);
const names = (what: string) =>
  z.array(z.string()).min(1, { error: `must name some ${what}, or be left out` });

const line = (longest: number) =>
  z
    .string({ error: unlessMissing('must be a line of text') })
    .trim()
    .min(1, { error: 'must say something' })
    .max(longest, { error: `must be at most ${longest} characters` })
    .refine((given) => !/\p{Cc}/u.test(given), { error: 'must be one line' });

export const hookRow = z.strictObject({
  mode: z
    .enum(['dry-run', 'approve', 'send'])
    .default('dry-run')
    .describe('dry-run writes down what would be sent, approve waits for a person, send calls at once.'),
  minSeverity: severity.default('critical').describe('Milder incidents do not call.'),
  waitMs: timeBetween('1m', '7d')
    .default(900_000)
    .describe('An approval that comes later than this comes too late.'),
  url: optionalUrl('http', 'https').default(null).describe('Your automation. Empty: nothing is called.'),
  url_file: z.string().optional().describe('A file that holds the URL.'),
  secret: z.string().nullish().describe('Signs the body (Standard Webhooks); a call is always signed.'),
  secret_file: z.string().optional().describe('A file that holds the secret.'),
  timeoutMs: timeBetween('100ms', '5m').default(10_000).describe('An attempt that takes longer has failed.'),
  allowPrivate: flag
    .default(false)
    .describe('Whether the address may be this machine or in a private network.'),
});

export const playbookFile = z.strictObject({
  title: line(80).describe('Stands beside the link.'),
  when: z
    .strictObject({
      detectors: names('detectors').optional(),
      coins: z.array(symbol).min(1).optional(),
      chains: names('chains').optional(),
      minSeverity: severity.default('low'),
      cascade: flag.optional().describe('Given: only incidents that are (or are not) a cascade.'),
    })
    .describe('Incidents with one standing signal that is in each list that is given.'),
  runbook: line(300)
    .optional()
    .describe('A URL, or a path that is added to playbooks.runbookBase of pegwatch.yaml.'),
  checklist: z
    .array(line(longestStep))
    .max(mostSteps, { error: `must be at most ${mostSteps} lines: nobody reads more at 3 a.m.` })
    .default([]),
  hook: hookRow
    .optional()
    .describe('Calls your own automation. pegwatch holds no key and signs no transaction.'),
});
