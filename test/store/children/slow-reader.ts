// Reads the timeline row by row, each as slowly as a person pages through it, without ever giving the event loop a
// turn; or (`hold`) keeps one read transaction open, as a foreign program might.
import { openReader } from '../../../src/store/open-reader.js';
import { openTables } from '../../../src/store/tables.js';
import { say } from './say.js';

const [folder = '', how = 'rows'] = process.argv.slice(2);
const pause = new Int32Array(new SharedArrayBuffer(4));

if (how === 'hold') {
  const tables = openTables(folder, true);
  tables?.journal.getBinary(Uint8Array.of(0));
  say('holding');
  Atomics.wait(pause, 0, 0, 600_000);
}
const reader = openReader(folder);
let rows = 0;
for (;;) {
  for (const _entry of reader.entries({})) {
    say(`row ${++rows}`);
    Atomics.wait(pause, 0, 0, 20);
  }
}
