// Takes and releases the lock of a folder over and over, and reports if it ever was not alone with it.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PegwatchError } from '../../../src/core/errors.js';
import { takeLock } from '../../../src/store/lock.js';

const folder = process.argv[2] ?? '';
const inside = join(folder, 'inside');
let won = 0;
let lost = 0;
while (won < 150) {
  try {
    const lock = takeLock(folder);
    // Fails where another process is inside.
    writeFileSync(inside, '', { flag: 'wx' });
    rmSync(inside);
    lock.release();
    won++;
  } catch (thrown) {
    if (!(thrown instanceof PegwatchError && thrown.code === 'store-locked')) throw thrown;
    lost++;
  }
}
console.log(`done ${won} ${lost}`);
