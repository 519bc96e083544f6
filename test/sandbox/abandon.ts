// Started by children.test.ts and killed without a chance to clean up.

import { startChildren } from '../../scripts/sandbox/children.js';

const children = startChildren();
const child = await children.start({
  name: 'idler',
  command: process.execPath,
  args: ['-e', 'setInterval(() => {}, 1000)'],
});
process.stdout.write(`${child.pid}\n`);
setInterval(() => {}, 1000);
