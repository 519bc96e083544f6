// What a channel asks for, in a line: from which severity on, about what, and when it is left in peace.

import type { QuietSpec } from '../core/routing.js';
import type { ChannelSpec } from '../core/spec.js';

/** `slack, from medium, about USDC, DAI, quiet 22:00 to 07:00 UTC+01:00 but for critical`. */
export function channelWords({ kind, minSeverity, only, quiet = [] }: ChannelSpec): string {
  const { coins = [], chains = [], detectors = [] } = only ?? {};
  const list = (word: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${word} ${names.join(', ')}`];
  return [
    kind,
    `from ${minSeverity}`,
    ...list('about', coins),
    ...list('on', chains),
    ...list('found by', detectors),
    ...quiet.map((hours) => `quiet ${quietWords(hours)} but for ${hours.minSeverity}`),
  ].join(', ');
}

/** `22:00 to 07:00 UTC+01:00`. */
export function quietWords({ fromMin, toMin, offsetMin }: QuietSpec): string {
  const sign = offsetMin < 0 ? '-' : '+';
  return `${clock(fromMin)} to ${clock(toMin)} UTC${sign}${clock(Math.abs(offsetMin))}`;
}

function clock(min: number): string {
  return `${String(Math.floor(min / 60)).padStart(2, '0')}:${String(min % 60).padStart(2, '0')}`;
}
