import { describe, expect, it } from 'vitest';
import { whyRefused } from '../../src/store/why-refused.js';

/** As LMDB rejects a write. */
const refused = (commitError: Promise<never>) =>
  Object.assign(new Error('Commit failed (see commitError for details)'), { commitError });

describe('why LMDB refused a transaction', () => {
  it('is what the promised reason says', async () => {
    const reason = Promise.reject(new Error('No space left on device'));
    expect(await whyRefused(refused(reason))).toBe('No space left on device');
  });

  it('is the error itself where nothing more is promised', async () => {
    expect(await whyRefused(new Error('MDB_MAP_FULL'))).toBe('MDB_MAP_FULL');
  });

  it('is not waited for where the promise never settles: the commit fails all the same', async () => {
    expect(await whyRefused(refused(new Promise(() => {})))).toBe('it gave no reason to this commit');
  });
});
