import type { Step } from '../../../src/core/io.js';
import { makeAlert, makeIncident } from '../../helpers/make-alert.js';
import { makeBlock, makeSteps } from '../make-steps.js';

/** What the committing child stores at these sequence numbers: a pure function, so that anyone can check it. */
export function committedSteps(firstSeq: number, count: number): Step[] {
  return Array.from({ length: count }, (_, i) => firstSeq + i).flatMap((seq) => {
    const block = makeBlock({ number: seq, logs: seq % 40 });
    if (seq % 5 !== 0) return makeSteps(seq, block);
    const incidentId = `i${seq % 3}`;
    const incident = makeIncident({ id: incidentId, updatedAtMs: seq, title: `state ${seq}` });
    const alert = makeAlert({ id: `a${seq}`, incidentId, sequence: seq });
    return makeSteps(seq, [block, { kind: 'incident', incident, change: 'x' }, { kind: 'alert', alert }]);
  });
}
