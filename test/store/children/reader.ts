// Reads a store over and over while another process writes to it, and reports what does not fit together.
import { openReader } from '../../../src/store/open-reader.js';
import { committedSteps } from './committed-steps.js';

const reader = openReader(process.argv[2] ?? '');
const until = Number(process.argv[3]);
let checked = 0;
let looks = 0;
while (checked < until) {
  const last = reader.lastSeq();
  for (const step of reader.steps(checked + 1)) {
    const expected = committedSteps(step.seq, 1)[0];
    if (JSON.stringify(step.effects) !== JSON.stringify(expected?.effects))
      throw new Error(`effects of ${step.seq}`);
    if (step.input.kind !== 'block' || expected?.input.kind !== 'block') throw new Error(`input ${step.seq}`);
    if (Buffer.compare(step.input.logs, expected.input.logs) !== 0) throw new Error(`logs of ${step.seq}`);
    checked = step.seq;
  }
  if (checked < last) throw new Error(`${last} committed but only ${checked} read`);
  looks++;
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(`read ${checked} in ${looks} looks, ${[...reader.entries({ kinds: ['incident'] })].length > 0}`);
await reader.close();
