// What a back-test is scored against is checked before anything is folded, and every fault names its place.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readChecks, readIncidents, refuseUnknownChecks } from '../../src/imports/questions.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pegwatch-questions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const incidents = [
  {
    id: 'usdc_2023',
    coin: 'USDC',
    kind: 'depeg',
    window: { fromMs: 0, toMs: 1 },
    references: [{ name: 'oracle <0.99', atMs: 0 }],
  },
];

it.each([
  [
    'usdc_2032',
    'oracle <0.99',
    /checks\[0\]\.incident: "usdc_2032" is no known incident/,
    'Did you mean usdc_2023?',
  ],
  ['usdc_2023', 'oracle <0.9', /checks\[0\]\.reference: "oracle <0\.9" is no/, 'Did you mean oracle <0.99?'],
])(
  'a promise about %s, %s is refused with its place and what was meant',
  (incident, reference, words, hint) => {
    const refuse = (): void => refuseUnknownChecks('checks.yaml', [{ incident, reference }], incidents);
    expect(refuse).toThrow(words);
    expect(refuse).toThrow(expect.objectContaining({ code: 'questions-unknown', options: { hint } }));
  },
);

it('promises that hold are let through', () => {
  const known = [{ incident: 'usdc_2023', reference: 'oracle <0.99' }];
  expect(() => refuseUnknownChecks('checks.yaml', known, incidents)).not.toThrow();
});

it('promises without any incidents say what to give', () => {
  const refuse = (): void => refuseUnknownChecks('c.yaml', [{ incident: 'a', reference: 'b' }], []);
  expect(refuse).toThrow(
    expect.objectContaining({ options: { hint: expect.stringContaining('--incidents') } }),
  );
});

it('a file of incidents that is no list says so without an empty place', () => {
  const path = file('incidents.json', '{}');
  expect(() => readIncidents(path)).toThrow(`${path} cannot be used:\n  must be a list of incidents`);
});

it('a fault in a check names its place', () => {
  const path = file(
    'checks.yaml',
    'checks: [{ incident: a, reference: b, knownAfter: 5, severity: high, within: 1h }]',
  );
  expect(() => readChecks(path)).toThrow(/checks\[0\]\.knownAfter: is a number without a unit/);
});
