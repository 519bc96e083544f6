// A token: its supply, what was minted and burned over an hour and a day, and what its issuer did.

import type { ControlAction, Observation } from '../core/observation.js';
import type { SourceSpec } from '../core/source.js';
import { toTokens } from '../core/units.js';
import { cloneWindow, createWindow, record } from '../core/window.js';
import { cloneHourAndDay, createHourAndDay, recordBoth } from './hour-and-day.js';
import type { TokenSeries } from './series.js';

/** Below this share of the supply a difference between what was read and what was added up is rounding. */
const rounding = 1e-9;

export function createToken(spec: SourceSpec): TokenSeries {
  return {
    type: 'token',
    source: spec.id,
    touch: null,
    totalSupply: null,
    minted: createHourAndDay('flow'),
    burned: createHourAndDay('flow'),
    paused: false,
    controls: new Map(),
  };
}

export function observeToken(
  token: TokenSeries,
  observation: Observation,
  spec: SourceSpec,
  blockTimeMs: number,
): void {
  const decimals = spec.tokens[0]?.decimals ?? Number.NaN;
  switch (observation.kind) {
    case 'supply': {
      const delta = toTokens(observation.delta, decimals);
      if (token.totalSupply !== null) token.totalSupply = Math.max(0, token.totalSupply + delta);
      addFlow(token, delta, blockTimeMs);
      return;
    }
    case 'totalSupply': {
      const supply = toTokens(observation.amount, decimals);
      // Supply that moved without an event (a hidden mint, blacklisted funds destroyed) is still minted or burned.
      const unexplained = token.totalSupply === null ? 0 : supply - token.totalSupply;
      if (Math.abs(unexplained) > rounding * supply) addFlow(token, unexplained, blockTimeMs);
      token.totalSupply = supply;
      return;
    }
    case 'control':
      observeControl(token, observation.action, blockTimeMs);
      return;
    default:
      return;
  }
}

export function cloneToken(token: TokenSeries): TokenSeries {
  return { ...token, minted: cloneHourAndDay(token.minted), burned: cloneHourAndDay(token.burned) };
}

function observeControl(token: TokenSeries, action: ControlAction, blockTimeMs: number): void {
  if (action === 'paused') token.paused = true;
  if (action === 'unpaused') token.paused = false;
  const before = token.controls.get(action);
  const window = before === undefined ? createWindow('flow', 900_000, 96) : cloneWindow(before);
  record(window, blockTimeMs, 1);
  token.controls = new Map(token.controls).set(action, window);
}

function addFlow(token: TokenSeries, delta: number, blockTimeMs: number): void {
  recordBoth(delta > 0 ? token.minted : token.burned, blockTimeMs, Math.abs(delta));
}
