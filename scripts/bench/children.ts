// The parts of a benchmark run as processes of their own, each on its own core, and talk by messages.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Part {
  readonly child: ChildProcess;
  tell(message: unknown): void;
  /** The next message of this kind; rejects where the process ends without one. */
  hear<T>(kind: string): Promise<T>;
  stop(): Promise<void>;
}

export interface PartOptions {
  /** Seen from this folder. */
  readonly file: string;
  /** One argument, as JSON. */
  readonly argument: unknown;
  /** Where V8 writes what it measured; null: not measured. */
  readonly profile?: string | null;
  readonly onMessage?: (message: Readonly<Record<string, unknown>>) => void;
}

const running = new Set<ChildProcess>();

export function startPart({ file, argument, profile = null, onMessage }: PartOptions): Part {
  const name = file.replace(/\W+/g, '-');
  const measure = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}/${name}`];
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(argument)], {
    execArgv: [...process.execArgv, ...measure],
    serialization: 'advanced',
  });
  running.add(child);
  const waiting = new Map<string, (message: unknown) => void>();
  const heard = new Map<string, unknown>();
  child.on('message', (message: Readonly<Record<string, unknown>>) => {
    const kind = String(message.kind);
    onMessage?.(message);
    const resolve = waiting.get(kind);
    if (resolve === undefined) heard.set(kind, message);
    else resolve(message);
    waiting.delete(kind);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return {
    child,
    tell: (message) => void child.send(message as object),
    hear<T>(kind: string): Promise<T> {
      const known = heard.get(kind);
      heard.delete(kind);
      if (known !== undefined) return Promise.resolve(known as T);
      return new Promise((resolve, reject) => {
        waiting.set(kind, (message) => resolve(message as T));
        void ended.then((code) => reject(new Error(`${file} ended (${code}) before it said "${kind}"`)));
      });
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** At once: for errors and Ctrl-C. */
export function stopAllParts(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The argument of the process that calls this. */
export function partArgument<T>(): T {
  return JSON.parse(process.argv[2] ?? 'null') as T;
}

export function tellParent(message: Readonly<Record<string, unknown>>): void {
  process.send?.(message);
}

/** Resolves with the parent's next message of this kind. */
export function hearParent<T>(kind: string): Promise<T> {
  return new Promise((resolve) => {
    const listen = (message: Readonly<Record<string, unknown>>): void => {
      if (message.kind !== kind) return;
      process.off('message', listen);
      resolve(message as T);
    };
    process.on('message', listen);
  });
}

/** A part ends when its parent lets go of it. */
export function endWithParent(): void {
  process.once('disconnect', () => process.exit(0));
}
