// Runs of covered blocks, ascending and without overlap. Neighbours that are alike are one run, and there are never many:
// beyond a bound the oldest neighbours become one, which then names all of their endpoints.

import type { Hex } from '../core/hex.js';
import type { Via } from '../core/reading.js';

export interface CoverageRange {
  readonly from: number;
  readonly to: number;
  /** Hash of the block `to`; null where the run was cut there and it is not known. */
  readonly lastHash: Hex | null;
  /** Configured names, in order of the alphabet; empty where nobody is known to have given them (an import). */
  readonly endpoints: readonly string[];
  /** The weakest way in which any of its blocks came. */
  readonly how: Via['how'];
}

export type Ranges = readonly CoverageRange[];

export const maxRanges = 64;

/** Adds a run; where it meets what is covered already, the new one stands. */
export function cover(ranges: Ranges, added: CoverageRange): Ranges {
  const last = ranges.at(-1);
  if (last !== undefined && added.from === last.to + 1 && alike(last, added)) {
    return ranges.with(-1, { ...last, to: added.to, lastHash: added.lastHash });
  }
  if (last === undefined || added.from > last.to) return bounded([...ranges, added]);
  const around = cut(ranges, added.from, added.to);
  const at = around.findIndex(({ from }) => from > added.to);
  const place = at < 0 ? around.length : at;
  return bounded(joined([...around.slice(0, place), added, ...around.slice(place)]));
}

/** Without the blocks `from..to`. */
export function cut(ranges: Ranges, from: number, to: number): Ranges {
  return ranges.flatMap((range) => {
    if (range.to < from || range.from > to) return [range];
    const before = range.from < from ? [{ ...range, to: from - 1, lastHash: null }] : [];
    const after = range.to > to ? [{ ...range, from: to + 1 }] : [];
    return [...before, ...after];
  });
}

/** Without the blocks above `keep`. */
export function rewindTo(ranges: Ranges, keep: { readonly number: number; readonly hash: Hex }): Ranges {
  return ranges
    .filter(({ from }) => from <= keep.number)
    .map((range) => (range.to >= keep.number ? { ...range, to: keep.number, lastHash: keep.hash } : range));
}

/** The blocks after `known` up to `number` were looked at a second time, by this endpoint. */
export function confirm(ranges: Ranges, known: number, number: number, endpoint: string): Ranges {
  const split = ranges.flatMap((range): CoverageRange[] => {
    if (range.from > number || range.to <= known || range.how === 'confirmed') return [range];
    const endpoints = [...new Set([...range.endpoints, endpoint])].sort();
    const [from, to] = [Math.max(range.from, known + 1), Math.min(range.to, number)];
    const before = range.from < from ? [{ ...range, to: from - 1, lastHash: null }] : [];
    const after = range.to > to ? [{ ...range, from: to + 1 }] : [];
    const lastHash = range.to === to ? range.lastHash : null;
    return [...before, { from, to, lastHash, endpoints, how: 'confirmed' }, ...after];
  });
  return bounded(joined(split));
}

/** The runs within `from..to` that are not covered. */
export function gapsIn(
  ranges: Ranges,
  from: number,
  to: number,
): { readonly from: number; readonly to: number }[] {
  const gaps: { readonly from: number; readonly to: number }[] = [];
  let at = from;
  for (const range of ranges) {
    if (range.to < at) continue;
    if (range.from > to) break;
    if (range.from > at) gaps.push({ from: at, to: range.from - 1 });
    at = range.to + 1;
  }
  if (at <= to) gaps.push({ from: at, to });
  return gaps;
}

function joined(ranges: Ranges): Ranges {
  const out: CoverageRange[] = [];
  for (const range of ranges) {
    const before = out.at(-1);
    if (before !== undefined && before.to + 1 === range.from && alike(before, range)) {
      out[out.length - 1] = { ...before, to: range.to, lastHash: range.lastHash };
    } else out.push(range);
  }
  return out;
}

/** Runs with a hole between them never become one, so that there may be more than the bound by as many as there are holes. */
function bounded(ranges: Ranges): Ranges {
  let out = ranges;
  while (out.length > maxRanges) {
    const at = out.findIndex((range, i) => out[i + 1]?.from === range.to + 1);
    const [first, second] = [out[at], out[at + 1]];
    if (first === undefined || second === undefined) return out;
    const one: CoverageRange = {
      from: first.from,
      to: second.to,
      lastHash: second.lastHash,
      endpoints: [...new Set([...first.endpoints, ...second.endpoints])].sort(),
      how: strength[first.how] < strength[second.how] ? first.how : second.how,
    };
    out = [...out.slice(0, at), one, ...out.slice(at + 2)];
  }
  return out;
}

const strength: Readonly<Record<Via['how'], number>> = { fetched: 0, pushed: 1, confirmed: 2 };

function alike(a: CoverageRange, b: CoverageRange): boolean {
  return (
    a.how === b.how &&
    a.endpoints.length === b.endpoints.length &&
    a.endpoints.every((name, i) => name === b.endpoints[i])
  );
}
