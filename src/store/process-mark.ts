// Which process something belongs to, so that it can be told later whether that very process still lives.
// A process id alone is used again; with its start time and the boot it is unique. Where there is no /proc,
// the process id has to do.

import { readFileSync, readlinkSync } from 'node:fs';
import { kill, pid } from 'node:process';

export interface ProcessMark {
  readonly pid: number;
  /** In clock ticks since the boot; null where it cannot be told. */
  readonly startedAt: string | null;
  readonly boot: string | null;
  /** Process ids of another container say nothing here. */
  readonly namespace: string | null;
}

export function thisProcess(): ProcessMark {
  return { pid, startedAt: startOf(pid), boot: readBoot(), namespace: readNamespace() };
}

/** False where it is certain that the process ended, or that it ran in a container or boot that is not ours. */
export function isAlive(mark: ProcessMark): boolean {
  if (mark.boot !== readBoot() || mark.namespace !== readNamespace()) return false;
  return exists(mark.pid) && startOf(mark.pid) === mark.startedAt;
}

function exists(id: number): boolean {
  if (!Number.isSafeInteger(id) || id <= 0) return false;
  try {
    kill(id, 0);
    return true;
  } catch (thrown) {
    // Somebody else's process is a process too.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

/** The 22nd field of /proc/<pid>/stat (proc(5)); the 2nd is a name that may hold spaces and parentheses. */
function startOf(id: number): string | null {
  const stat = read(`/proc/${id}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie holds nothing any more: it only waits for its parent.
  return fields[0] === 'Z' ? null : (fields[22 - 3] ?? null);
}

function readBoot(): string | null {
  return read('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
