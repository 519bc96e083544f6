// What only one of two runs over a journal has, side by side with what only the other has.

/** `live` null: in the replay only; `replayed` null: live only. */
export interface Pair<T> {
  readonly live: T | null;
  readonly replayed: T | null;
}

/** The nth of a key that only one run has goes with the nth that only the other has, in order of time. */
export function pairUp<T extends { readonly atMs: number }>(
  lost: readonly T[],
  gained: readonly T[],
  keyOf: (one: T) => string,
): readonly Pair<T>[] {
  const waiting = new Map<string, T[]>();
  for (const one of gained) {
    const queue = waiting.get(keyOf(one));
    if (queue === undefined) waiting.set(keyOf(one), [one]);
    else queue.push(one);
  }
  const pairs: Pair<T>[] = lost.map((live) => {
    return { live, replayed: waiting.get(keyOf(live))?.shift() ?? null };
  });
  for (const replayed of [...waiting.values()].flat()) pairs.push({ live: null, replayed });
  return pairs.sort((a, b) => earliest(a) - earliest(b));
}

function earliest({ live, replayed }: Pair<{ readonly atMs: number }>): number {
  return Math.min(live?.atMs ?? Number.POSITIVE_INFINITY, replayed?.atMs ?? Number.POSITIVE_INFINITY);
}
