// An ordinary configuration for an ordinary daemon: the same files in the same shapes that a person would write for
// real chains, filled with the addresses that were just deployed.
//
// The thresholds are the project's own, unchanged, with one exception that the copy names: times that say how long
// calm must last are shortened, so that a person sees an incident end without waiting for hours.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, parseDocument, stringify } from 'yaml';
import { PegwatchError } from '../../src/core/errors.js';
import type { DataFolder } from './data-folder.js';
import { coinNames } from './layout.js';
import { type Market, tokenOf } from './market.js';

export interface ConfigOptions {
  readonly folder: DataFolder;
  readonly markets: readonly Market[];
  readonly webhookUrl: string;
  readonly httpPort: number;
  /** The folder with the project's own thresholds.yaml and playbooks. */
  readonly projectConfig: string;
  /** How long alerts below critical are collected. */
  readonly groupMs: number;
  /** How long calm must last before a signal eases and before an incident closes. */
  readonly calmMs: number;
  readonly feedHeartbeatMs: number;
}

const protocols = {
  'uniswap-v2': 'uniswap-v2',
  'uniswap-v3': 'uniswap-v3',
  stableswap: 'curve-stable-swap',
} as const;

export function writeConfig(options: ConfigOptions): void {
  const { folder } = options;
  mkdirSync(join(folder.config, 'coins'), { recursive: true });
  write(join(folder.config, 'pegwatch.yaml'), 'Written by the sandbox.', mainFile(options));
  for (const market of options.markets) {
    const about = `A local chain of the sandbox that stands for ${market.chain}.`;
    write(join(folder.chains, `${market.chain}.yaml`), about, chainFile(market));
  }
  for (const coin of coinNames) {
    const about = `${coin} as the sandbox deployed it.`;
    write(join(folder.config, 'coins', `${coin.toLowerCase()}.yaml`), about, coinFile(coin, options));
  }
  writeFileSync(join(folder.config, 'thresholds.yaml'), thresholds(options));
}

function write(file: string, about: string, content: unknown): void {
  writeFileSync(file, `# ${about}\n\n${stringify(content, { lineWidth: 110 })}`);
}

function mainFile({ folder, webhookUrl, httpPort, groupMs, projectConfig }: ConfigOptions): unknown {
  return {
    chains: { folder: '../chains' },
    store: { folder: folder.store, softFreeBytes: '200MB', hardFreeBytes: '100MB', ballastBytes: 0 },
    http: { host: '127.0.0.1', port: httpPort },
    log: { level: 'info' },
    playbooks: { folder: join(projectConfig, 'playbooks') },
    channels: [
      {
        name: 'local-receiver',
        kind: 'webhook',
        url: webhookUrl,
        allowPrivate: true,
        minSeverity: 'medium',
        groupMs: `${groupMs}ms`,
      },
    ],
  };
}

function chainFile({ chain, node }: Market): unknown {
  return {
    chain,
    chainId: node.chainId,
    blockTimeMs: `${node.blockTimeMs}ms`,
    // Generous: a local node on a busy machine may pause for some seconds.
    silenceMs: '20s',
    finality: { tag: true, depth: 8, keep: 64 },
    logRange: 500,
    pollMs: '10s',
    endpoints: [
      { name: 'local-node', ws: node.wsUrl, http: node.httpUrl, requestsPerSecond: 1000, batch: 50 },
    ],
  };
}

function coinFile(coin: string, { markets, feedHeartbeatMs }: ConfigOptions): unknown {
  return {
    coin,
    name: `${coin} of the sandbox`,
    peg: 1,
    deployments: markets.map((market) => ({
      chain: market.chain,
      address: tokenOf(market, coin).address,
      decimals: market.layout.decimals,
      kind: 'native',
    })),
    sources: markets.flatMap((market) => sourcesOf(market, coin, feedHeartbeatMs)),
  };
}

function sourcesOf(market: Market, coin: string, heartbeat: number): readonly unknown[] {
  const { chain } = market;
  const short = coin.toLowerCase();
  // A pool stands in the file of the coin that its name begins with.
  const pools = Object.values(market.pools).filter(({ id }) => id.startsWith(`${short}-`));
  const feed = market.feeds[coin];
  return [
    { id: `${chain}/${short}-supply`, chain, protocol: 'erc20' },
    ...(feed === undefined
      ? []
      : [
          {
            id: `${chain}/${short}-feed`,
            chain,
            protocol: 'chainlink',
            address: feed.proxy.address,
            heartbeat: `${heartbeat}ms`,
          },
        ]),
    ...pools.map((pool) => ({
      id: `${chain}/${pool.id}`,
      chain,
      protocol: protocols[pool.kind],
      address: pool.contract.address,
      tokens: pool.coins,
    })),
  ];
}

function thresholds({ projectConfig, calmMs }: ConfigOptions): string {
  const document = parseDocument(readFileSync(join(projectConfig, 'thresholds.yaml'), 'utf8'));
  const why = 'Shortened by the sandbox: calm must not last for hours before a person sees the end.';
  const shorten = (path: readonly string[]): void => {
    if (!document.hasIn([...path, 'value'])) {
      throw new PegwatchError('thresholds-unknown', `config/thresholds.yaml has no ${path.join('.')}.`, {
        hint: 'Its shape changed: adapt scripts/sandbox/write-config.ts.',
      });
    }
    document.setIn([...path, 'value'], `${calmMs}ms`);
    document.setIn([...path, 'why'], why);
  };
  shorten(['incidents', 'closeAfterMs']);
  const rules = document.get('rules');
  const names = isMap(rules) ? rules.items.map(({ key }) => String(key)) : [];
  for (const name of names) shorten(['rules', name, 'holdMs']);
  const about =
    "# The project's thresholds, copied by the sandbox. Changed: closeAfterMs and every holdMs.\n";
  return about + document.toString({ lineWidth: 110 }).replace(/^# yaml-language-server:.*\n/m, '');
}
