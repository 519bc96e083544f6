// The configuration that pegwatch is shipped with: sound, and true to the facts it was carried over from.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { editorSchemas } from '../../src/config/editor-schemas.js';
import { loadConfig } from '../../src/config/load-config.js';
import { detectors } from '../../src/detectors/index.js';
import { sharedPath } from '../helpers/shared.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(`${root}${name}`, 'utf8');
const yamlIn = (folder: string): string[] =>
  readdirSync(`${root}${folder}`)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`);

const schemaOf: Readonly<Record<string, string>> = {
  ...Object.fromEntries(yamlIn('chains').map((name) => [name, 'chain'])),
  ...Object.fromEntries(yamlIn('config/coins').map((name) => [name, 'coin'])),
  ...Object.fromEntries(yamlIn('config/playbooks').map((name) => [name, 'playbook'])),
  'config/pegwatch.yaml': 'pegwatch',
  'config/thresholds.yaml': 'thresholds',
};

describe('the shipped configuration', () => {
  const { config, problems, notes } = loadConfig(`${root}config`, {});

  it('loads with an empty environment and not one problem', () => {
    expect(problems).toEqual([]);
    expect(notes.map(({ path }) => path)).toEqual(['channels[0]']);
    expect(config?.channels).toEqual([]);
  });

  it('watches the four chains, with sources of every kind on each', () => {
    const wanted = { arbitrum: 42161, bsc: 56, ethereum: 1, polygon: 137 };
    const ids = Object.fromEntries(config?.spec.chains.map(({ chain, chainId }) => [chain, chainId]) ?? []);
    expect(ids).toMatchObject(wanted);
    for (const chain of Object.keys(wanted)) {
      const protocols = new Set(
        config?.spec.sources.filter((each) => each.chain === chain).map((each) => each.protocol),
      );
      for (const protocol of ['erc20', 'chainlink', 'uniswap-v3'])
        expect(protocols, chain).toContain(protocol);
    }
  });

  it('watches the coins that matter', () => {
    const coins = new Set(config?.spec.sources.map(({ coin }) => coin));
    const wanted = 'USDC USDT USDT0 USDC.e DAI FRAX crvUSD USDe PYUSD LUSD GHO BUSD'.split(' ');
    expect(wanted.filter((coin) => !coins.has(coin))).toEqual([]);
  });

  it('has a rule for each detector', () => {
    const names = detectors.map(({ name }) => name).sort();
    expect(config?.spec.rules.map(({ detector }) => detector)).toEqual(names);
  });

  it('binds to loopback and lets nobody write', () => {
    expect(config?.http).toEqual({ host: '127.0.0.1', port: 9464, writeToken: null });
  });

  it('has at least two endpoints with a socket on each chain, and puts your own first', () => {
    for (const { chain, endpoints } of config?.chains ?? []) {
      expect(endpoints.filter(({ ws }) => ws !== null).length, chain).toBeGreaterThanOrEqual(2);
    }
    const env = {
      ETHEREUM_WS_URL: 'wss://a.example',
      BSC_WS_URL: 'wss://b.example',
      POLYGON_HTTP_URL: 'http://c.example',
    };
    const first = Object.fromEntries(
      loadConfig(`${root}config`, env).config?.chains.map(({ chain, endpoints }) => [
        chain,
        endpoints[0]?.name,
      ]) ?? [],
    );
    expect(first).toMatchObject({ arbitrum: 'publicnode', bsc: 'own', ethereum: 'own', polygon: 'own' });
  });

  it('survives as JSON unchanged: it is the first entry of a journal', () => {
    expect(JSON.parse(JSON.stringify(config?.spec))).toEqual(config?.spec);
  });
});

describe('editor schemas', () => {
  it.each(Object.entries(editorSchemas()))(
    '%s as checked in is up to date (npm run schemas)',
    (name, schema) => {
      expect(JSON.parse(read(`config/schemas/${name}`))).toEqual(JSON.parse(JSON.stringify(schema)));
    },
  );

  it.each(Object.entries(schemaOf))('%s names its schema in its first line and fits it', (name, schema) => {
    const up = name.startsWith('chains/')
      ? '../config/'
      : /^config\/(coins|playbooks)\//.test(name)
        ? '../'
        : '';
    expect(read(name).split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}schemas/${schema}.json`);
    const json = JSON.parse(read(`config/schemas/${schema}.json`));
    expect(z.fromJSONSchema(json).safeParse(parse(read(name))).error?.issues ?? []).toEqual([]);
  });

  it('refuse what the loader refuses', () => {
    const coin = parse(read('config/coins/usdc.yaml'));
    const schema = z.fromJSONSchema(JSON.parse(read('config/schemas/coin.json')));
    expect(schema.safeParse({ ...coin, colour: 'red' }).success).toBe(false);
    expect(schema.safeParse({ ...coin, peg: 'one' }).success).toBe(false);
  });
});

// ---------------------------------------------------------------- against the facts

const facts = sharedPath('facts');
if (facts === null) console.warn('../shared/facts is absent: addresses are not compared with it');

interface Deployment {
  readonly chain: string;
  readonly address: string;
  readonly decimals: number;
}
interface Source {
  readonly chain: string;
  readonly protocol: string;
  readonly address?: string;
  readonly tokens?: readonly string[];
  readonly heartbeat?: string;
  readonly enabled?: boolean;
}
interface CoinFile {
  readonly coin: string;
  readonly deployments: readonly Deployment[];
  readonly sources: readonly Source[];
}

describe.skipIf(facts === null)('the shipped files against the facts', () => {
  const fact = (name: string) => JSON.parse(readFileSync(`${facts}/${name}.json`, 'utf8'));
  const chains = new Map<string, number>(
    yamlIn('chains').map((name) => {
      const { chain, chainId } = parse(read(name));
      return [chain, chainId];
    }),
  );
  const coins: CoinFile[] = yamlIn('config/coins').map((name) => parse(read(name)));

  it('every deployment is verified by two, with these decimals', () => {
    const { tokens } = fact('tokens');
    for (const { coin, deployments } of coins) {
      for (const { chain, address, decimals } of deployments) {
        const chainId = chains.get(chain);
        const known = tokens[coin].deployments.find(
          (each: { address: string; chainId: number }) =>
            each.address === address && each.chainId === chainId,
        );
        expect(known, `${coin} on ${chain}`).toMatchObject({
          decimals,
          confidence: 'verified-by-2',
        });
      }
    }
  });

  /** Dex names of the facts whose events are those of our protocols. Pancake V3 and StableSwap are not among them. */
  const dexes: Readonly<Record<string, readonly string[]>> = {
    'uniswap-v2': ['uniswap-v2', 'quickswap-v2', 'pancake-v2'],
    'uniswap-v3': ['uniswap-v3'],
    'curve-stable-swap': ['curve-stableswap-old', 'curve-factory-plain', 'curve-factory-crvusd'],
    'curve-stable-swap-ng': ['curve-stableswap-ng'],
  };

  it('every pool is verified by two, of its protocol, with its tokens in order', () => {
    const { pools } = fact('pools');
    let seen = 0;
    for (const { sources } of coins) {
      for (const { chain, protocol, address, tokens } of sources) {
        if (tokens === undefined) continue;
        const known = pools.find((each: { address?: string }) => each.address === address);
        expect(known, `${chain} ${address}`).toMatchObject({
          chainId: chains.get(chain),
          confidence: 'verified-by-2',
        });
        expect(dexes[protocol]).toContain(known.dex);
        expect(tokens).toEqual(known.tokens.map((token: { symbol: string }) => token.symbol));
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(30);
  });

  it('every feed is verified by two, of its coin, and promises no more than is known', () => {
    const { feeds } = fact('feeds');
    let seen = 0;
    for (const { coin, sources } of coins) {
      for (const { chain, protocol, address, heartbeat } of sources) {
        if (protocol !== 'chainlink') continue;
        const id = chains.get(chain);
        const known = feeds.find(
          (each: { proxy: string; chainId: number }) => each.proxy === address && each.chainId === id,
        );
        expect(known, `${coin} on ${chain}`).toMatchObject({
          address_confidence: 'verified-by-2',
          decimals: 8,
        });
        expect(known.pair).toBe(`${coin === 'USDT0' ? 'USDT' : coin}/USD`);
        seen++;
        // Two sources disagree on this one, and the longer of the two is taken.
        if (coin === 'DAI' && chain === 'ethereum') continue;
        const seconds = heartbeat?.endsWith('h')
          ? Number.parseInt(heartbeat, 10) * 3600
          : Number.parseInt(heartbeat ?? '', 10) * 60;
        if (heartbeat === undefined) expect(known.heartbeat_confidence).toBe('unverified');
        else expect(seconds, `${coin} on ${chain}`).toBe(known.heartbeat_s);
      }
    }
    expect(seen).toBeGreaterThan(20);
  });

  it('every chain has the id, block time and key-less endpoints of the facts', () => {
    const known = fact('chains').chains;
    for (const name of yamlIn('chains')) {
      const file = parse(read(name));
      const config = loadConfig(`${root}config`, {}).config?.chains.find(({ chain }) => chain === file.chain);
      const { blockTime_ms, ws, http } = known[file.chainId];
      expect(config?.blockTimeMs).toBe(blockTime_ms);
      for (const endpoint of config?.endpoints ?? []) {
        if (endpoint.ws !== null) expect(ws).toContain(endpoint.ws);
        if (endpoint.http !== null) expect(http).toContain(endpoint.http);
        expect(`${endpoint.ws} ${endpoint.http}`).not.toContain('dataseed');
      }
    }
  });
});
