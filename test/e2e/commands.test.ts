// The commands as a person meets them: what they say when something is wrong, and what they stand.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Hex } from '../../src/core/hex.js';
import type { Input } from '../../src/core/io.js';
import { packLogs } from '../../src/core/packed-logs.js';
import { createEngine } from '../../src/engine.js';
import { openStore } from '../../src/store/open-store.js';
import { edit, repository, writeConfigFolder } from '../helpers/config-folder.js';
import { pegwatch } from '../helpers/daemon.js';
import { makeSpec } from '../helpers/make-spec.js';
import { marketCoins } from '../helpers/pretend-market.js';
import { quietDeps } from '../store/children/quiet-deps.js';

const chains = [{ chain: 'ethereum', chainId: 1, ws: 'ws://127.0.0.1:1' }];

test('check lists every fault at once, each with its file and its field, and exits 1', async () => {
  const folder = writeConfigFolder({
    chains,
    coins: marketCoins(chains),
    webhook: 'http://127.0.0.1:1/hook',
  });
  onTestFinished(() => rmSync(dirname(folder.config), { recursive: true, force: true }));
  expect(await pegwatch(['check', '--config', folder.config])).toMatchObject({ code: 0, err: '' });

  edit(folder, 'pegwatch.yaml', 'level: info', 'level: loud\n  colour: red');
  edit(folder, 'pegwatch.yaml', 'http://127.0.0.1:1/hook', `$\{PEGWATCH_TEST_NEVER_SET}`);
  edit(
    folder,
    'coins/usdx.yaml',
    '"0x2222222222222222222222222222222222222222"',
    '0x2222222222222222222222222222222222222222',
  );
  edit(folder, 'coins/usdx.yaml', 'protocol: uniswap-v2', 'protocol: uniswap-v22');
  edit(folder, 'coins/usdy.yaml', 'chain: ethereum', 'chain: etherium');
  edit(folder, 'thresholds.yaml', 'low: absDeviationBps >= lowBps', 'low: absDeviationBp >= lowBps');
  edit(folder, 'thresholds.yaml', 'high: heartbeats >= missed', 'high: import(missed) >= missed');

  const { code, out } = await pegwatch(['check', '--config', folder.config, '--json']);
  expect(code).toBe(1);
  const { ok, problems } = JSON.parse(out) as {
    ok: boolean;
    problems: { file: string; path: string; line: number; sentence: string; hint: string | null }[];
  };
  expect(ok).toBe(false);
  const faults: readonly [file: string, path: string, words: RegExp][] = [
    ['pegwatch.yaml', 'log.level', /info/],
    ['pegwatch.yaml', 'log.colour', /unknown|not known/i],
    ['pegwatch.yaml', 'channels[0].url', /PEGWATCH_TEST_NEVER_SET/],
    ['coins/usdx.yaml', 'deployments[0].address', /quot/i],
    ['coins/usdx.yaml', 'sources[0].protocol', /uniswap-v22/],
    ['coins/usdy.yaml', 'deployments[0].chain', /etherium/],
    ['thresholds.yaml', 'rules.priceDeviation.severity.low', /absDeviationBp\b/],
    ['thresholds.yaml', 'rules.oracleStale.severity.high', /import/],
  ];
  for (const [file, path, words] of faults) {
    const told = problems.filter((one) => one.file === join(folder.config, file) && one.path === path);
    expect(told, `${file} ${path}`).toHaveLength(1);
    expect(`${told[0]?.sentence} ${told[0]?.hint}`).toMatch(words);
    expect(told[0]?.line).toBeGreaterThan(0);
  }

  // For people the same, and `run` does not start with any of it.
  const text = await pegwatch(['check', '--config', folder.config]);
  const run = await pegwatch(['run', '--config', folder.config]);
  expect([text.code, run.code]).toEqual([1, 1]);
  for (const [file, path] of faults) {
    expect(text.out).toContain(join(folder.config, file));
    expect(text.out).toContain(`  ${path} (line `);
    expect(run.err).toContain(`  ${path} (line `);
  }
});

test('the help of every command shows how it is used', async () => {
  const { code, out } = await pegwatch(['--help']);
  expect(code).toBe(0);
  const commands = ['check', 'incidents', 'replay', 'run', 'status', 'timeline'];
  const helps = await Promise.all(commands.map((command) => pegwatch([command, '--help'])));
  commands.forEach((command, i) => {
    expect(out).toContain(`  ${command} `);
    expect(helps[i]).toMatchObject({ code: 0, err: '' });
    expect(helps[i]?.out).toMatch(new RegExp(`Examples:\n  pegwatch ${command}`));
  });
});

test('what is no command, no option or no store is said in a sentence, with exit code 1', async () => {
  const nowhere = join(tmpdir(), 'pegwatch-test-nowhere');
  const [command, option, store, config, moment] = await Promise.all([
    pegwatch(['wacth']),
    pegwatch(['timeline', '--form', '2h']),
    pegwatch(['status', '--store', nowhere]),
    pegwatch(['run', '--config', nowhere]),
    pegwatch(['timeline', '--store', nowhere, '--from', 'yesterday']),
  ]);
  for (const ran of [command, option, store, config, moment]) {
    expect(ran.code).toBe(1);
    expect(ran.err).not.toMatch(/\n {4}at /);
  }
  expect(command.err).toContain('watch');
  expect(option.err).toContain('--form');
  expect(store.err).toContain(`There is no pegwatch store in ${nowhere}.`);
  expect(config.err).toContain(join(nowhere, 'pegwatch.yaml'));
});

test('a reader that goes away ends `timeline` without a word', { timeout: 120_000 }, async () => {
  const store = await longStore();
  const program = join(repository, 'dist', 'main.js');
  // The exit code of the pipe's first part, in a shell that has no pipefail.
  const script = `{ node "${program}" timeline --store "${store}"; echo "code $?" >&2; } | head -n 3`;
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  expect(out.trim().split('\n')).toHaveLength(3);
  expect(err).toBe('code 0\n');
});

test('--limit and --reverse show the newest rows, and a range has a begin and an end', async () => {
  const store = await longStore();
  const ask = async (...args: readonly string[]) => {
    const { code, out } = await pegwatch([
      'timeline',
      '--store',
      store,
      '--json',
      '--kind',
      'reserves',
      ...args,
    ]);
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => (JSON.parse(line) as { blockNumber: number }).blockNumber);
  };
  expect(await ask('--limit', '2', '--reverse')).toEqual([blocks, blocks]);
  const at = (number: number): string => new Date(timeOf(number)).toISOString();
  const part = await ask('--from', at(5), '--to', at(7));
  expect(part).toEqual([...Array(perBlock).fill(5), ...Array(perBlock).fill(6)]);
  expect(await ask('--from', at(blocks + 1))).toEqual([]);
});

const blocks = 400;
const perBlock = 50;
const timeOf = (number: number): number => Date.UTC(2026, 0, 1) + number * 12_000;

/** A store with twenty thousand events in it, as a daemon would have left it. */
async function longStore(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pegwatch-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const spec = makeSpec();
  const [source] = spec.sources.filter(({ protocol }) => protocol === 'uniswap-v2');
  if (source === undefined) throw new Error('no pool to write of');
  const word = (hex: number | string, fill = '0'): Hex => `0x${hex.toString(16).padStart(64, fill)}` as Hex;
  const topic: Hex = '0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1';
  const inputs: Input[] = [{ kind: 'start', atMs: timeOf(0), spec }];
  for (let number = 1; number <= blocks; number++) {
    const logs = Array.from({ length: perBlock }, (_, i) => ({
      address: source.address,
      topics: [topic],
      data: `${word(10 ** 12 + number)}${word(10 ** 12 + i).slice(2)}` as Hex,
      transactionHash: word(number * 1000 + i, 'a'),
      logIndex: i,
    }));
    inputs.push({
      kind: 'block',
      atMs: timeOf(number),
      chain: source.chain,
      block: { number, hash: word(number, 'b'), parentHash: word(number - 1, 'b'), timeMs: timeOf(number) },
      logs: packLogs(logs, () => {}),
      calls: [],
    });
  }
  const engine = createEngine();
  const store = await openStore({ folder }, quietDeps);
  await store.commit(inputs.map((input, i) => ({ seq: i + 1, input, effects: engine.step(input) })));
  await store.close();
  return folder;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}

test('doctor says in plain words that nothing answers, what to do, and exits 1', async () => {
  const folder = writeConfigFolder({ chains, coins: marketCoins(chains) });
  onTestFinished(() => rmSync(dirname(folder.config), { recursive: true, force: true }));
  const { code, out } = await pegwatch(['doctor', '--config', folder.config]);
  expect(code).toBe(1);
  expect(out).toMatch(/ethereum: CANNOT BE WATCHED/);
  expect(out).toMatch(/ethereum-test\s+unusable\n\s+unreachable \(ws\): .*ECONNREFUSED/);
  expect(out).toMatch(/check the address/);
  expect(out).not.toContain('127.0.0.1');

  const unknown = await pegwatch(['doctor', '--config', folder.config, '--chain', 'etherium']);
  expect(unknown).toMatchObject({ code: 1 });
  expect(unknown.err).toMatch(/Did you mean ethereum/);
});
