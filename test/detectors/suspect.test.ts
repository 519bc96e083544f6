import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suspect, type Testimony } from '../../src/detectors/suspect.js';

const nothing: Testimony = { elsewhere: [], oracle: null };
const sound: Testimony = { elsewhere: [0.0001], oracle: null };
const off: Testimony = { elsewhere: [-0.05], oracle: null };

function check(below: Testimony, above: Testimony, expected: 'below' | 'above', gap = 0.05): void {
  expect(suspect(gap, below, above)).toBe(expected);
}

describe('of two coins that differ', () => {
  it('the one below is the suspect where nothing else is known', () => check(nothing, nothing, 'below'));
  it('the one below is the suspect where both are sound elsewhere', () => check(sound, sound, 'below'));
  it('the one below is the suspect where neither is sound elsewhere', () => check(off, off, 'below'));
  it('the one above is the suspect where only the one below is sound elsewhere', () => {
    check(sound, nothing, 'above');
    check(sound, off, 'above');
  });
  it('the one below is the suspect where only the one above is sound elsewhere', () =>
    check(nothing, sound, 'below'));

  it('one pool that shows less than half of the gap is enough to acquit, exactly half is not', () => {
    check({ elsewhere: [0.04, -0.0249], oracle: null }, nothing, 'above');
    check({ elsewhere: [0.025], oracle: null }, nothing, 'below');
  });

  it('an oracle convicts the coin that it shows off its peg, whatever pools say', () => {
    check({ elsewhere: [0.0001], oracle: -0.04 }, nothing, 'below');
    check({ elsewhere: [], oracle: 0 }, { elsewhere: [0.0001], oracle: 0.04 }, 'above');
  });

  it('an oracle on the other side of the peg, too near to it, or within its dead band convicts nobody', () => {
    for (const oracle of [0.04, -0.02]) check({ elsewhere: [0.0001], oracle }, nothing, 'above');
    check({ elsewhere: [0.0001], oracle: -0.002 }, nothing, 'above', 0.003);
  });

  it('where oracles convict both, the one below is the suspect', () => {
    check({ elsewhere: [0], oracle: -0.04 }, { elsewhere: [], oracle: 0.04 }, 'below');
  });

  it('the order in which pools are asked does not matter', () => {
    const testimony = fc.record({
      elsewhere: fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { maxLength: 5 }),
      oracle: fc.option(fc.double({ min: -0.1, max: 0.1, noNaN: true })),
    });
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
        testimony,
        testimony,
        (gap, below, above) => {
          const turned = (one: Testimony): Testimony => ({ ...one, elsewhere: [...one.elsewhere].reverse() });
          expect(suspect(gap, turned(below), turned(above))).toBe(suspect(gap, below, above));
        },
      ),
    );
  });
});
