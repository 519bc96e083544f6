// What a test starts and need not stop: it ends with the test, newest first.
import { afterEach } from 'vitest';

const releases: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

export async function kept<S extends { close(): Promise<unknown> }>(starting: Promise<S>): Promise<S> {
  const service = await starting;
  releases.push(() => service.close());
  return service;
}
