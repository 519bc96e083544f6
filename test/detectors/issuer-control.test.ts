import { describe, expect, it } from 'vitest';
import type { ControlAction } from '../../src/core/observation.js';
import type { SourceSpec } from '../../src/core/source.js';
import { issuerControl } from '../../src/detectors/issuer-control.js';
import { cloneSeries, createSeries, observe } from '../../src/series/index.js';
import { nowMs, stage } from '../helpers/look.js';

const hour = 3_600_000;
const spec: SourceSpec = {
  id: 'ethereum/usdc',
  chain: 'ethereum',
  coin: 'USDC',
  protocol: 'issued-erc20',
  address: '0x01',
  tokens: [{ symbol: 'USDC', address: '0x01', decimals: 6, coin: 'USDC' }],
  heartbeatMs: null,
  answerDecimals: null,
};
const look = { ...stage({}).look, spec: () => spec };

function tokenAfter(acts: readonly (readonly [hoursAgo: number, action: ControlAction])[]) {
  const token = createSeries(spec);
  for (const [hoursAgo, action] of acts)
    observe(token, { kind: 'control', action, subject: null }, spec, nowMs - hoursAgo * hour);
  return token;
}

const measured = (acts: Parameters<typeof tokenAfter>[0]) =>
  issuerControl.measure(tokenAfter(acts), look)[0]?.values;

describe('the control of an issuer', () => {
  it('is nothing to speak of before it was used', () => {
    expect(measured([])).toBeUndefined();
  });

  it('counts each kind of act within the hour and the day', () => {
    expect(
      measured([
        [30, 'frozen'],
        [20, 'frozen'],
        [20, 'upgraded'],
        [2, 'owner'],
        [0.5, 'frozen'],
        [0, 'frozen'],
        [0, 'minter'],
      ]),
    ).toMatchObject({ frozenHour: 2, frozenDay: 3, upgradedDay: 1, ownerDay: 1, minterDay: 1, roleDay: 0 });
  });

  it('holds a pause until it is lifted, however long ago it came', () => {
    expect(measured([[500, 'paused']])?.paused).toBe(1);
    expect(
      measured([
        [500, 'paused'],
        [1, 'unpaused'],
      ])?.paused,
    ).toBe(0);
  });

  it('is as if it had not been where its block dies', () => {
    const token = tokenAfter([[2, 'frozen']]);
    const kept = cloneSeries(token);
    for (const action of ['paused', 'frozen'] as const)
      observe(token, { kind: 'control', action, subject: null }, spec, nowMs);
    expect(issuerControl.measure(kept, look)[0]?.values).toMatchObject({
      paused: 0,
      frozenDay: 1,
      frozenHour: 0,
    });
    expect(issuerControl.measure(token, look)[0]?.values).toMatchObject({ paused: 1, frozenDay: 2 });
  });

  it('is said with the worst first and nothing that did not happen', () => {
    const [first] = issuerControl.measure(
      tokenAfter([
        [1, 'frozen'],
        [1, 'frozen'],
        [0, 'paused'],
      ]),
      look,
    );
    expect(issuerControl.sentence('USDC', 'ethereum/usdc', first?.values ?? {})).toBe(
      'the issuer of USDC at ethereum/usdc: all transfers are paused, 2 accounts frozen within a day',
    );
  });
});
