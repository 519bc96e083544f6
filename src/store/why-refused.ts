// Why LMDB refused a transaction. It rejects with "commit failed" and a promise that is to be rejected with the
// reason. That promise may never settle: where the writing thread reported the reason before the rejection, nobody
// is left to hand it over. So it gets one turn of the event loop, and a commit that failed fails in any case.

import { messageOf } from '../core/errors.js';

export async function whyRefused(thrown: unknown): Promise<string> {
  if (!(thrown instanceof Error && 'commitError' in thrown)) return messageOf(thrown);
  const oneTurn = new Promise<string>((resolve) => {
    setImmediate(() => resolve('it gave no reason to this commit'));
  });
  const reason = Promise.resolve(thrown.commitError).then(() => messageOf(thrown), messageOf);
  return Promise.race([reason, oneTurn]);
}
