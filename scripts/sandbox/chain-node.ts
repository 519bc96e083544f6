// One local chain: the anvil program of the platform's own package, on a free loopback port. The npm command
// `anvil` is a wrapper whose death by SIGKILL leaves the real node running, so it is not used.

import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PegwatchError } from '../../src/core/errors.js';
import type { Child, Children } from './children.js';

export interface ChainNodeOptions {
  readonly name: string;
  readonly chainId: number;
  /** A block this often; 0: a block for every transaction. */
  readonly blockTimeMs: number;
}

export interface ChainNode extends ChainNodeOptions {
  readonly port: number;
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly child: Child;
  stop(): Promise<void>;
}

const startWithinMs = 30_000;

/** Starts anvil and waits until it answers with the right chain id. Nothing is left running where it rejects. */
export async function startChainNode(
  options: ChainNodeOptions,
  children: Children,
  findPort: () => Promise<number> = freePort,
): Promise<ChainNode> {
  const command = anvilProgram();
  // Between finding a free port and opening it another program may take it: try again with another one.
  for (let attempt = 1; ; attempt++) {
    const port = await findPort();
    const child = await children
      .start({ name: `anvil (${options.name})`, command, args: anvilArguments(options, port) })
      .catch((thrown: Error) => {
        throw cannotStart(options.name, thrown.message);
      });
    const node = {
      ...options,
      port,
      httpUrl: `http://127.0.0.1:${port}`,
      wsUrl: `ws://127.0.0.1:${port}`,
      child,
      stop: () => child.stop(3_000).then(() => {}),
    };
    const problem = await waitUntilUp(node);
    if (problem === null) return node;
    await node.stop();
    if (attempt === 3) throw cannotStart(options.name, problem);
  }
}

function anvilArguments(options: ChainNodeOptions, port: number): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(options.chainId), '--silent'],
    // Blocks are final two later, not after the usual sixty-four.
    ...['--slots-in-an-epoch', '1'],
    // Deploying everything fits into one block; prices of gas are no part of the story.
    ...['--gas-limit', '300000000', '--block-base-fee-per-gas', '0', '--gas-price', '0'],
    ...(options.blockTimeMs > 0 ? ['--block-time', String(options.blockTimeMs / 1000)] : []),
  ];
}

async function waitUntilUp(node: Omit<ChainNode, 'stop'>): Promise<string | null> {
  let gone = false;
  void node.child.exited.then(() => {
    gone = true;
  });
  const deadline = Date.now() + startWithinMs;
  while (!gone && Date.now() < deadline) {
    const chainId = await askChainId(node.httpUrl);
    // A wrong id: another program answers on this port.
    if (chainId === node.chainId) return null;
    await delay(30);
  }
  if (!gone) return `no answer on port ${node.port} within ${startWithinMs / 1000} s`;
  return node.child.lastWords() || 'the program ended at once and said nothing';
}

async function askChainId(url: string): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}',
      signal: AbortSignal.timeout(2_000),
    });
    return Number(((await response.json()) as { result?: string }).result);
  } catch {
    return null;
  }
}

/** Where npm put anvil for this platform. */
export function anvilProgram(): string {
  const platform = process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/anvil-${platform}-${arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil');
  } catch {
    throw new PegwatchError('anvil-missing', `The package ${name} is not installed.`, {
      hint: 'Run `npm ci` without `--omit=optional`. anvil is published for Linux, macOS and Windows only.',
    });
  }
}

/** A loopback port that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      reject(
        new PegwatchError(
          'port-unavailable',
          `No port can be opened on 127.0.0.1 (${thrown.code ?? 'unknown'}).`,
          {
            hint: 'The sandbox needs loopback networking; check the rules of the container or firewall.',
          },
        ),
      );
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function cannotStart(chain: string, reason: string): PegwatchError {
  return new PegwatchError('anvil-failed', `The local chain ${chain} cannot start: ${reason}`, {
    hint: 'Try `node_modules/.bin/anvil --version`; `npm ci` installs it again.',
  });
}
