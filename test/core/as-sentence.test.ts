import { describe, expect, it } from 'vitest';
import { asSentence } from '../../src/core/as-sentence.js';
import { counted } from '../../src/core/counted.js';
import { detectors } from '../../src/detectors/index.js';

describe('the words of a signal as a sentence', () => {
  it.each(detectors.map((one) => [one.name, one] as const))(
    '%s begins with a capital or a name',
    (_, one) => {
      const first = asSentence(one.sentence('crvUSD', 'ethereum/pool', {})).split(/[ :]/)[0] ?? '';
      expect(first).toMatch(/^([A-Z$]|crvUSD$|ethereum\/pool$|unknown)/);
    },
  );

  it('leave names as they are, and end with one full stop', () => {
    expect(asSentence('crvUSD trades 2 % below its peg')).toBe('crvUSD trades 2 % below its peg.');
    expect(asSentence('the supply of USR rose.')).toBe('The supply of USR rose.');
  });
});

it('one of a thing is no plural', () => {
  expect([counted(1, 'incident'), counted(0, 'incident'), counted(1204, 'signal')]).toEqual([
    '1 incident',
    '0 incidents',
    '1,204 signals',
  ]);
});
