// Where one run of the sandbox keeps everything. Its chains live for minutes only, so a store of an earlier run is
// of no use to a new one and is replaced, but nothing is ever deleted that the sandbox did not make.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PegwatchError } from '../../src/core/errors.js';

export interface DataFolder {
  readonly folder: string;
  readonly config: string;
  readonly chains: string;
  readonly store: string;
  /** What the daemon wrote to its outputs. */
  readonly daemonLog: string;
  /** Every alert that arrived, one JSON body a line. */
  readonly alerts: string;
  /** Lets the next run in. */
  release(): void;
}

const marker = 'sandbox.json';
const ours = ['config', 'chains', 'store', 'daemon.log', 'alerts.jsonl', marker];

export function prepareDataFolder(name: string): DataFolder {
  const folder = resolve(name);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    const owner = ownerOf(folder);
    if (owner !== null && isAlive(owner)) {
      throw new PegwatchError('sandbox-busy', `Another sandbox (process ${owner}) uses ${folder}.`, {
        hint: 'End it first, or give this one a folder of its own with --data.',
      });
    }
    for (const entry of ours) rmSync(join(folder, entry), { recursive: true, force: true });
  }
  for (const entry of ['config', 'chains']) mkdirSync(join(folder, entry), { recursive: true });
  writeFileSync(join(folder, marker), JSON.stringify({ pid: process.pid }));
  return {
    folder,
    config: join(folder, 'config'),
    chains: join(folder, 'chains'),
    store: join(folder, 'store'),
    daemonLog: join(folder, 'daemon.log'),
    alerts: join(folder, 'alerts.jsonl'),
    release: () => writeFileSync(join(folder, marker), JSON.stringify({ pid: null })),
  };
}

/** The process that wrote the marker, or null where it has ended in good order. */
function ownerOf(folder: string): number | null {
  try {
    return (JSON.parse(readFileSync(join(folder, marker), 'utf8')) as { pid: number | null }).pid;
  } catch {
    throw new PegwatchError('folder-not-ours', `${folder} holds something that no sandbox made.`, {
      hint: 'Give an empty or a new folder with --data.',
    });
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
