// The doctor on a machine that reaches nobody: causes in their codes, never an address, and one cause said once.

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommandLine } from '../../src/cli/program.js';
import { writeConfigFolder } from '../helpers/config-folder.js';
import { marketCoins } from '../helpers/pretend-market.js';

const names = [
  'ethereum',
  'polygon',
  'arbitrum',
  'bsc',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
];

async function examine(host: string): Promise<{ code: number; out: string; warnings: string[] }> {
  const chains = names.map((chain, i) => ({
    chain,
    chainId: i + 1,
    ws: `ws://${host}/a`,
    http: `http://${host}/a`,
  }));
  const { config } = writeConfigFolder({ chains, coins: marketCoins(chains) });
  onTestFinished(() => rmSync(dirname(config), { recursive: true, force: true }));
  const warnings: string[] = [];
  const hear = (warning: Error): void => void warnings.push(warning.name);
  process.on('warning', hear);
  const out: string[] = [];
  const world = { env: {}, out: (line: string) => void out.push(line), err: () => {} };
  const signal = new AbortController().signal;
  const code = await runCommandLine(['doctor', '--config', config], { ...world, signal });
  // Warnings are told in a turn of their own.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  return { code, out: out.join('\n'), warnings };
}

/** A port that was free a moment ago; `fetch` refuses the famous ones without asking. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('where no name resolves it is said once, without a warning about listeners', async () => {
  const { code, out, warnings } = await examine('nobody.invalid');
  expect(code).toBe(1);
  expect(out).toMatch(/^No host name resolves, of any of 11 endpoints: this machine has no network/);
  expect(out).not.toContain('unreachable (');
  expect(out).not.toContain('nobody.invalid');
  expect(warnings).toEqual([]);
});

test('a refused connection is called so over HTTP too', async () => {
  const { code, out } = await examine(`127.0.0.1:${await closedPort()}`);
  expect(code).toBe(1);
  expect(out).toContain('(http): ');
  expect(out).toMatch(/no HTTP answer \(ECONNREFUSED\)/);
  expect(out).not.toContain('127.0.0.1');
});
