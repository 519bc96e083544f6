// Faults that are not one wrong value in one place; and many faults at once.

import { describe, expect, it } from 'vitest';
import { check, edit, type Files, inShort, load, smallConfig } from './small-config.js';

const main = 'config/pegwatch.yaml';
const usdc = 'config/coins/usdc.yaml';
const usdt = 'config/coins/usdt.yaml';
const rules = 'config/thresholds.yaml';
const ethereum = 'chains/ethereum.yaml';

describe('a fault is told as exactly itself', () => {
  it('invalid YAML, with its line and without its words', () => {
    const [problem] = check(edit(smallConfig, main, 'level: info', 'level: "s3cret'), [
      'pegwatch.yaml : is not valid YAML: ',
    ]);
    expect(problem?.line).toBeGreaterThan(8);
    expect(JSON.stringify(problem)).not.toContain('s3cret');
  });

  it('text with a colon in it, with what to do', () => {
    const [problem] = check(edit(smallConfig, usdc, 'name: USD Coin', 'name: USD: Coin'), [
      'coins/usdc.yaml : is not valid YAML: ',
    ]);
    expect(problem?.hint).toBe(
      'Text with a colon and a space in it wants quotes, or >- and a line of its own.',
    );
  });

  it('a key given twice', () => {
    check(edit(smallConfig, main, 'host: 127.0.0.1', 'host: 127.0.0.1\n  host: ::1'), [
      'pegwatch.yaml : is not valid YAML: Map keys must be unique',
    ]);
  });

  it('a key named __proto__', () => {
    check(edit(smallConfig, main, 'host: 127.0.0.1', 'host: 127.0.0.1\n  __proto__: { host: x }'), [
      'pegwatch.yaml http.__proto__: is not known here',
    ]);
  });

  it('aliases of aliases', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe'].map((pair) => [...pair])) {
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`);
    }
    check({ ...smallConfig, [main]: bomb.join('\n') }, ['pegwatch.yaml : repeats itself by aliases']);
  });

  it('a coin file of invalid YAML does not make the coin unknown elsewhere', () => {
    check(edit(smallConfig, usdt, 'coin: USDT', 'coin: [USDT'), ['coins/usdt.yaml : is not valid YAML: ']);
  });

  it('nor does one whose coin has a dot in its name', () => {
    const files = { ...smallConfig, 'config/coins/usdce.yaml': 'coin: [USDC.e' };
    check(edit(files, usdc, '[USDC, USDT]', '[USDC, USDC.e]'), ['coins/usdce.yaml : is not valid YAML: ']);
  });

  it('a chain file of invalid YAML does not make the chain unknown elsewhere', () => {
    check(edit(smallConfig, ethereum, 'chainId: 1', 'chainId: [1'), [
      'chains/ethereum.yaml : is not valid YAML: ',
    ]);
  });

  it.each([
    [main, 'pegwatch.yaml : does not exist'],
    [rules, 'thresholds.yaml : does not exist'],
  ])('%s that is missing', (name, expected) => {
    const { [name]: _, ...files } = smallConfig;
    check(files, [expected]);
  });

  it('thresholds for an unknown detector, and a detector without thresholds', () => {
    const problems = check(edit(smallConfig, rules, '  drift:', '  drfit:'), [
      'thresholds.yaml rules.drfit: is no known detector',
      'thresholds.yaml rules.drift: is missing: this detector has no thresholds and would judge nothing',
    ]);
    expect(problems[0]?.hint).toBe('Did you mean drift?');
  });

  it('no enabled chain', () => {
    const one = edit(smallConfig, ethereum, 'chainId: 1', 'chainId: 1\nenabled: false');
    const both = edit(one, 'chains/bsc.yaml', 'chainId: 56', 'chainId: 56\nenabled: false');
    check(both, ['chains : no chain is enabled: nothing would be watched']);
  });

  it('no active source', () => {
    const files: Files = { ...smallConfig };
    for (const name of [usdc, usdt])
      files[name] = (files[name] ?? '').replace(/sources:[\s\S]*$/, 'sources: []');
    check(files, ['coins : no source is active: nothing would be watched']);
  });

  it('a folder of coins that is empty', () => {
    const files = Object.fromEntries(Object.entries(smallConfig).filter(([name]) => !name.includes('coins')));
    check(files, ['coins : is a folder that cannot be read']);
  });
});

describe('many faults at once', () => {
  it('are all told, in one file and over files', () => {
    const faults: readonly (readonly [file: string, from: string, to: string, expected: string])[] = [
      [main, 'port: 9464', 'port: 65536', 'pegwatch.yaml http.port'],
      [main, 'http://127.0.0.1:9000/hook', '$' + '{HOOK_URL}', 'pegwatch.yaml channels[0].url'],
      [main, 'level: info', 'level: inof', 'pegwatch.yaml log.level'],
      [usdc, 'chain: bsc', 'chain: base', 'coins/usdc.yaml deployments[1].chain'],
      [usdc, '"0x8fFf', '"0x8FFf', 'coins/usdc.yaml sources[1].address'],
      [usdc, 'uniswap-v3', 'uniswap-v33', 'coins/usdc.yaml sources[2].protocol'],
      [
        usdc,
        '"0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"',
        '0x1',
        'coins/usdc.yaml sources[3].tokens[1].address',
      ],
      [ethereum, 'keep: 128', 'keep: 8', 'chains/ethereum.yaml finality.keep'],
      [rules, '50, why: it was chosen', '50', 'thresholds.yaml rules.drift.numbers.highBps.why'],
      [rules, 'value: 0.6', 'value: 1.6', 'thresholds.yaml incidents.cascadeImpact.value'],
    ];
    let files = { ...smallConfig };
    for (const [file, from, to] of faults) files = edit(files, file, from, to);
    const places = inShort(load(files)).map((told) => told.replace(/:.*$/, ''));
    expect([...places].sort()).toEqual(faults.map(([, , , expected]) => expected).sort());
  });

  it('in one row are all told', () => {
    const row =
      '- chain: etherum\n    protocol: unswap-v3\n    address: "0x1"\n    color: red\n  - chain: ethereum';
    const told = inShort(load(edit(smallConfig, usdt, '- chain: ethereum', row)));
    expect([...told].sort()).toEqual([
      'coins/usdt.yaml sources[0].address: must be 0x and 40 hexadecimal digits',
      'coins/usdt.yaml sources[0].chain: etherum is no known chain',
      'coins/usdt.yaml sources[0].color: is not known here',
      'coins/usdt.yaml sources[0].protocol: unswap-v3 is no known protocol',
    ]);
  });
});
