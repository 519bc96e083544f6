import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Request, readRequests, removeRequest, writeRequest } from '../../src/store/request-folder.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pegwatch-requests-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const silence: Request = {
  kind: 'silence',
  silenceId: 'sil-1',
  by: 'ann',
  reason: 'maintenance',
  untilMs: 5000,
  match: { coins: ['USDX'], incident: 'inc-1', maxSeverity: 'high' },
};
const unsilence: Request = { kind: 'unsilence', silenceId: 'sil-1', by: 'ann', reason: 'done' };

it('gives back what was asked for, oldest first, until it is removed', () => {
  writeRequest(folder, unsilence, 2000);
  writeRequest(folder, silence, 1000);
  const found = readRequests(folder);
  expect(found.map(({ request }) => request)).toEqual([silence, unsilence]);
  for (const one of found) removeRequest(one);
  expect(readRequests(folder)).toEqual([]);
});

const { match, ...unmatched } = silence;
const strange: readonly [what: string, fields: unknown][] = [
  ['of no kind', {}],
  ['of a kind that is a part of every object', { ...silence, kind: 'constructor' }],
  ['without an author', { ...silence, by: ' ' }],
  ['with a reason of two lines', { ...silence, reason: 'a\nb' }],
  ['until a moment that is none', { ...silence, untilMs: '5000' }],
  ['that names nothing', { ...silence, match: { maxSeverity: 'high' } }],
  ['without a match', unmatched],
  ['with an empty list', { ...silence, match: { ...match, coins: [] } }],
  ['with a severity that there is not', { ...silence, match: { ...match, maxSeverity: 'worst' } }],
  ['with a key that is not known', { ...silence, match: { ...match, coin: 'USDX' } }],
];

it.each(strange)('a request %s makes no sense', (_what, fields) => {
  mkdirSync(join(folder, 'requests'));
  writeFileSync(join(folder, 'requests', '1.json'), JSON.stringify(fields));
  expect(readRequests(folder).map(({ request }) => request)).toEqual([null]);
});

it('what is no file makes no sense, and is not waited for', () => {
  mkdirSync(join(folder, 'requests', '1.json', 'inside'), { recursive: true });
  execFileSync('mkfifo', [join(folder, 'requests', '2.json')]);
  const found = readRequests(folder);
  expect(found.map(({ request }) => request)).toEqual([null, null]);
  expect(found.map(removeRequest)).toEqual([false, true]);
});

it('what is known does not stand in the way of what is new', () => {
  for (let i = 0; i < 150; i++) mkdirSync(join(folder, 'requests', `${i}.json`), { recursive: true });
  const known = new Set(readRequests(folder).map(({ file }) => file));
  expect(known.size).toBe(100);
  expect(readRequests(folder, known)).toHaveLength(50);
});
