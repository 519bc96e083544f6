// What other thresholds would have changed, told as judgement and not as bytes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandLine } from '../helpers/command-line.js';
import { repository } from '../helpers/config-folder.js';
import { importStore } from '../helpers/import-store.js';
import { inputsOfBars } from '../helpers/imports.js';

const run = (...args: readonly string[]) => commandLine('replay', ...args);

const shipped = readFileSync(join(repository, 'config/thresholds.yaml'), 'utf8');
/** The shipped thresholds with one number of marketDeviation changed, in a folder of their own. */
function thresholds(name: string, value: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-replay-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [head = '', rule = ''] = shipped.split(/^(?= {2}marketDeviation:)/m);
  const number = new RegExp(`(^ {6}${name}:\\s*(?:\\{ |\\n {8})value: )[^,\\s]+`, 'm');
  expect(rule).toMatch(number);
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'other', 'thresholds.yaml'), head + rule.replace(number, `$1${value}`));
  return join(folder, 'other');
}

/** An hour at par, then an hour 1.2 % below. */
const store = () =>
  importStore(
    inputsOfBars([
      {
        id: 'kraken/usdc-usd',
        tokens: ['USDC', 'USD'],
        prices: [1, 0.988].flatMap((at) => Array(60).fill(at)),
      },
    ]),
  );

describe('replay with other thresholds', () => {
  it('lists what was judged otherwise, from a file or from a folder that holds nothing else', async () => {
    const stored = await store();
    const folder = thresholds('criticalBps', 200);
    const told = await run('-s', stored, '-t', folder);
    expect([told.code, told.err]).toEqual([0, '']);
    expect(told.out).toMatch(
      /Judged otherwise \(times are UTC\):\n(.*\n)*.*critical, only live: USDC trades 1\.2 % below/,
    );
    expect(told.out).not.toContain('{"');
    const file = await run('-s', stored, '-t', join(folder, 'thresholds.yaml'));
    expect(file.out.split('\n').slice(1)).toEqual(told.out.split('\n').slice(1));
  });

  it('does not take a repeated number for a difference of judgement', async () => {
    const told = await run('-s', await store(), '-t', thresholds('criticalBps', 101));
    expect(told.out).not.toContain('Judged otherwise');
    expect(told.out).toContain('The same signals at the same moments');
  });

  it('says what is wrong with a file that is none', async () => {
    const { code, err } = await run('-s', await store(), '-t', '/nowhere/thresholds.yaml');
    expect(code).toBe(1);
    expect(err).toContain('does not exist');
  });
});
