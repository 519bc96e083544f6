import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleSpec } from '../../src/core/spec.js';
import type { Detector } from '../../src/detectors/detector.js';
import { compileRules } from '../../src/detectors/rules.js';

const gauge: Detector = {
  name: 'gauge',
  judges: 'pool',
  wakes: 'block',
  quantities: { bps: 'how far', usd: 'how much' },
  measure: () => [],
  sentence: () => '',
};

const sound: RuleSpec = {
  detector: 'gauge',
  numbers: { far: 100, near: 10 },
  impact: 'bps / far',
  severity: { low: 'bps >= near', high: 'bps >= far / 2', critical: 'bps >= far and usd > 1' },
  holdMs: 1000,
};

function compiled(change: Partial<RuleSpec> = {}) {
  const { rules, problems } = compileRules([{ ...sound, ...change }], [gauge]);
  const rule = rules.get('gauge');
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

function problems(change: Partial<RuleSpec>): readonly string[] {
  const result = compileRules([{ ...sound, ...change }], [gauge]);
  expect(result.rules.size).toBe(result.problems.length === 0 ? 1 : 0);
  return result.problems.map(({ field, message }) => `${field}: ${message}`);
}

describe('a rule', () => {
  it('gives the worst level that holds, its expression, and the impact', () => {
    const rule = compiled();
    expect(rule.judge({ bps: 5, usd: 0 })).toEqual({
      severity: null,
      impact: 0.05,
      rule: 'bps >= near',
      degraded: null,
    });
    expect(rule.judge({ bps: 20, usd: 0 }).severity).toBe('low');
    expect(rule.judge({ bps: 60, usd: 2 })).toMatchObject({
      severity: 'high',
      impact: 0.6,
      rule: 'bps >= far / 2',
    });
    expect(rule.judge({ bps: 100, usd: 0 }).severity).toBe('high');
    expect(rule.judge({ bps: 100, usd: 2 }).severity).toBe('critical');
  });

  it('keeps the impact between 0 and 1', () => {
    expect(compiled().judge({ bps: 1e9, usd: 0 }).impact).toBe(1);
    expect(compiled().judge({ bps: -1e9, usd: 0 }).impact).toBe(0);
  });

  it('gives the worst level that holds, whatever the levels are (naive oracle)', () => {
    const level = fc.option(fc.nat(100), { nil: undefined });
    fc.assert(
      fc.property(level, level, level, level, fc.nat(100), (low, medium, high, critical, bps) => {
        const at = { low, medium, high, critical };
        const severity = Object.fromEntries(
          Object.entries(at).flatMap(([name, least]) =>
            least === undefined ? [] : [[name, `bps >= ${least}`]],
          ),
        );
        fc.pre(Object.keys(severity).length > 0);
        let expected: string | null = null;
        for (const name of ['low', 'medium', 'high', 'critical'] as const) {
          if (at[name] !== undefined && bps >= at[name]) expected = name;
        }
        expect(compiled({ severity }).judge({ bps, usd: 0 }).severity).toBe(expected);
      }),
    );
  });

  it('is degraded, not silent, when a quantity was not measured', () => {
    const judged = compiled().judge({ bps: 60 });
    expect(judged.degraded).toMatch(/`usd` was not measured/);
    expect(judged.severity).toBe('high');
  });

  it('is degraded when its impact is no finite number, and then expects what its severity lets expect', () => {
    for (const impact of ['bps / (usd - usd)', 'usd / usd']) {
      const judged = compiled({ impact }).judge({ bps: 200, usd: 0 });
      expect(judged.degraded).toMatch(/impact/);
      expect(judged).toMatchObject({ severity: 'high', impact: 0.75 });
    }
  });

  it('holds on no unknown quantity', () => {
    const judged = compiled({ impact: '1' }).judge({ bps: Number.NaN, usd: 2 });
    expect(judged).toMatchObject({ severity: null, degraded: null });
  });

  it('carries its numbers and its hold for the evidence', () => {
    expect(compiled()).toMatchObject({ detector: 'gauge', holdMs: 1000, numbers: { far: 100, near: 10 } });
  });
});

describe('problems of rules', () => {
  it('are all told at once, each with its field, and the rule is left out', () => {
    expect(problems({ impact: 'bpz', severity: { low: '1', high: 'usd = 5' }, holdMs: -1 })).toEqual([
      'holdMs: must be a time of zero or more',
      'impact: `bpz` at character 1 is not known; did you mean `bps`?',
      'severity.high: `usd = 5` at character 1 assigns with `=`: compare with `==`',
      'severity.low: `1` at character 1 does not give true or false, which is due here',
      'severity: has no level that can hold: the detector would never speak',
    ]);
  });

  it('name a detector that does not exist, with what was probably meant', () => {
    const result = compileRules(
      [
        { ...sound, detector: 'guage' },
        { ...sound, detector: '__proto__' },
      ],
      [gauge],
    );
    expect(result.problems.map(({ message }) => message)).toEqual([
      'there is no detector of this name; did you mean gauge?',
      'there is no detector of this name',
    ]);
  });

  it('are found in numbers that hide something or are none', () => {
    expect(problems({ numbers: { far: 1, near: 1, bps: 3 } })[0]).toMatch(
      /^numbers.bps: has the name of a quantity/,
    );
    expect(problems({ numbers: { far: 1, near: 1, min: 3 } })[0]).toMatch(
      /^numbers.min: has the name of a word/,
    );
    expect(problems({ numbers: { far: Number.NaN, near: 1 } })[0]).toMatch(
      /^numbers.far: must be a finite number/,
    );
  });

  it('are a second rule for a detector and a rule without a level', () => {
    expect(compileRules([sound, sound], [gauge]).problems.map(({ message }) => message)).toEqual([
      'has two rules',
    ]);
    expect(problems({ severity: {} })).toEqual([
      'severity: has no level that can hold: the detector would never speak',
    ]);
  });

  it('come back as problems for any text whatever, in any field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const result = compileRules(
          [{ ...sound, impact: `${text} import(`, severity: { low: `${text}.x` } }],
          [gauge],
        );
        expect(result.rules.size).toBe(0);
        expect(result.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
