// A small sound configuration in a temporary folder, with a place to break it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { type Catalogue, catalogue } from '../../src/config/catalogue.js';
import type { Env } from '../../src/config/interpolate.js';
import { type LoadResult, loadConfig } from '../../src/config/load-config.js';
import type { Detector } from '../../src/detectors/detector.js';

export type Files = Record<string, string>;

const because = (value: number | string): string => `{ value: ${value}, why: it was chosen }`;

export const smallConfig: Readonly<Files> = {
  'config/pegwatch.yaml': `
store:
  folder: ./data
  softFreeBytes: 2GiB
  hardFreeBytes: 512MiB
http:
  host: 127.0.0.1
  port: 9464
log:
  level: info
channels:
  - name: hook
    kind: webhook
    url: http://127.0.0.1:9000/hook
    allowPrivate: true
    timeoutMs: 5s
    minSeverity: medium
    groupMs: 15m
    repeatMs: 4h
`,
  'config/thresholds.yaml': `
rules:
  drift:
    about: the coin drifts
    numbers:
      highBps: ${because(50)}
      graceMs: ${because('15m')}
    impact: { expr: driftBps / 100, why: one percent is as bad as it gets }
    severity:
      high: driftBps >= highBps
    holdMs: ${because('5m')}
incidents:
  cascadeSignals: ${because(3)}
  cascadeWindowMs: ${because('10m')}
  cascadeImpact: ${because(0.6)}
  joinWindowMs: ${because('1h')}
  closeAfterMs: ${because('30m')}
  triage:
    capacity: ${because(1000)}
    perStep: ${because(100)}
    agingMs: ${because('1m')}
`,
  'config/coins/usdc.yaml': `
coin: USDC
name: USD Coin
deployments:
  - { chain: ethereum, address: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", decimals: 6, kind: native }
  - { chain: bsc, address: "0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d", decimals: 18, kind: binance-peg }
sources:
  - chain: ethereum
    protocol: erc20
  - chain: ethereum
    protocol: chainlink
    address: "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6"
    heartbeat: 23h
  - id: ethereum/usdc-usdt-v3
    chain: ethereum
    protocol: uniswap-v3
    address: "0x3416cF6C708Da44DB2624D63ea0AAef7113527C6"
    tokens: [USDC, USDT]
  - id: ethereum/usdc-weth-v3
    chain: ethereum
    protocol: uniswap-v3
    address: "0x88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640"
    tokens:
      - USDC
      - { symbol: WETH, address: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", decimals: 18 }
`,
  'config/coins/usdt.yaml': `
coin: USDT
name: Tether USD
deployments:
  - { chain: ethereum, address: "0xdAC17F958D2ee523a2206206994597C13D831ec7", decimals: 6, kind: native }
sources:
  - chain: ethereum
    protocol: tether
`,
  'chains/ethereum.yaml': chainText('ethereum', 1),
  'chains/bsc.yaml': chainText('bsc', 56),
};

function chainText(chain: string, chainId: number): string {
  return `
chain: ${chain}
chainId: ${chainId}
blockTimeMs: 12s
silenceMs: 48s
finality: { tag: true, depth: 64, keep: 128 }
logRange: 500
pollMs: 5m
endpoints:
  - name: own
    ws: \${${chain.toUpperCase()}_WS_URL:-}
    http:
  - name: public
    ws: wss://${chain}.example
    http: https://${chain}.example
    requestsPerSecond: 5
    batch: 20
`;
}

const drift: Detector = {
  name: 'drift',
  judges: 'pool',
  wakes: 'block',
  quantities: { driftBps: 'distance from the peg in basis points' },
  measure: () => [],
  sentence: () => '',
};

/** The real protocols and rule language with one small detector, so that detectors may come and go. */
export const smallCatalogue: Catalogue = { ...catalogue, detectors: [drift] };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Writes files into a new folder and returns its path. */
export function writeFiles(files: Readonly<Files>): string {
  const root = mkdtempSync(join(tmpdir(), 'pegwatch-config-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** Replaces text in one file of the small configuration; the text must be there. */
export function edit(files: Readonly<Files>, name: string, from: string, to: string): Files {
  expect(files[name], `${name} holds ${from}`).toContain(from);
  return { ...files, [name]: (files[name] ?? '').replace(from, to) };
}

export function load(files: Readonly<Files>, env: Env = {}): LoadResult {
  return loadConfig(join(writeFiles(files), 'config'), env, { catalogue: smallCatalogue });
}

/** A problem in one line: `coins/usdc.yaml sources[1].address: is missing`. */
export function inShort({ problems }: LoadResult): readonly string[] {
  return problems.map(({ file, path, sentence }) => {
    const name = file.replace(/^.*pegwatch-config-[^/]*\/(config\/)?/, '');
    return `${name} ${path}: ${sentence}`;
  });
}

export interface Fault {
  readonly what: string;
  /** Another file than the one that the faults are about. */
  readonly file?: string;
  readonly from: string;
  readonly to: string;
  readonly told: string;
  readonly hint?: string;
}

/** Makes one edit and expects one problem, with a line. */
export function checkFault(file: string, fault: Fault): void {
  const [problem] = check(edit(smallConfig, fault.file ?? file, fault.from, fault.to), [fault.told]);
  if (fault.hint !== undefined) expect(problem?.hint).toBe(fault.hint);
  expect(problem?.line).toBeGreaterThan(0);
}

/** Expects these problems, by how they begin, and no other. */
export function check(files: Readonly<Files>, expected: readonly string[]): LoadResult['problems'] {
  const result = load(files);
  const told = inShort(result);
  expect(told.length, told.join('\n')).toBe(expected.length);
  for (const [i, start] of expected.entries()) expect(told[i]).toContain(start);
  expect(result.config).toBeNull();
  return result.problems;
}
