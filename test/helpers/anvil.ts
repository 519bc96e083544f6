// A real anvil for tests: the platform package's own binary (the npm command is a wrapper, and killing the wrapper
// leaves the node behind), on a free port, killed for certain.

import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

export interface AnvilOptions {
  readonly chainId?: number;
  /** A fixed port, to come back on the same one. */
  readonly port?: number;
  /** More of anvil's own arguments. */
  readonly args?: readonly string[];
}

export interface Anvil {
  readonly port: number;
  readonly ws: string;
  readonly http: string;
  /** The `result` of one request; rejects with the node's words. */
  rpc(method: string, params?: readonly unknown[]): Promise<unknown>;
  mine(blocks?: number): Promise<void>;
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** SIGINT, which lets it write its `--state`; resolves when the process has ended. */
  stop(): Promise<void>;
}

export function anvilBinary(): string {
  const platform = process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const require = createRequire(import.meta.url);
  // The platform package is a dependency of `@foundry-rs/anvil` and may be nested below it.
  const wrapper = dirname(require.resolve('@foundry-rs/anvil/package.json'));
  const name = `@foundry-rs/anvil-${platform === 'win32' ? 'win32' : platform}-${arch}`;
  const found = require.resolve(`${name}/package.json`, { paths: [wrapper, process.cwd()] });
  return join(dirname(found), 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil');
}

/** Mines only on demand (`--no-mining`) unless the arguments say otherwise. Rejects where anvil cannot start. */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const port = options.port ?? (await freePort());
  const mining = options.args?.some((arg) => arg.startsWith('--block-time')) ? [] : ['--no-mining'];
  const args = [
    '--port',
    String(port),
    '--chain-id',
    String(options.chainId ?? 1),
    ...mining,
    ...(options.args ?? []),
  ];
  const child = spawn(anvilBinary(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // Also when a test run dies in the middle.
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  await listening(child);
  return {
    port,
    ws: `ws://127.0.0.1:${port}`,
    http: `http://127.0.0.1:${port}`,
    rpc,
    mine: async (blocks = 1) => {
      for (let i = 0; i < blocks; i++) await rpc('evm_mine');
    },
    stop: async () => {
      process.off('exit', killNow);
      child.kill('SIGINT');
      await ended;
    },
    kill: async () => {
      process.off('exit', killNow);
      killNow();
      await ended;
    },
  };

  async function rpc(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const body = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (body.error) throw new Error(`${method}: ${body.error.message}`);
    return body.result;
  }
}

/** A port that nobody listens on. anvil does not say reliably which one it took for `--port 0`. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (part: Buffer) => {
      said += part.toString();
      if (said.includes('Listening on')) resolve();
      // Its log is of no use after that, but the pipe must be emptied.
      if (said.length > 100_000) said = said.slice(-1_000);
    });
    child.stderr?.on('data', (part: Buffer) => {
      said += part.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code}: ${said.slice(-2_000)}`)));
  });
}
