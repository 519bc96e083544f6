// The rules that ship, compiled against the detectors that ship.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Quantities } from '../../src/core/signal.js';
import type { RuleSpec } from '../../src/core/spec.js';
import { detectors } from '../../src/detectors/index.js';
import { compileRules } from '../../src/detectors/rules.js';

interface Because<Value> {
  readonly value: Value;
  readonly why: string;
}
interface Row {
  readonly about: string;
  readonly numbers: Readonly<Record<string, Because<number>>>;
  readonly impact: string;
  readonly severity: RuleSpec['severity'];
  readonly holdMs: Because<string>;
}

const file = parse(readFileSync(new URL('../../config/thresholds.yaml', import.meta.url), 'utf8'));
const rows = Object.entries(file.rules as Record<string, Row>);
const specs: RuleSpec[] = rows.map(([detector, row]) => ({
  detector,
  numbers: Object.fromEntries(Object.entries(row.numbers).map(([name, { value }]) => [name, value])),
  impact: row.impact,
  severity: row.severity,
  holdMs: 0,
}));
const { rules, problems } = compileRules(specs, detectors);

function judge(detector: string, values: Quantities) {
  const judged = rules.get(detector)?.judge(values);
  expect(judged?.degraded).toBeNull();
  return judged;
}

describe('config/thresholds.yaml', () => {
  it('compiles, with a rule for every detector', () => {
    expect(problems).toEqual([]);
    expect([...rules.keys()].sort()).toEqual(detectors.map(({ name }) => name));
  });

  it('says why for every number', () => {
    const told = (tree: object): void => {
      if ('value' in tree) {
        expect(Object.keys(tree)).toEqual(['value', 'why']);
        expect((tree as Because<unknown>).why.length).toBeGreaterThan(20);
      } else for (const inner of Object.values(tree)) told(inner);
    };
    for (const [, row] of rows) told({ ...row.numbers, holdMs: row.holdMs });
    told(file.incidents);
  });

  it('pages for a whole per cent off the peg, on both sides, but not for a dust pool', () => {
    const at = (bps: number, peakDayUsd = 1e7) =>
      judge('priceDeviation', {
        deviationBps: bps,
        absDeviationBps: Math.abs(bps),
        price: 1,
        liquidityUsd: 1,
        peakDayUsd,
        volumeHourUsd: 0,
      });
    expect(at(-100)?.severity).toBe('critical');
    expect(at(1290)?.severity).toBe('critical');
    expect(at(-30)?.severity).toBe('high');
    expect(at(-20)?.severity).toBe('medium');
    expect(at(-10)?.severity).toBe('low');
    expect(at(-9)?.severity).toBeNull();
    expect(at(-1000, 50_000)?.severity).toBe('low');
    expect(at(-1000, 5_000)?.severity).toBeNull();
  });

  it('calls an exit through one side medium at most, and nothing while one of its three conditions is missing', () => {
    const at = (excess: number, lostDayPercent: number, deviationBps: number, peakDayUsd = 1e7) =>
      judge('oneSidedExit', { excess, lostDayPercent, deviationBps, peakDayUsd });
    expect(at(1, 100, -5000)?.severity).toBe('medium');
    expect(at(1, 100, -5000)?.impact).toBeLessThan(0.5);
    expect(at(0.4, 15, -10)?.severity).toBe('low');
    for (const calm of [at(0.3, 90, -500), at(0.9, 10, -500), at(0.9, 90, 500), at(0.9, 90, -500, 9e4)]) {
      expect(calm?.severity).toBeNull();
    }
  });

  it('keeps trade to a note while the price stands, and calls it medium at most', () => {
    const at = (timesUsual: number, deviationBps: number, pastHours = 336, volumeHourUsd = 1e8) =>
      judge('volumeSurge', {
        volumeHourUsd,
        usualHourUsd: volumeHourUsd / timesUsual,
        timesUsual,
        surprise: timesUsual * 2,
        pastHours,
        deviationBps,
      });
    expect(at(500, 0)?.severity).toBe('low');
    expect(at(500, -5000)?.severity).toBe('medium');
    expect(at(500, -5000)?.impact).toBeLessThan(0.5);
    for (const calm of [at(19, -5000), at(500, -5000, 24), at(500, -5000, 336, 5e5)])
      expect(calm?.severity).toBeNull();
  });

  it('tells of a coin sold for a day or two weeks only with its price off, as medium at most', () => {
    const at = (soldDayPercent: number, soldFortnightPercent: number, deviationBps: number, timesUsual = 9) =>
      judge('netFlow', {
        ...Object.fromEntries(
          Object.keys(detectors.find(({ name }) => name === 'netFlow')?.quantities ?? {}).map((name) => [
            name,
            0,
          ]),
        ),
        soldDayPercent,
        soldFortnightPercent,
        timesUsual,
        deviationBps,
        peakDayUsd: 1e7,
      });
    expect(at(20, 0, -10)?.severity).toBe('low');
    expect(at(0, 45, -12)?.severity).toBe('low');
    expect(at(40, 0, -25)?.severity).toBe('medium');
    expect(at(0, 500, -5000)?.severity).toBe('medium');
    expect(at(500, 500, -5000)?.impact).toBeLessThan(0.5);
    for (const calm of [at(500, 500, 0), at(500, 0, -5000, 2), at(-50, -90, -100), at(10, 10, -100)])
      expect(calm?.severity).toBeNull();
  });

  it('calls a pause critical, new code high, new hands medium and a frozen account a note', () => {
    const at = (act: Quantities, supply: number | null = 1e9) =>
      judge('issuerControl', {
        ...Object.fromEntries(
          Object.keys(detectors.find(({ name }) => name === 'issuerControl')?.quantities ?? {}).map(
            (name) => [name, 0],
          ),
        ),
        supply: supply ?? 0,
        saysSupply: supply === null ? 0 : 1,
        ...act,
      })?.severity;
    expect(at({ paused: 1 })).toBe('critical');
    expect(at({ paused: 1 }, null)).toBe('critical');
    expect(at({ paused: 1 }, 5000)).toBe('medium');
    expect(at({ upgradedDay: 1 })).toBe('high');
    expect(at({ deprecatedDay: 1 })).toBe('high');
    expect(at({ ownerDay: 1 })).toBe('medium');
    expect(at({ frozenHour: 1, frozenDay: 1 })).toBe('low');
    expect(at({ frozenHour: 10, frozenDay: 10 })).toBe('medium');
    expect(at({ minterDay: 3 })).toBe('low');
    expect(at({})).toBeNull();
  });

  it('calls an oracle frozen after three like answers and a market that moved away', () => {
    const at = (sameAnswers: number, absDivergenceBps: number) =>
      judge('oracleFrozen', {
        sameAnswers,
        sameSeconds: 1,
        divergenceBps: absDivergenceBps,
        absDivergenceBps,
        peakDayUsd: 1e7,
      })?.severity;
    expect(at(3, 30)).toBe('medium');
    expect(at(3, 75)).toBe('high');
    expect(at(2, 500)).toBeNull();
    expect(at(50, 29)).toBeNull();
  });

  it('calls a sale that gets a per cent less medium at most, in a pool that used to take it', () => {
    const at = (executable100kBps: number, deviationBps: number, peakDayUsd = 1e7) =>
      judge('executableDeviation', { executable100kBps, deviationBps, executable1mBps: -9999, peakDayUsd })
        ?.severity;
    expect(at(-30, -10)).toBe('low');
    expect(at(-9000, -5000)).toBe('medium');
    expect(at(-9000, -5)).toBeNull();
    expect(at(-9000, -5000, 5e5)).toBeNull();
  });

  it('does not tell of liquidity that leaves at par, and does of the same with the price off', () => {
    const at = (drainedPercent: number, bps: number) =>
      judge('liquidityDrain', {
        drainedPercent,
        deviationBps: -bps,
        absDeviationBps: bps,
        liquidityUsd: 1e6,
        peakUsd: 1e7,
      });
    expect(at(90, 0)?.severity).toBeNull();
    expect(at(16, 10)?.severity).toBe('medium');
    expect(at(16, 25)?.severity).toBe('high');
    expect(at(60, 100)?.severity).toBe('critical');
  });

  it('tells of redemption rushes by the hour and the day, and of a mint out of nothing', () => {
    const at = (netHourPercent: number, netDayPercent: number, baseSupply = 1e8) =>
      judge('supplyShock', {
        ...Object.fromEntries(
          Object.keys(detectors.find(({ name }) => name === 'supplyShock')!.quantities).map((name) => [
            name,
            0,
          ]),
        ),
        netHourPercent,
        netDayPercent,
        baseSupply,
      });
    expect(at(-1, -1)?.severity).toBe('medium');
    expect(at(-0.5, -3)?.severity).toBe('medium');
    expect(at(-0.5, -2.34)?.severity).toBeNull();
    expect(at(100 / 3, 100 / 3)?.severity).toBe('critical');
    expect(at(-50, -50, 1000)?.severity).toBeNull();
  });

  it('gives every high verdict an impact that counts for a cascade', () => {
    const least = file.incidents.cascadeImpact.value;
    const grid = [
      0, 0.5, 1, 1.1, 2, 3, 5, 10, 15, 20, 25, 29, 30, 50, 75, 99, 100, 150, 300, 500, 1e4, 1e5, 1e7,
    ];
    let high = 0;
    for (const detector of detectors) {
      const names = Object.keys(detector.quantities);
      for (const main of grid) {
        for (const rest of grid) {
          for (const [i] of names.entries()) {
            const values = Object.fromEntries(names.map((name, j) => [name, i === j ? main : rest]));
            const judged = judge(detector.name, values);
            if (judged?.severity !== 'high' && judged?.severity !== 'critical') continue;
            high++;
            expect(judged.impact, `${detector.name} ${JSON.stringify(values)}`).toBeGreaterThanOrEqual(least);
          }
        }
      }
    }
    expect(high).toBeGreaterThan(100);
  });
});
