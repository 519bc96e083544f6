// An incident found among others, and as a document, on a stored journal of two coins in trouble at different hours.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest.js';
import type { Incident } from '../../src/core/incident.js';
import type { Input, Step } from '../../src/core/io.js';
import type { ChannelSpec } from '../../src/core/spec.js';
import type { TimelineRow } from '../../src/reports/timeline-row.js';
import { openStore } from '../../src/store/open-store.js';
import { commandLine } from '../helpers/command-line.js';
import { inputsOfBars } from '../helpers/imports.js';
import { quietDeps } from '../store/children/quiet-deps.js';

const desk: ChannelSpec = {
  name: 'desk',
  kind: 'webhook',
  minSeverity: 'low',
  groupMs: 60_000,
  repeatMs: null,
};
const dai = { symbol: 'DAI', steps: [...Array(30).fill(1), ...Array(20).fill(0.996), ...Array(360).fill(1)] };
const usdc = {
  symbol: 'USDC',
  steps: [...Array(210).fill(1), ...Array(20).fill(0.94), ...Array(180).fill(1)],
};

function inputs(): Input[] {
  const bars = [dai, usdc].map(({ symbol, steps }) => {
    return { id: `kraken/${symbol.toLowerCase()}-usd`, tokens: [symbol, 'USD'] as const, prices: steps };
  });
  return inputsOfBars(bars).map((input) =>
    input.kind === 'start' ? { ...input, spec: { ...input.spec, channels: [desk] } } : input,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'pegwatch-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  const store = await openStore({ folder }, quietDeps);
  const steps: Step[] = [];
  await backtest(inputs(), (step) => {
    steps.push(step);
    return null;
  });
  await store.commit(steps);
  await store.close();
});

const pegwatch = (...args: readonly string[]) => commandLine(...args, '-s', folder);

async function listed(...args: readonly string[]): Promise<readonly Incident[]> {
  return JSON.parse((await pegwatch('incidents', 'list', '--json', ...args)).out);
}

describe('pegwatch incidents list', () => {
  it('gives those that were bad enough, about a coin, or opened in a time', async () => {
    const coinsOf = async (...args: string[]) => (await listed(...args)).map(({ coins }) => coins.join());
    expect(await coinsOf()).toEqual(['USDC', 'DAI']);
    expect(await coinsOf('--severity', 'critical')).toEqual(['USDC']);
    expect(await coinsOf('--coin', 'DAI')).toEqual(['DAI']);
    expect(await coinsOf('--to', '2024-01-01T03:00:00Z')).toEqual(['DAI']);
    expect(await coinsOf('--from', '2024-01-01T03:00:00Z', '--severity', 'low')).toEqual(['USDC']);
    expect((await pegwatch('incidents', 'list', '--coin', 'DIA')).err).toContain(
      'no coin that this store knows',
    );
  });

  it('says how many it does not show', async () => {
    const { out, err } = await pegwatch('incidents', 'list', '--limit', '1');
    expect(out.split('\n')).toHaveLength(1);
    expect(err).toContain('and 1 older incident');
  });
});

describe('pegwatch incidents report', () => {
  it('writes one incident as a document: its course, its measures, who was told, and room for people', async () => {
    const [critical] = await listed('--severity', 'critical');
    const { code, out } = await pegwatch('incidents', 'report', critical?.id ?? '');
    expect(code).toBe(0);
    const titles = [...out.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles.slice(0, 5)).toEqual([
      'What happened',
      'What was measured, each at its worst',
      'Who was told',
      'What was not seen',
      'Rules that spoke',
    ]);
    expect(titles).toContain('Why it happened');
    expect(out).toMatch(/\| Opened \| 2024-01-01 03:3\d:00 as critical \|/);
    expect(out).toMatch(
      /\| critical \| USDC trades 6 % below its peg .*\| kraken \d+, 2024-01-01 03:3\d:00 \|/,
    );
    expect(out).toMatch(/\| 2024-01-01 03:3\d:00 \| desk \| 1 \| opened \| critical \|/);
    expect(out).toContain('no hole in the coverage of its chains');
    expect(out).not.toContain('DAI');
    const order = ['**opened: ', 'told desk: opened', '**easing: ', '**closed: '].map((text) =>
      out.indexOf(text),
    );
    expect(order.every((at) => at > 0)).toBe(true);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

describe('pegwatch timeline --incident', () => {
  it('has what is about that incident, and nothing of another', async () => {
    const [critical] = await listed('--severity', 'critical');
    const { out } = await pegwatch('timeline', '--incident', critical?.id.slice(4, 10) ?? '', '--json');
    const rows: readonly TimelineRow[] = out.split('\n').map((line) => JSON.parse(line));
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['signal', 'incident', 'alert']));
    expect(rows.filter(({ text }) => text.includes('DAI'))).toEqual([]);
    const all = (await pegwatch('timeline', '--kind', 'alert', '--json')).out.split('\n');
    expect(all.length).toBeGreaterThan(rows.filter(({ kind }) => kind === 'alert').length);
  });
});

describe('a word that is no command', () => {
  it.each([
    [['incidents', 'shwo'], '"shwo" is no command of pegwatch incidents', 'Did you mean show?'],
    [['silence', 'remove'], '"remove" is no command of pegwatch silence', 'Known: add, list, end.'],
  ])('%j is refused as that', async (args, sentence, hint) => {
    const { code, out, err } = await pegwatch(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
    expect(err).toContain(hint);
  });

  it('is no matter of the process: what a command lacks is told where its errors go, with its own help', async () => {
    const { code, err } = await pegwatch('silence', 'add');
    expect(code).toBe(1);
    expect(err).toContain("required option '--by <name>' not specified");
    expect(err).toContain('pegwatch silence add --help');
  });
});
