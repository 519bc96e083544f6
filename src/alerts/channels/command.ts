// A command of the operator's own: the alert as one line of JSON on standard input. No shell, none of pegwatch's
// environment (it holds secrets), bounded in time and output; the whole group of processes ends with the attempt.
//
// Exit code 0 is success, 65 (EX_DATAERR of sysexits) refuses the alert for good, everything else is tried again.

import { type ChildProcess, spawn } from 'node:child_process';
import { kill } from 'node:process';
import { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import { message } from '../message.js';
import type { ChannelDeps, SendResult } from './channel.js';
import { channelKind } from './channel-kind.js';
import { excerptOf } from './exchange.js';
import { timeLimit } from './time-limit.js';

const maxOutputBytes = 4096;
const refusedCode = 65;
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const command = channelKind({
  kind: 'command',
  fields: {
    command: z
      .array(z.string().min(1))
      .min(1, { error: 'must name a program' })
      .describe('The program and its arguments; no shell. It gets the alert as JSON on standard input.'),
  },
  settings: ({ command }): { readonly command: readonly string[] } => ({ command }),
  secrets: () => [],

  sender: (config, deps) => async (alert, attempt, signal, conversation) => {
    const [program = '', ...args] = config.command;
    const limit = timeLimit(config.timeoutMs, deps.clock, signal);
    try {
      const input = `${JSON.stringify(message(alert, conversation?.superseded))}\n`;
      const ended = await run(program, args, envOf(alert, attempt), input, limit.signal);
      if (limit.expired() && ended.code === null)
        return { kind: 'retry', problem: `did not end within ${config.timeoutMs / 1000} s` };
      return judge(ended, deps);
    } finally {
      limit.end();
    }
  },

  shown(config, alert) {
    const env = Object.entries(envOf(alert, 1)).map(([name, value]) => `${name}=${value}`);
    const call = `run: ${JSON.stringify(config.command)}`;
    return [call, ...env, '', JSON.stringify(message(alert), null, 2)].join('\n');
  },
});

/** All that the command has of an environment. */
function envOf(alert: Alert, attempt: number) {
  return {
    PATH: path,
    LANG: 'C.UTF-8',
    PEGWATCH_ALERT: alert.id,
    PEGWATCH_ATTEMPT: String(attempt),
    PEGWATCH_REASON: alert.reason,
    PEGWATCH_SEVERITY: alert.severity,
  };
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  /** Set where it could not be started. */
  readonly failed: string | null;
}

function judge({ code, output, failed }: Ended, deps: ChannelDeps): SendResult {
  if (failed !== null) return { kind: 'retry', problem: `the command could not be started (${failed})` };
  if (code === 0) return { kind: 'delivered' };
  const said = excerptOf(output, deps);
  const how = code === null ? 'was killed' : `ended with ${code}`;
  const problem = `the command ${how}${said === '' ? '' : `: ${said}`}`;
  return { kind: code === refusedCode ? 'refused' : 'retry', problem };
}

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      // A group of its own, so that what it started ends with it.
      child = spawn(program, [...args], { env, detached: true, stdio: 'pipe', cwd: '/' });
    } catch (thrown) {
      resolve({ code: null, output: '', failed: codeOf(thrown) });
      return;
    }
    let output = '';
    const take = (chunk: Buffer): void => {
      if (output.length < maxOutputBytes) output += chunk.toString('utf8', 0, maxOutputBytes - output.length);
    };
    let exited = false;
    let code: number | null = null;
    const end = (ended: Omit<Ended, 'output'>): void => {
      signal.removeEventListener('abort', cutOff);
      resolve({ ...ended, output });
    };
    // Not waited for: what hangs in the kernel does not even end when it is killed, and what left the group holds the
    // pipes. Where the program itself has ended, its code is its answer.
    const cutOff = (): void => {
      if (!exited) killGroup(child);
      for (const stream of child.stdio) stream?.destroy();
      child.unref();
      end({ code, failed: null });
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', take).on('error', () => {});
    child.on('error', (thrown) => end({ code: null, failed: codeOf(thrown) }));
    // What it left running would hold the pipes open.
    child.once('exit', (exitCode) => {
      exited = true;
      code = exitCode;
      killGroup(child);
    });
    child.once('close', () => end({ code, failed: null }));
    // A program that does not read its input is no fault of the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    if (signal.aborted) cutOff();
    else signal.addEventListener('abort', cutOff, { once: true });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
}
