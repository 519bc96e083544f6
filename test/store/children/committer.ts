// Commits blocks in a loop, several commits at a time, and prints each last sequence number once it is acknowledged.
// Written with a synchronous write, so that what was printed was printed before the kill.
import { openStore } from '../../../src/store/open-store.js';
import { committedSteps } from './committed-steps.js';
import { quietDeps } from './quiet-deps.js';
import { say } from './say.js';

const store = await openStore({ folder: process.argv[2] ?? '' }, quietDeps);
let seq = store.lastSeq();
say(`open ${seq}`);
for (;;) {
  const commits = [1, 2, 3].map(() => {
    const steps = committedSteps(seq + 1, 5);
    seq += steps.length;
    const last = seq;
    return store.commit(steps).then(() => say(`ack ${last}`));
  });
  // A commit that fails ends it; where it should not fail, nobody waits for this word.
  const outcomes = await Promise.allSettled(commits);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) {
    const again = await store.commit(committedSteps(seq + 1, 5)).catch((thrown) => thrown.code);
    say(`failed ${failure.reason.code} ${again}`);
    await store.close();
    break;
  }
}
