// A bounded priority heap that is fair to old entries. Plain data, so that checkpoints can store it.
//
// Urgency is `rank` steps of `agingMs` each, minus the time of entry. All entries age at the same pace, so the
// order of two entries never changes while they wait: an ordinary binary heap with a fixed key is enough, and an
// entry that has waited `agingMs` longer than another stands one rank higher.

export interface HeapEntry<T> {
  readonly key: number;
  /** Entries of equal key leave in the order in which they came. */
  readonly order: number;
  readonly value: T;
}

export interface Heap<T> {
  readonly capacity: number;
  /** Binary tree in an array: the children of `i` are `2i + 1` and `2i + 2`; no child is more urgent than its parent. */
  readonly entries: HeapEntry<T>[];
  pushed: number;
}

export function createHeap<T>(capacity: number): Heap<T> {
  return { capacity, entries: [], pushed: 0 };
}

/** The fixed key of an entry of `rank` that came at `atMs`. */
export function urgency(rank: number, atMs: number, agingMs: number): number {
  return rank * agingMs - atMs;
}

/** Adds a value; returns the least urgent value where the heap was full (it may be the one just added), else null. */
export function push<T>(heap: Heap<T>, key: number, value: T): T | null {
  const entry = { key, order: heap.pushed++, value };
  if (heap.entries.length < heap.capacity) {
    heap.entries.push(entry);
    rise(heap.entries, heap.entries.length - 1);
    return null;
  }
  const last = leastUrgent(heap.entries);
  const least = heap.entries[last];
  if (least === undefined || before(least, entry)) return value;
  heap.entries[last] = entry;
  rise(heap.entries, last);
  return least.value;
}

/** Takes the most urgent value; undefined where the heap is empty. */
export function pop<T>(heap: Heap<T>): T | undefined {
  const { entries } = heap;
  const top = entries[0];
  const last = entries.pop();
  if (top === undefined || last === undefined) return undefined;
  if (entries.length > 0) {
    entries[0] = last;
    sink(entries, 0);
  }
  return top.value;
}

/** Removes every value that `gone` names. */
export function removeWhere<T>(heap: Heap<T>, gone: (value: T) => boolean): void {
  const kept = heap.entries.filter((entry) => !gone(entry.value));
  if (kept.length === heap.entries.length) return;
  heap.entries.length = 0;
  for (const entry of kept) {
    heap.entries.push(entry);
    rise(heap.entries, heap.entries.length - 1);
  }
}

function before<T>(a: HeapEntry<T>, b: HeapEntry<T>): boolean {
  return a.key > b.key || (a.key === b.key && a.order < b.order);
}

function rise<T>(entries: HeapEntry<T>[], from: number): void {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const child = entries[at] as HeapEntry<T>;
    const above = entries[parent] as HeapEntry<T>;
    if (!before(child, above)) return;
    entries[at] = above;
    entries[parent] = child;
    at = parent;
  }
}

function sink<T>(entries: HeapEntry<T>[], from: number): void {
  let at = from;
  for (;;) {
    const left = 2 * at + 1;
    const right = left + 1;
    let best = at;
    for (const child of [left, right]) {
      const candidate = entries[child];
      if (candidate !== undefined && before(candidate, entries[best] as HeapEntry<T>)) best = child;
    }
    if (best === at) return;
    const moved = entries[at] as HeapEntry<T>;
    entries[at] = entries[best] as HeapEntry<T>;
    entries[best] = moved;
    at = best;
  }
}

/** The least urgent entry is a leaf; leaves are the second half. Linear, but only a full heap pays it. */
function leastUrgent<T>(entries: readonly HeapEntry<T>[]): number {
  let least = entries.length >> 1;
  for (let i = least + 1; i < entries.length; i++) {
    if (before(entries[least] as HeapEntry<T>, entries[i] as HeapEntry<T>)) least = i;
  }
  return least;
}
