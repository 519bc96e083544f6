import { readFileSync } from 'node:fs';

/** False also for a process that has ended and waits for a parent to collect it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // The state follows the program's name, which may hold anything but ends with the last bracket.
    return !/^\s*[ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1) ?? '');
  } catch {
    return process.platform !== 'linux';
  }
}
