// The ordinary daemon and the other commands as child processes, started as a person would start them. What is left
// running dies with the process that started it; `daemon.ts` cleans up after each file of tests.

import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ConfigFolder, repository } from './config-folder.js';
import { eventually } from './eventually.js';

export interface LogLine {
  readonly level: unknown;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Daemon {
  readonly pid: number;
  /** Everything it wrote to its two outputs so far. */
  readonly output: { readonly out: string; readonly err: string };
  /** Its log so far. */
  readonly log: readonly LogLine[];
  readonly exited: Promise<Exit>;
  /** Asks one of its HTTP views; waits until they are served. */
  get(path: string): Promise<Answer>;
  /** Resolves with the next line of its log that says this, in the same turn in which it is read. */
  says(message: string): Promise<void>;
  /** Waits until `/readyz` says yes. */
  ready(withinMs?: number): Promise<void>;
  /** SIGTERM; how it ended and how long that took. */
  stop(): Promise<Exit & { readonly tookMs: number }>;
  /** SIGKILL. */
  kill(): Promise<Exit>;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const program = join(repository, 'dist', 'main.js');
const running = new Set<ChildProcess>();
const folders = new Set<string>();

function killLeftovers(): void {
  for (const child of running) child.kill('SIGKILL');
}

process.once('exit', killLeftovers);

/** Ends what still runs, and removes the folders it ran in. */
export async function cleanUp(): Promise<void> {
  killLeftovers();
  await eventually(() => running.size === 0);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** `blocks`: no file of its may grow beyond so many blocks of 512 bytes, which is what a full disk looks like to LMDB. */
export function startDaemon(
  { config }: ConfigFolder,
  env: Readonly<Record<string, string>> = {},
  { blocks = null }: { readonly blocks?: number | null } = {},
): Daemon {
  folders.add(dirname(config));
  const listeners: ((line: LogLine) => void)[] = [];
  const hear = (line: LogLine): void => {
    for (const listen of listeners) listen(line);
  };
  const { child, output, log, exited } = start(['run', '--config', config], env, hear, blocks);
  const daemon: Daemon = {
    pid: child.pid ?? -1,
    output,
    log,
    exited,
    async get(path) {
      // A daemon that has ended serves nothing: its last words say more than a wait that is over.
      const over = exited.then(({ code }) => {
        throw new Error(`the daemon ended (${code}): ${output.err}`);
      });
      const port = await Promise.race([eventually(() => served(daemon), 30_000), over]);
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, body: await response.text() };
    },
    says: (message) =>
      new Promise((resolve) => {
        listeners.push(({ msg }) => {
          if (msg === message) resolve();
        });
      }),
    async ready(withinMs = 30_000) {
      await eventually(async () => {
        const { status, body } = await daemon.get('/readyz');
        if (status !== 200) throw new Error(`not ready: ${body}`);
        return true;
      }, withinMs);
    },
    async stop() {
      const askedMs = Date.now();
      child.kill('SIGTERM');
      return { ...(await exited), tookMs: Date.now() - askedMs };
    },
    async kill() {
      child.kill('SIGKILL');
      return exited;
    },
  };
  return daemon;
}

/** Runs one command to its end, with the arguments that stand behind `pegwatch`. */
export async function pegwatch(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { output, exited } = start(args, env);
  const { code } = await exited;
  return { code, ...output };
}

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  hear: (line: LogLine) => void = () => {},
  blocks: number | null = null,
) {
  const limit = blocks === null ? '' : `ulimit -f ${blocks} && `;
  const child = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', process.execPath, program, ...args], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const output = { out: '', err: '' };
  const log: LogLine[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.flatMap(parse)) {
      log.push(line);
      hear(line);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  // `close` and not `exit`: by then its last words have arrived.
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  return { child, output, log, exited };
}

/** The port that its HTTP views are on; null while they are not served. */
function served(daemon: Daemon): number | null {
  const line = daemon.log.find(({ msg }) => msg === 'HTTP views are served');
  return typeof line?.port === 'number' ? line.port : null;
}

/** What is no JSON was no line of the log. */
function parse(line: string): LogLine[] {
  if (!line.startsWith('{')) return [];
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    return [];
  }
}
