/** Waits until `check` holds (returns true or a value, does not throw); after `withinMs` it fails with its last word. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 10_000): Promise<T> {
  const end = Date.now() + withinMs;
  let last: unknown;
  do {
    try {
      const value = await check();
      if (value !== false && value !== null && value !== undefined) return value;
      last = `still ${String(value)}`;
    } catch (thrown) {
      last = thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  } while (Date.now() < end);
  throw last instanceof Error ? last : new Error(`not within ${withinMs} ms: ${String(last)}`);
}
