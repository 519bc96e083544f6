// Opens the store in the folder it is given, says so (or why not), and holds it until it is killed.
import { PegwatchError } from '../../../src/core/errors.js';
import { openStore } from '../../../src/store/open-store.js';
import { quietDeps } from './quiet-deps.js';

try {
  const store = await openStore({ folder: process.argv[2] ?? '' }, quietDeps);
  console.log(`open ${store.lastSeq()}`);
  setInterval(() => {}, 1000);
} catch (thrown) {
  console.log(thrown instanceof PegwatchError ? thrown.code : `${thrown}`);
}
