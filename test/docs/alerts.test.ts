// What docs/alerts.md says of the webhook, beside a message that has everything a message can have.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signedHeaders } from '../../src/alerts/channels/signed-headers.js';
import { message } from '../../src/alerts/message.js';
import { repository } from '../helpers/config-folder.js';
import { makeAlert } from '../helpers/make-alert.js';

const page = readFileSync(join(repository, 'docs/alerts.md'), 'utf8');
const section = (from: string, to: string): string => page.slice(page.indexOf(from), page.indexOf(to));

const whole = message(
  makeAlert({
    after: { why: 'quiet', detail: 'until then', through: true },
    check: { agreed: 2, of: 3, wanted: 2, proven: true },
    context: {
      chain: 'ethereum',
      blockNumber: 7,
      blockHash: '0xaa',
      transactions: 10,
      failed: 1,
      baseFeeGwei: 2,
      baseFeeTimesUsual: 1,
      gasUsedShare: 0.5,
    },
    playbooks: [{ name: 'drain', title: 'A drain', runbook: 'docs/drain.md', checklist: ['Who left?'] }],
    digest: {
      signals: 2,
      events: 3,
      byDetector: [['priceDeviation', 1]],
      deviations: [{ coin: 'USDX', chain: 'ethereum', source: 'ethereum/pool', bps: -100 }],
      since: { atMs: 1, signals: 1, coins: ['USDX'], chains: ['ethereum'] },
    },
  }),
);

/** Keys of these are names of quantities, which differ from detector to detector. */
const freeKeys = ['evidence.values', 'evidence.thresholds'];

/** `incident.id` for a field, whatever list it is in. */
function pathsOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, at));
  if (typeof value !== 'object' || value === null || freeKeys.includes(at)) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const path = at === '' ? key : `${at}.${key}`;
    return [path, ...pathsOf(below, path)];
  });
}

it('names every field of a message', () => {
  const body = section('## Body', '## While a receiver is down');
  const paths = [...new Set(pathsOf(JSON.parse(JSON.stringify(whole))))];
  expect(paths).toContain('evidence.block.time');
  expect(paths.filter((path) => !body.includes(`\`${path}\``))).toEqual([]);
});

it('names no field that a message does not have', () => {
  const paths = new Set(pathsOf(whole));
  const rows = section('## Body', '## While a receiver is down').matchAll(/^\| (`[^|]+`) \|/gm);
  const named = [...rows].flatMap(([, names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !paths.has(name ?? ''))).toEqual([]);
});

it('says what type a message has', () => {
  expect(section('## Body', '### The incident')).toContain(`\`${whole.type}\``);
});

it('names every header that is ours', () => {
  const headers = signedHeaders({ id: 'a', attempt: 1, body: '', nowMs: 0 }, [Buffer.from('secret')]);
  const ours = Object.keys(headers).filter((name) => /^(webhook|pegwatch)-/.test(name));
  expect(ours).toContain('pegwatch-attempt');
  expect(ours.filter((name) => !section('## Headers', '## Body').includes(`\`${name}\``))).toEqual([]);
});
