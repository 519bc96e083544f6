// An issuer uses its powers over a token. Each act alone is lawful; what counts is what it means to a holder: a pause
// shuts the door, new code or new hands may be the issuer's or a thief's, one frozen account is somebody else's.

import type { ControlAction } from '../core/observation.js';
import { sumOver } from '../core/window.js';
import type { TokenSeries } from '../series/series.js';
import type { Detector } from './detector.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const issuerControl: Detector = {
  name: 'issuerControl',
  judges: 'token',
  wakes: 'block',
  quantities: {
    paused:
      '1 after a pause was seen and until it was lifted, else 0; what stood before the first reading is not known',
    deprecatedDay: 'how often another contract was put in place of the token within a day',
    upgradedDay: 'how often its code was replaced within a day',
    ownerDay: 'how often its owner or the admin of its proxy changed within a day',
    roleDay: 'roles granted or revoked within a day',
    minterDay: 'minters configured or removed within a day',
    feeDay: 'how often the fee of a transfer was set within a day',
    frozenHour: 'accounts frozen within an hour (by quarters of an hour)',
    frozenDay: 'accounts frozen within a day',
    wipedDay: 'frozen accounts emptied within a day',
    supply: 'tokens in being, on this chain; 0 where not known',
    saysSupply: '1 where the supply is known, else 0',
  },
  measure(token, look) {
    if (token.type !== 'token' || (token.controls.size === 0 && !token.paused)) return [];
    const coin = look.spec(token.source).tokens[0]?.coin ?? null;
    if (coin === null) return [];
    const { nowMs } = look;
    const within = (action: ControlAction, horizonMs: number): number =>
      counted(token, action, nowMs, horizonMs);
    const values = {
      paused: token.paused ? 1 : 0,
      deprecatedDay: within('deprecated', dayMs),
      upgradedDay: within('upgraded', dayMs),
      ownerDay: within('owner', dayMs),
      roleDay: within('role', dayMs),
      minterDay: within('minter', dayMs),
      feeDay: within('fee', dayMs),
      frozenHour: within('frozen', hourMs),
      frozenDay: within('frozen', dayMs),
      wipedDay: within('wiped', dayMs),
      supply: token.totalSupply ?? 0,
      saysSupply: token.totalSupply === null ? 0 : 1,
    };
    return [{ coin, values }];
  },
  sentence(coin, source, values) {
    const told = words.flatMap(([name, say]) => {
      const count = values[name] ?? 0;
      return count > 0 ? [say(count)] : [];
    });
    return `the issuer of ${coin} at ${source}: ${told.length === 0 ? 'nothing within a day' : told.join(', ')}`;
  },
};

const times = (count: number): string => (count === 1 ? '' : ` ${count} times`);
const several = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** The worst first. */
const words: readonly (readonly [quantity: string, say: (count: number) => string])[] = [
  ['paused', () => 'all transfers are paused'],
  ['deprecatedDay', () => 'another contract was put in its place'],
  ['upgradedDay', (count) => `its code was replaced${times(count)} within a day`],
  ['ownerDay', (count) => `its owner changed${times(count)} within a day`],
  ['feeDay', (count) => `the fee of a transfer was set${times(count)} within a day`],
  ['roleDay', (count) => `${several(count, 'role')} granted or revoked within a day`],
  ['minterDay', (count) => `${several(count, 'minter')} configured or removed within a day`],
  ['frozenDay', (count) => `${several(count, 'account')} frozen within a day`],
  ['wipedDay', (count) => `${several(count, 'frozen account')} emptied within a day`],
];

function counted(token: TokenSeries, action: ControlAction, nowMs: number, horizonMs: number): number {
  const window = token.controls.get(action);
  return window === undefined ? 0 : sumOver(window, nowMs, horizonMs);
}
