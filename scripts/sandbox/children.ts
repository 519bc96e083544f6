// Processes that the sandbox starts, and the promise that none outlives it. Children stand in process groups of
// their own, so that Ctrl-C in a terminal reaches the sandbox alone and it can end them in good order.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process is gone; never rejects. */
  readonly exited: Promise<Exit>;
  /** The last of what it wrote to its standard error, where `output` was left out. */
  lastWords(): string;
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when the process is gone. */
  stop(graceMs: number): Promise<Exit>;
}

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** A file descriptor for both of its outputs. */
  readonly output?: number;
}

export interface Children {
  /** Rejects where the program cannot be started at all. */
  start(options: ChildOptions): Promise<Child>;
  /** At once and without waiting; for a second Ctrl-C and for crashes. */
  killAll(): void;
  /** Lets the guardian go. All children must have been stopped. */
  close(): void;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

export function startChildren(): Children {
  const running = new Set<Child>();
  const guardian = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('./guardian.ts', import.meta.url))],
    { cwd: root, detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  // It must not keep the sandbox alive, and the sandbox goes on should it be missing.
  guardian.unref();
  guardian.on('error', () => {});
  guardian.stdin.on('error', () => {});
  (guardian.stdin as unknown as { unref(): void }).unref();

  return {
    async start(options) {
      const started = spawn(options.command, [...options.args], {
        detached: true,
        stdio:
          options.output === undefined
            ? ['ignore', 'ignore', 'pipe']
            : ['ignore', options.output, options.output],
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      });
      const child = await asChild(options.name, started);
      running.add(child);
      guardian.stdin.write(`+${child.pid}\n`);
      void child.exited.then(() => {
        running.delete(child);
        guardian.stdin.write(`-${child.pid}\n`);
      });
      return child;
    },
    killAll() {
      for (const child of running) killQuietly(child.pid, 'SIGKILL');
    },
    close() {
      guardian.stdin.end();
    },
  };
}

function asChild(name: string, started: ChildProcess): Promise<Child> {
  return new Promise((resolve, reject) => {
    let words = '';
    started.stderr?.setEncoding('utf8');
    started.stderr?.on('data', (chunk: string) => {
      words = (words + chunk).slice(-4_000);
    });
    const exited = new Promise<Exit>((done) => {
      started.once('close', (code, signal) => done({ code, signal }));
    });
    started.once('error', reject);
    started.once('spawn', () => {
      const pid = started.pid as number;
      resolve({
        name,
        pid,
        exited,
        lastWords: () => words.trim(),
        async stop(graceMs) {
          kill(pid, 'SIGTERM');
          const patience = setTimeout(() => kill(pid, 'SIGKILL'), graceMs);
          const exit = await exited;
          clearTimeout(patience);
          return exit;
        },
      });

      function kill(target: number, signal: NodeJS.Signals): void {
        // A pid may be given to another process once ours has been collected.
        if (started.exitCode === null && started.signalCode === null) killQuietly(target, signal);
      }
    });
  });
}

function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It was faster.
  }
}
