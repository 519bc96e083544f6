// A whole configuration in a temporary folder, for tests that run the ordinary daemon.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMap, parseDocument, stringify } from 'yaml';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

export interface TestConfig {
  readonly chains: readonly {
    chain: string;
    chainId: number;
    ws: string;
    http?: string;
    blockTimeMs?: number;
    silenceMs?: number;
    depth?: number;
    tag?: boolean;
    /** Endpoints behind the first. */
    more?: readonly { name: string; ws: string; http?: string }[];
  }[];
  /** Coin files as they stand in config/coins. */
  readonly coins: readonly Record<string, unknown>[];
  readonly webhook?: string;
  readonly groupMs?: number;
  readonly httpPort?: number;
  readonly timeoutMs?: number;
  /** How long calm must last before a signal eases, an incident closes, and a new one opens; left out: as shipped. */
  readonly calmMs?: number;
  readonly checkpointMs?: number;
  /** Left out: none, so that no test writes more than it needs. */
  readonly ballastBytes?: number;
  readonly logLevel?: 'debug' | 'info';
}

export interface ConfigFolder {
  /** What `--config` takes. */
  readonly config: string;
  readonly store: string;
}

/** Puts another text in the place of one that stands in a file of the configuration. */
export function edit({ config }: ConfigFolder, file: string, from: string, to: string): void {
  const path = join(config, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, text.replace(from, to));
}

/** Thresholds are the shipped ones, but for `calmMs`. */
export function writeConfigFolder(about: TestConfig): ConfigFolder {
  const root = mkdtempSync(join(tmpdir(), 'pegwatch-test-'));
  const config = join(root, 'config');
  const store = join(root, 'store');
  mkdirSync(join(config, 'coins'), { recursive: true });
  mkdirSync(join(root, 'chains'));
  writeFileSync(join(config, 'thresholds.yaml'), thresholds(about.calmMs));
  for (const one of about.chains) {
    const depth = one.depth ?? 64;
    const endpoint = {
      name: `${one.chain}-test`,
      ws: one.ws,
      requestsPerSecond: 10_000,
      batch: 100,
      ...(one.http ? { http: one.http } : {}),
    };
    const chain = {
      chain: one.chain,
      chainId: one.chainId,
      blockTimeMs: `${one.blockTimeMs ?? 1000}ms`,
      silenceMs: `${one.silenceMs ?? 600_000}ms`,
      finality: { tag: one.tag ?? false, depth, keep: Math.max(depth, 256) },
      logRange: 1000,
      pollMs: '5m',
      endpoints: [
        endpoint,
        ...(one.more ?? []).map((other) => ({ requestsPerSecond: 10_000, batch: 100, ...other })),
      ],
    };
    writeFileSync(join(root, 'chains', `${one.chain}.yaml`), stringify(chain));
  }
  for (const coin of about.coins) {
    writeFileSync(join(config, 'coins', `${String(coin.coin).toLowerCase()}.yaml`), stringify(coin));
  }
  const channels =
    about.webhook === undefined
      ? []
      : [
          {
            name: 'desk',
            kind: 'webhook',
            url: about.webhook,
            allowPrivate: true,
            groupMs: `${about.groupMs ?? 1000}ms`,
            timeoutMs: `${about.timeoutMs ?? 10_000}ms`,
            repeatMs: 'never',
          },
        ];
  const main = {
    store: {
      folder: store,
      softFreeBytes: '2MB',
      hardFreeBytes: '1MB',
      ballastBytes: about.ballastBytes ?? 0,
      ...(about.checkpointMs === undefined ? {} : { checkpointMs: `${about.checkpointMs}ms` }),
    },
    http: { host: '127.0.0.1', port: about.httpPort ?? 0 },
    log: { level: about.logLevel ?? 'info' },
    channels,
  };
  writeFileSync(join(config, 'pegwatch.yaml'), stringify(main));
  return { config, store };
}

function thresholds(calmMs: number | undefined): string {
  const shipped = readFileSync(join(repository, 'config/thresholds.yaml'), 'utf8');
  if (calmMs === undefined) return shipped;
  const document = parseDocument(shipped);
  const rules = document.get('rules');
  for (const { key } of isMap(rules) ? rules.items : []) {
    document.setIn(['rules', String(key), 'holdMs', 'value'], `${calmMs}ms`);
  }
  document.setIn(['incidents', 'closeAfterMs', 'value'], `${calmMs}ms`);
  document.setIn(['incidents', 'joinWindowMs', 'value'], `${calmMs}ms`);
  return document.toString();
}
