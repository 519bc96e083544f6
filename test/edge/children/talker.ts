// Logs far more than a pipe holds, and says on standard error that it goes on; ends when it is asked to.
import { writeSync } from 'node:fs';
import { createLog } from '../../../src/edge/log.js';

const log = createLog({ level: 'info', redact: (text) => text });
let turns = 0;
process.on('SIGTERM', () => {
  writeSync(2, 'asked to stop\n');
  process.exit(0);
});
process.on('SIGUSR2', () => {
  // Only once all that waited was read, so that it is not left out itself.
  if (process.stdout.writableLength === 0) log.info({}, 'one more');
});
setInterval(() => {
  if (turns < 20) for (let i = 0; i < 200; i++) log.info({ text: 'x'.repeat(2000) }, `turn ${turns}`);
  turns++;
  if (turns % 20 === 0) writeSync(2, `turn ${turns}\n`);
}, 5);
