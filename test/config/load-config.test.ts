import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import { edit, inShort, load, smallCatalogue, smallConfig, writeFiles } from './small-config.js';

describe('a sound configuration', () => {
  it('is read into chains, coins, sources, rules and channels', () => {
    const { config, problems, notes } = load(smallConfig);
    expect(problems).toEqual([]);
    expect(notes).toEqual([]);
    expect(config?.spec.chains).toEqual([
      { chain: 'bsc', chainId: 56, blockTimeMs: 12_000, finalityStalledAfterMs: 1_200_000, agreement: 1 },
      { chain: 'ethereum', chainId: 1, blockTimeMs: 12_000, finalityStalledAfterMs: 1_200_000, agreement: 1 },
    ]);
    expect(config?.spec.coins).toEqual([
      { coin: 'USDC', pegUsd: 1 },
      { coin: 'USDT', pegUsd: 1 },
    ]);
    expect(config?.spec.sources.map(({ id }) => id)).toEqual([
      'ethereum/usdc-chainlink',
      'ethereum/usdc-erc20',
      'ethereum/usdc-usdt-v3',
      'ethereum/usdc-weth-v3',
      'ethereum/usdt-tether',
    ]);
    expect(config?.spec.rules).toEqual([
      {
        detector: 'drift',
        numbers: { highBps: 50, graceMs: 900_000 },
        impact: 'driftBps / 100',
        severity: { high: 'driftBps >= highBps' },
        holdMs: 300_000,
      },
    ]);
    expect(config?.spec.incidents.triage).toEqual({ capacity: 1000, perStep: 100, agingMs: 60_000 });
    expect(config?.spec.channels).toEqual([
      { name: 'hook', kind: 'webhook', minSeverity: 'medium', groupMs: 900_000, repeatMs: 14_400_000 },
    ]);
    expect(config?.store.hardFreeBytes).toBe(512 * 1024 * 1024);
    expect(config?.store.folder).toBe(resolve('./data'));
  });

  it('gives an oracle its heartbeat and eight decimals, in lower case', () => {
    const source = load(smallConfig).config?.spec.sources.find(({ id }) => id.endsWith('chainlink'));
    expect(source).toEqual({
      id: 'ethereum/usdc-chainlink',
      chain: 'ethereum',
      coin: 'USDC',
      protocol: 'chainlink',
      address: '0x8fffffd4afb6115b954bd326cbe7b4ba576818f6',
      tokens: [
        {
          symbol: 'USDC',
          address: '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48',
          decimals: 6,
          coin: 'USDC',
        },
      ],
      heartbeatMs: 82_800_000,
      answerDecimals: 8,
    });
  });

  it('gives a token without a coin file no coin', () => {
    const source = load(smallConfig).config?.spec.sources.find(({ id }) => id.endsWith('weth-v3'));
    expect(source?.tokens.map(({ symbol, coin }) => [symbol, coin])).toEqual([
      ['USDC', 'USDC'],
      ['WETH', null],
    ]);
  });

  it('leaves out endpoints without a URL', () => {
    const own = { ETHEREUM_WS_URL: 'wss://own.example/key' };
    const names = (env: Record<string, string>) =>
      load(smallConfig, env)
        .config?.chains.find(({ chain }) => chain === 'ethereum')
        ?.endpoints.map(({ name, http }) => [name, http]);
    expect(names({})).toEqual([['public', 'https://ethereum.example']]);
    expect(names(own)).toEqual([
      ['own', null],
      ['public', 'https://ethereum.example'],
    ]);
  });

  it('leaves out a channel with an empty url and says so in a note', () => {
    const files = edit(smallConfig, 'config/pegwatch.yaml', 'http://127.0.0.1:9000/hook', `\${HOOK:-}`);
    const result = load(files);
    expect(result.problems).toEqual([]);
    expect(result.config?.channels).toEqual([]);
    expect(result.config?.spec.channels).toEqual([]);
    expect(result.notes.map(({ path, sentence }) => `${path}: ${sentence}`)).toEqual([
      'channels[0]: hook has an empty url and is left out: it tells nobody',
    ]);
  });

  it('asks in a note whether a peg far from a dollar is meant', () => {
    const notesAt = (peg: string) => {
      const files = edit(smallConfig, 'config/coins/usdc.yaml', 'coin: USDC', `coin: USDC\npeg: ${peg}`);
      const { config, notes } = load(files);
      expect(config).not.toBeNull();
      return notes.map(({ path, sentence }) => `${path}: ${sentence}`);
    };
    expect(notesAt('100')).toEqual(['peg: says that one USDC is worth 100 USD: is that meant?']);
    expect(notesAt('0.0067')).toHaveLength(1);
    expect(notesAt('1.08')).toEqual([]);
  });

  it('leaves out the sources of a chain that is not enabled, in its file or by the list', () => {
    const disabled = edit(smallConfig, 'chains/ethereum.yaml', 'chainId: 1', 'chainId: 1\nenabled: false');
    const withBsc = edit(disabled, 'config/coins/usdc.yaml', '- chain: ethereum', '- chain: bsc');
    const { config, problems } = load(withBsc);
    expect(problems).toEqual([]);
    expect(config?.spec.sources.map(({ id }) => id)).toEqual(['bsc/usdc-erc20']);
    expect(config?.chains.map(({ chain }) => chain)).toEqual(['bsc']);

    const listed = edit(
      smallConfig,
      'config/pegwatch.yaml',
      'store:',
      'chains: { only: [ethereum] }\nstore:',
    );
    expect(load(listed).config?.chains.map(({ chain }) => chain)).toEqual(['ethereum']);
  });

  it('leaves out a source that is not enabled', () => {
    const files = edit(smallConfig, 'config/coins/usdt.yaml', 'tether', 'tether\n    enabled: false');
    const ids = load(files).config?.spec.sources.map(({ id }) => id);
    expect(ids).toHaveLength(4);
    expect(ids).not.toContain('ethereum/usdt-tether');
  });

  it('is frozen through and through', () => {
    const { config } = load(smallConfig);
    const open: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) open.push(path);
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    };
    walk(config, 'config');
    expect(config).not.toBeNull();
    expect(open).toEqual([]);
  });

  it('finds chains beside the folder, inside it, where pegwatch.yaml says, or where the caller says', () => {
    const named = (to: string) =>
      Object.fromEntries(
        Object.entries(smallConfig).map(([name, text]) => [name.replace(/^chains/, to), text]),
      );
    const inside = load(named('config/chains'));
    expect(inShort(inside)).toEqual([]);

    const setting = edit(
      named('networks'),
      'config/pegwatch.yaml',
      'store:',
      'chains: { folder: ../networks }\nstore:',
    );
    expect(inShort(load(setting))).toEqual([]);

    const root = writeFiles(named('elsewhere'));
    const options = { catalogue: smallCatalogue, chainsFolder: join(root, 'elsewhere') };
    expect(inShort(loadConfig(join(root, 'config'), {}, options))).toEqual([]);
  });
});

describe('values from outside', () => {
  it('come from the environment, with a default where it is empty', () => {
    const files = edit(smallConfig, 'config/pegwatch.yaml', 'port: 9464', `port: \${PORT:-9464}`);
    const portWith = (env: Record<string, string>) => load(files, env).config?.http.port;
    expect(portWith({})).toBe(9464);
    expect(portWith({ PORT: '' })).toBe(9464);
    expect(portWith({ PORT: '8080' })).toBe(8080);
  });

  it('come from files for secrets, without the line end', () => {
    const files = edit(
      { ...smallConfig, 'config/hook.txt': 'https://hooks.example/s3cr3t-path\n' },
      'config/pegwatch.yaml',
      'url: http://127.0.0.1:9000/hook',
      `url_file: hook.txt\n    secret: \${HOOK_SECRET}`,
    );
    const { config, problems } = load(files, { HOOK_SECRET: 'whsec_abc' });
    expect(problems).toEqual([]);
    expect(config?.channels[0]).toMatchObject({
      url: 'https://hooks.example/s3cr3t-path',
      secret: 'whsec_abc',
    });
  });

  it('never show up in a problem, wherever they stand', () => {
    const secret = 'Sup3rS3cretValueThatMustNotLeak';
    const address = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
    const places: readonly (readonly [string, string, string])[] = [
      ['config/pegwatch.yaml', 'url: http://127.0.0.1:9000/hook', `url: "\${S}"`],
      ['config/pegwatch.yaml', 'name: hook', `name: \${S}`],
      ['config/pegwatch.yaml', 'level: info', `level: \${S}`],
      ['config/pegwatch.yaml', 'port: 9464', `port: \${S}`],
      ['config/pegwatch.yaml', 'timeoutMs: 5s', `timeoutMs: \${S}`],
      ['chains/ethereum.yaml', 'ws: wss://ethereum.example', `ws: \${S}`],
      ['config/coins/usdc.yaml', '- chain: ethereum', `- chain: \${S}`],
      ['config/coins/usdc.yaml', 'protocol: erc20', `protocol: \${S}`],
      ['config/coins/usdc.yaml', '[USDC, USDT]', `[USDC, "\${S}"]`],
      ['config/coins/usdc.yaml', 'id: ethereum/usdc-usdt-v3', `id: \${S}`],
      ['config/coins/usdc.yaml', '"0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"', `"\${A}"`],
      ['config/thresholds.yaml', 'driftBps / 100', `\${S}`],
    ];
    for (const [name, from, to] of places) {
      const { problems } = load(edit(smallConfig, name, from, to), { S: secret, A: address });
      expect(problems.length, `${to} in ${name} is a fault`).toBeGreaterThan(0);
      const told = JSON.stringify(problems).toLowerCase();
      expect(told).not.toContain(secret.toLowerCase());
      expect(told).not.toContain(address);
    }
  });
});
