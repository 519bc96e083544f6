// The model of the outlook is read like everything else in the folder: nobody needs one, and faults are told.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import { repository, writeConfigFolder } from '../helpers/config-folder.js';
import { marketCoins } from '../helpers/pretend-market.js';

const chains = [{ chain: 'ethereum', chainId: 1, ws: 'ws://127.0.0.1:1' }];

function folder(): string {
  const made = writeConfigFolder({ chains, coins: marketCoins(chains), webhook: 'http://127.0.0.1:1/hook' });
  onTestFinished(() => rmSync(dirname(made.config), { recursive: true, force: true }));
  return made.config;
}

test('a folder without a model has none, and is no worse for it', () => {
  const { config, problems } = loadConfig(folder(), {});
  expect(problems).toEqual([]);
  expect(config?.model).toBeNull();
});

test('the shipped model loads', () => {
  const config = folder();
  copyFileSync(join(repository, 'config/model.json'), join(config, 'model.json'));
  expect(loadConfig(config, {}).config?.model?.features.map(({ name }) => name)).toContain('deviation');
});

test.each([
  ['{', /is not valid/, ''],
  ['{ "quiet": "yes" }', /./, 'quiet'],
])('a model that is none is a fault in a sentence: %s', (text, words, path) => {
  const config = folder();
  writeFileSync(join(config, 'model.json'), text);
  const { config: loaded, problems } = loadConfig(config, {});
  expect(loaded).toBeNull();
  const told = problems.filter(({ file }) => file.endsWith('model.json'));
  expect(told.map((one) => one.path)).toContain(path);
  expect(told[0]?.sentence).toMatch(words);
});
