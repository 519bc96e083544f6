// The published rule, held against the published numbers.
import { describe, expect, it } from 'vitest';
import { leadingF1 } from '../../src/reports/leading-f1.js';

const at = (text: string): number => Date.parse(`${text}:00Z`);
const label = at('2023-03-11T07:00');

describe('leading F1', () => {
  it('gives the published figures for the published alarms on 3pool', () => {
    const alarms = [
      '2022-05-11T13:00',
      '2022-11-09T10:00',
      '2022-11-14T21:00',
      '2022-12-10T15:00',
      '2023-02-13T10:00',
      '2023-02-13T12:00',
      '2023-03-10T21:00',
    ].map(at);
    const found = leadingF1(alarms, [label]);
    expect(found.precision).toBeCloseTo(0.1429, 4);
    expect(found.weightedRecall).toBeCloseTo(0.4167, 4);
    expect(found.leadingF1).toBeCloseTo(0.2128, 4);
    expect(found.leadHours).toEqual([10]);
  });

  it('takes no alarm after the label, and none more than a day before', () => {
    expect(leadingF1([label + 1], [label]).matched).toBe(0);
    expect(leadingF1([label - 86_400_001], [label]).matched).toBe(0);
    expect(leadingF1([label], [label])).toMatchObject({ matched: 1, weightedRecall: 0 });
    expect(leadingF1([], [label]).leadingF1).toBe(0);
  });

  it('lets the earliest alarm win', () => {
    expect(leadingF1([label - 3_600_000, label - 7_200_000], [label]).leadHours).toEqual([2]);
  });
});
