// The daemon and the other commands as child processes, for tests: whatever a test leaves running is killed when its
// file is done, and the folders it ran in are removed.

import { afterAll } from 'vitest';
import { cleanUp } from './daemon-process.js';

afterAll(cleanUp);

export {
  type Answer,
  type Daemon,
  type Exit,
  type LogLine,
  pegwatch,
  type Ran,
  startDaemon,
} from './daemon-process.js';
