// Where the lines of the log go. Whoever reads them may go away or stop reading (a pager, a log collector that hangs):
// the watch goes on. A pipe is written without waiting, and what nobody reads is left out beyond a bound and counted.

import { fstatSync } from 'node:fs';
import { destination } from 'pino';

/** Some ten thousand lines. */
const mostWaitingBytes = 4 * 1024 * 1024;

/** 1: standard output, 2: standard error. */
export function writeLines(fd: 1 | 2): (line: string) => void {
  if (isPipe(fd)) return toPipe(fd === 1 ? process.stdout : process.stderr);
  const file = destination({ fd, sync: true });
  // A disk that is full.
  file.on('error', () => {});
  return (line) => void file.write(line);
}

function toPipe(pipe: NodeJS.WriteStream): (line: string) => void {
  let leftOut = 0;
  pipe.on('error', () => {});
  return (line) => {
    if (pipe.writableLength > mostWaitingBytes) {
      leftOut++;
      return;
    }
    if (leftOut > 0) pipe.write(leftOutLine(leftOut));
    leftOut = 0;
    pipe.write(line);
  };
}

function leftOutLine(lines: number): string {
  const fields = { level: 'warn', time: new Date().toISOString(), lines };
  return `${JSON.stringify({ ...fields, msg: 'lines of this log were left out, because nobody read it' })}\n`;
}

/** Synchronous writes to one wait for its reader, and everything else with them, signals included. */
function isPipe(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    return found.isFIFO() || found.isSocket();
  } catch {
    return false;
  }
}
