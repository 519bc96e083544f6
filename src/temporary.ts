// How a watch that has begun ends where something failed: so that it is taken up again.

import { messageOf, PegwatchError } from './core/errors.js';

/** What we foresaw says itself whether a restart makes sense. A mistake of ours must not be the last word. */
export function temporary(thrown: unknown): PegwatchError {
  if (thrown instanceof PegwatchError) return thrown;
  return new PegwatchError('unexpected', `Something ended the watch that should not: ${messageOf(thrown)}.`, {
    hint: 'The log has the details. Please report it; a restart goes on from what was acknowledged.',
    retry: true,
  });
}
