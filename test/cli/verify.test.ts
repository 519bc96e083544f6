import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program.js';
import { makeWholeStore } from '../store/children/whole-store.js';
import { makeFolder } from '../store/world.js';

async function run(...argv: readonly string[]) {
  const said = { out: '', err: '' };
  const code = await runCommandLine(argv, {
    env: {},
    out: (line) => {
      said.out += `${line}\n`;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

it('says that a store is whole, in words and for programs, and exits with 0', async () => {
  const folder = makeFolder();
  await makeWholeStore(folder);
  const whole = await run('verify', '--store', folder);
  expect(whole).toMatchObject({ code: 0, err: '' });
  expect(whole.out).toMatch(/whole\n {2}157 inputs in 31 commits: the chain of hashes is unbroken\n/);
  const { out } = await run('verify', '--store', folder, '--json');
  expect(JSON.parse(out)).toMatchObject({ inputs: 157, commits: 31, pages: expect.any(Number) });
});

it('says what is damaged and where, with the way back, and exits with 1', async () => {
  const folder = makeFolder();
  await makeWholeStore(folder);
  const data = join(folder, 'data.mdb');
  const bytes = readFileSync(data);
  // The middle of the largest value.
  const at = bytes.indexOf(Buffer.alloc(4000, 20)) + 2000;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(data, bytes);
  const damaged = await run('verify', '--store', folder);
  expect(damaged).toMatchObject({ code: 1, out: '' });
  expect(damaged.err).toContain(`The store in ${folder} is damaged`);
  expect(damaged.err).toContain('backup');
  rmSync(join(folder, 'identity.json'));
  expect(await run('verify', '--store', folder)).toMatchObject({ code: 1 });
});
