// One fault is told as one: what only follows from it gets no line of its own.
import { expect, it } from 'vitest';
import { edit, inShort, load, smallConfig } from './small-config.js';

const main = 'config/pegwatch.yaml';

it('a url file that is not there is no channel that is left out', () => {
  const { problems, notes } = load(
    edit(smallConfig, main, 'url: http://127.0.0.1:9000/hook', 'url_file: nowhere'),
  );
  expect(problems.map(({ path }) => path)).toEqual(['channels[0].url_file']);
  expect(notes).toEqual([]);
});

it('a hook whose url file is not there is none that calls nobody', () => {
  const playbook = 'title: a\nwhen: {}\nhook:\n  mode: send\n  url_file: nowhere\n';
  const { problems, notes } = load({ ...smallConfig, 'config/playbooks/a.yaml': playbook });
  expect(problems.map(({ path }) => path)).toEqual(['hook.url_file']);
  expect(notes).toEqual([]);
});

it('a misspelt kind makes its channel no stranger to the routes', () => {
  const misspelt = edit(smallConfig, main, 'kind: webhook', 'kind: webhok');
  const files = { ...misspelt, [main]: `${misspelt[main]}\nroutes:\n  channels: [hook]\n` };
  const told = inShort(load(files));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('channels[0]');
});

it('a coin that nothing describes is told once, with how many rows name it', () => {
  const tokens = '    tokens: [USDC, USDT]';
  const row = '  - chain: ethereum\n    protocol: uniswapV2\n    address: ';
  const twice = `\n${row}"0x3041CbD36888bECc7bbCBc0045E3B1f144466f5f"\n    tokens: [USDC, GONE]\n${row}"0xAE461cA67B15dc8dc81CE7615e0320dA1A9aB8D5"\n    tokens: [GONE, USDC]\n`;
  const name = 'config/coins/usdc.yaml';
  expect(smallConfig[name]).toContain(tokens);
  const told = inShort(load({ ...smallConfig, [name]: `${smallConfig[name]?.trimEnd()}${twice}` }));
  const about = told.filter((line) => line.includes('GONE has no deployment'));
  expect(about).toHaveLength(1);
  expect(about[0]).toContain('(named by 1 more)');
});
