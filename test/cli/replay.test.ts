// What other thresholds would have changed, told as judgement and not as bytes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Effect, Input } from '../../src/core/io.js';
import type { ChannelSpec } from '../../src/core/spec.js';
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
const inputs = () =>
  inputsOfBars([
    {
      id: 'kraken/usdc-usd',
      tokens: ['USDC', 'USD'],
      prices: [1, 0.988].flatMap((at) => Array(60).fill(at)),
    },
  ]);
const store = () => importStore(inputs());

/** The same, with a channel that is told. */
function toldToDesk(): Input[] {
  const desk: ChannelSpec = {
    name: 'desk',
    kind: 'webhook',
    minSeverity: 'low',
    groupMs: 60_000,
    repeatMs: null,
  };
  return inputs().map((input) =>
    input.kind === 'start' ? { ...input, spec: { ...input.spec, channels: [desk] } } : input,
  );
}

describe('replay with other thresholds', () => {
  it('says which incidents took another course, and which alerts would have been others', async () => {
    const told = await run('-s', await importStore(toldToDesk()), '-t', thresholds('criticalBps', 200));
    expect(told.code).toBe(0);
    expect(told.out).toMatch(/Judged otherwise: 1 incident, \d+ alerts?, \d+ signals?\. Times are UTC\./);
    const [live = '', replayed = ''] = ['live', 'replayed'].map(
      (which) => new RegExp(`^ {4}${which} +inc-.*$`, 'm').exec(told.out)?.[0],
    );
    expect(live).toMatch(/: 2024-01-01 01:0\d:00 critical/);
    expect(live).toContain('critical at worst');
    expect(replayed).toMatch(/: 2024-01-01 01:0\d:00 high/);
    expect(told.out).toMatch(/alert inc-\w+-desk-1, only live: opened, critical/);
    expect(told.out).toMatch(/alert inc-\w+-desk-1, only in the replay: opened, high/);
  });

  it('lists what was judged otherwise, from a file or from a folder that holds nothing else', async () => {
    const stored = await store();
    const folder = thresholds('criticalBps', 200);
    const told = await run('-s', stored, '-t', folder);
    expect([told.code, told.err]).toEqual([0, '']);
    expect(told.out).toMatch(/Judged otherwise: (.*\n)*.*critical, only live: USDC trades 1\.2 % below/);
    expect(told.out).not.toContain('{"');
    const file = await run('-s', stored, '-t', join(folder, 'thresholds.yaml'));
    expect(file.out.split('\n').slice(1)).toEqual(told.out.split('\n').slice(1));
  });

  it('does not take a repeated number for a difference of judgement', async () => {
    const told = await run('-s', await store(), '-t', thresholds('criticalBps', 101));
    expect(told.out).not.toContain('Judged otherwise');
    expect(told.out).toContain('The same decisions at the same moments');
  });

  it('says what is wrong with a file that is none', async () => {
    const { code, err } = await run('-s', await store(), '-t', '/nowhere/thresholds.yaml');
    expect(code).toBe(1);
    expect(err).toContain('does not exist');
  });
});

describe('replay with the thresholds of the live run', () => {
  const altered = async (write: (effect: Effect) => Effect | null) =>
    run('-s', await importStore(toldToDesk(), write));

  it('ends well where all is as it was stored', async () => {
    const { code, out } = await altered((effect) => effect);
    expect([code, out.split('\n').at(-1)]).toEqual([0, 'The two agree.']);
  });

  it('names an alert that was stored as another one, and ends with 1', async () => {
    const { code, out } = await altered((effect) =>
      effect.kind === 'alert' && effect.alert.sequence === 1
        ? { kind: 'alert', alert: { ...effect.alert, severity: 'low', reason: 'repeat', atMs: 0 } }
        : effect,
    );
    expect(code).toBe(1);
    expect(out).toContain('Judged otherwise: 1 alert. Times are UTC.');
    expect(out).toMatch(
      /alert inc-\w+-desk-1: at 2024-01-01 01:0\d:00 instead of 1970-01-01 00:00:00, reason "opened" instead of "repeat", severity "critical" instead of "low"/,
    );
    expect(out).toContain('The first difference in bytes is at input');
  });

  it('names an incident whose course was stored as another one', async () => {
    const { code, out } = await altered((effect) =>
      effect.kind === 'incident'
        ? { ...effect, incident: { ...effect.incident, severity: 'medium', leadChain: 'elsewhere' } }
        : effect,
    );
    expect(code).toBe(1);
    expect(out).toContain('Judged otherwise: 1 incident. Times are UTC.');
    expect(out).toMatch(/live {6}inc-\w+: 2024-01-01 01:0\d:00 medium.*; lead elsewhere/);
    expect(out).toMatch(/replayed {2}inc-\w+: 2024-01-01 01:0\d:00 critical.*; lead kraken/);
  });

  it('names what one of the two has alone', async () => {
    const { code, out } = await altered((effect) => (effect.kind === 'signal' ? effect : null));
    expect(code).toBe(1);
    expect(out).toMatch(/USDC on kraken, only in the replay/);
    expect(out).toMatch(/alert inc-\w+-desk-1, only in the replay: opened, critical/);
  });
});
