// The recent past of one quantity, in buckets of equal time, so that memory and cost do not grow with traffic.
// A window is plain data (it is cloned when a block is undone and stored in checkpoints); these are its functions.
//
// Three kinds: a `flow` adds up what happened in each bucket (volume, burns); a `level` keeps the last value of
// each bucket and carries it forward until the next one (liquidity, price); a `peak` keeps the highest value of each
// bucket and carries nothing (what a level reached in between).

export interface Window {
  readonly kind: 'flow' | 'level' | 'peak';
  readonly bucketMs: number;
  /**
   * Ring of bucket values, the newest bucket left out; a level or peak that is not known is NaN. Clones share it, so it is
   * never changed in place: a window is cloned with every block, but moves on to another bucket once a minute.
   * Deliberately no typed array: copying one of these sizes takes twenty times as long.
   */
  values: readonly number[];
  /** Value of the newest bucket. */
  current: number;
  /** Number of the newest bucket: floor(time / bucketMs). -1 while empty. */
  newest: number;
}

export function createWindow(kind: Window['kind'], bucketMs: number, buckets: number): Window {
  const unknown = kind === 'flow' ? 0 : Number.NaN;
  return { kind, bucketMs, values: new Array<number>(buckets).fill(unknown), current: unknown, newest: -1 };
}

/** Adds to a flow, sets a level, or raises a peak. A time before the newest bucket counts as the newest bucket. */
export function record(window: Window, timeMs: number, value: number): void {
  advance(window, timeMs);
  if (window.kind === 'flow') window.current += value;
  else if (window.kind === 'level' || !(window.current >= value)) window.current = value;
}

/**
 * Sum of a flow over the buckets that begin in (nowMs - horizonMs, nowMs]: with a horizon of n buckets, the newest n.
 * The window forgets what lies further back than it reaches.
 */
export function sumOver(window: Window, nowMs: number, horizonMs: number): number {
  const { bucketMs, values, newest, current } = window;
  if (newest < 0) return 0;
  // Deliberately not as the others: sums are asked for with every block, and a flow has no level to carry.
  const last = Math.min(Math.floor(nowMs / bucketMs), newest);
  const first = Math.max(0, newest - values.length + 1, Math.floor((nowMs - horizonMs) / bucketMs) + 1);
  let sum = last === newest && first <= last ? current : 0;
  for (let b = last === newest ? last - 1 : last; b >= first; b--) sum += values[b % values.length] ?? 0;
  return sum;
}

/**
 * Largest value that a level had at the end of those same buckets, or a peak within them; for a level where the horizon
 * is shorter than a bucket, the value in force. NaN where none is known.
 */
export function maxOver(window: Window, nowMs: number, horizonMs: number): number {
  let max = Number.NaN;
  const first = firstBucket(window, nowMs, horizonMs);
  for (let b = lastBucket(window, nowMs); b >= first; b--) {
    const value = valueIn(window, b);
    if (!(value <= max)) max = Number.isNaN(value) ? max : value;
  }
  return max;
}

/** The smallest such value. NaN where none is known. */
export function minOver(window: Window, nowMs: number, horizonMs: number): number {
  let min = Number.NaN;
  const first = firstBucket(window, nowMs, horizonMs);
  for (let b = lastBucket(window, nowMs); b >= first; b--) {
    const value = valueIn(window, b);
    if (!(value >= min)) min = Number.isNaN(value) ? min : value;
  }
  return min;
}

/**
 * The furthest value, upwards or downwards, that at least so many of those same buckets reached, in whatever order; where
 * fewer are known, all of them. NaN where none is.
 */
export function reachedOver(
  window: Window,
  nowMs: number,
  horizonMs: number,
  buckets: number,
  direction: 'up' | 'down',
): number {
  const known: number[] = [];
  const first = firstBucket(window, nowMs, horizonMs);
  for (let b = lastBucket(window, nowMs); b >= first; b--) {
    const value = valueIn(window, b);
    if (!Number.isNaN(value)) known.push(value);
  }
  known.sort(direction === 'up' ? (a, b) => b - a : (a, b) => a - b);
  return known[Math.min(buckets, known.length) - 1] ?? Number.NaN;
}

/** The mean of a level over those same buckets, unknown ones left out. NaN where none is known. */
export function meanOver(window: Window, nowMs: number, horizonMs: number): number {
  let sum = 0;
  let count = 0;
  const first = firstBucket(window, nowMs, horizonMs);
  for (let b = lastBucket(window, nowMs); b >= first; b--) {
    const value = valueIn(window, b);
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** How much a level moves: the mean absolute difference of neighbouring buckets. NaN for fewer than two known ones. */
export function restlessness(window: Window, nowMs: number, horizonMs: number): number {
  let sum = 0;
  let count = 0;
  let later = Number.NaN;
  const first = firstBucket(window, nowMs, horizonMs);
  for (let b = lastBucket(window, nowMs); b >= first; b--) {
    const value = valueIn(window, b);
    const step = Math.abs(later - value);
    later = value;
    if (Number.isNaN(step)) continue;
    sum += step;
    count++;
  }
  return sum / count;
}

/** How far back the window reaches, from the newest bucket's start. */
export function reachMs(window: Window): number {
  return window.bucketMs * window.values.length;
}

/** A copy that goes its own way. */
export function cloneWindow({ kind, bucketMs, values, current, newest }: Window): Window {
  return { kind, bucketMs, values, current, newest };
}

function advance(window: Window, timeMs: number): void {
  const bucket = Math.floor(timeMs / window.bucketMs);
  if (bucket <= window.newest) return;
  if (window.newest >= 0) {
    const values = window.values.slice();
    const size = values.length;
    const fill = { flow: 0, level: window.current, peak: Number.NaN }[window.kind];
    values[window.newest % size] = window.current;
    const from = Math.max(window.newest + 1, bucket - size + 1);
    for (let b = from; b < bucket; b++) values[b % size] = fill;
    window.values = values;
    window.current = fill;
  }
  window.newest = bucket;
}

/** The newest bucket of a horizon that ends now; -1 for an empty window. */
function lastBucket({ bucketMs, newest }: Window, nowMs: number): number {
  return Math.min(Math.floor(nowMs / bucketMs), newest);
}

/** The oldest one that the window still holds; a level stands still after its newest bucket. */
function firstBucket(window: Window, nowMs: number, horizonMs: number): number {
  const { kind, bucketMs, values, newest } = window;
  const oldest = Math.max(0, newest - values.length + 1);
  const last = lastBucket(window, nowMs);
  const first = Math.max(oldest, Math.floor((nowMs - horizonMs) / bucketMs) + 1);
  // The level in force was recorded before the horizon began and still stands.
  return kind === 'level' && last >= oldest ? Math.min(first, last) : first;
}

function valueIn({ values, newest, current }: Window, bucket: number): number {
  return bucket === newest ? current : (values[bucket % values.length] ?? Number.NaN);
}
