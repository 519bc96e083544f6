// Opens copies of a store, each harmed in one spot, and says what came of it: `<harm> intact`, `<harm> changed` or
// `<harm> refused <code>`. Harms are read from standard input, one a line: `flip <offset> <bit>` or `cut <bytes>`.
import { cpSync, openSync, readSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PegwatchError } from '../../../src/core/errors.js';
import { openReader } from '../../../src/store/open-reader.js';
import { openStore } from '../../../src/store/open-store.js';
import { quietDeps } from './quiet-deps.js';
import { everythingIn } from './whole-store.js';

const [original = '', work = '', file = 'data.mdb', expected = ''] = process.argv.slice(2);

let count = 0;
for await (const harm of createInterface({ input: process.stdin })) {
  const folder = join(work, String(count++));
  cpSync(original, folder, { recursive: true });
  doHarm(join(folder, file), harm.split(' '));
  // Before the word is said, so that a death is told from a word that did not come.
  writeSync(1, `trying ${harm}\n`);
  const [asWriter, asReader] = [
    await outcome(() => openWrite(folder)),
    await outcome(() => openRead(folder)),
  ];
  writeSync(1, `${harm} ${asWriter}\n`);
  // A reader after the writer: what was intact for one is so for the other.
  if (asReader !== asWriter) writeSync(1, `${harm} ${asReader} for a reader\n`);
  rmSync(folder, { recursive: true });
}
writeSync(1, 'done\n');
process.exit(0);

async function openWrite(folder: string): Promise<string> {
  const store = await openStore({ folder }, quietDeps);
  try {
    return everythingIn(store);
  } finally {
    await store.close();
  }
}

async function openRead(folder: string): Promise<string> {
  const reader = openReader(folder);
  try {
    return everythingIn({ ...reader, checkpoint: () => null });
  } finally {
    await reader.close();
  }
}

async function outcome(open: () => Promise<string>): Promise<string> {
  try {
    const found = await open();
    return expected.split(',').includes(found) ? 'intact' : 'changed';
  } catch (thrown) {
    return thrown instanceof PegwatchError ? `refused ${thrown.code}` : `threw ${thrown}`;
  }
}

function doHarm(path: string, [what, first, second]: readonly string[]): void {
  if (what === 'cut') {
    truncateSync(path, Number(first));
    return;
  }
  const handle = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, Number(first));
  byte[0] = (byte[0] ?? 0) ^ (1 << Number(second));
  writeSync(handle, byte, 0, 1, Number(first));
}
