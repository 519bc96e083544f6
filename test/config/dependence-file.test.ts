import { describe, expect, it } from 'vitest';
import { pooledEdges } from '../../src/config/load-dependence.js';
import type { ConfigProblem } from '../../src/config/problem.js';
import type { SourceSpec } from '../../src/core/source.js';
import { makeSpec, usdc, usdx } from '../helpers/make-spec.js';
import { type Files, load, smallConfig } from './small-config.js';

const file = 'config/dependence.yaml';

function withEdges(...rows: readonly string[]): Files {
  const [coin = ''] = [smallConfig['config/coins/usdc.yaml']];
  const dai = coin.replaceAll('USDC', 'DAI').replace(/sources:[\s\S]*/, 'sources: []\n');
  return {
    ...smallConfig,
    'config/coins/dai.yaml': dai.replace(/deployments:[\s\S]*?sources/, 'deployments: []\nsources'),
    [file]: `edges:\n${rows.map((row) => `  - ${row}\n`).join('')}`,
  };
}

const sound = '{ from: USDC, kind: collateralOf, to: DAI, share: 0.4, why: it lies in the vaults }';

function told(problems: readonly ConfigProblem[]): string {
  return problems.map(({ path, sentence }) => `${path} ${sentence}`).join('\n');
}

describe('dependence.yaml', () => {
  it('becomes edges of the spec, with what was learned of their lags', () => {
    const lags = {
      resolutionMs: 60_000,
      lags: [{ from: 'USDC', to: 'DAI', when: 'March 2023', lagMs: 2_100_000 }],
    };
    const { config, problems } = load({ ...withEdges(sound), 'config/lags.json': JSON.stringify(lags) });
    expect(problems).toEqual([]);
    expect(config?.spec.incidents.dependence).toContainEqual({
      kind: 'collateralOf',
      from: 'USDC',
      to: 'DAI',
      share: 0.4,
      lag: { when: 'March 2023', lagMs: 2_100_000, resolutionMs: 60_000 },
    });
  });

  it('need not be there', () => {
    expect(load(smallConfig).problems).toEqual([]);
  });

  it.each([
    ['an unknown kind', sound.replace('collateralOf', 'likes'), 'edges[0].kind'],
    ['no why', sound.replace(', why: it lies in the vaults', ''), 'edges[0].why'],
    ['a share of more than all', sound.replace('0.4', '40'), 'edges[0].share'],
    ['a coin that depends on itself', sound.replace('to: DAI', 'to: USDC'), 'cannot depend on itself'],
  ])('refuses %s', (_, row, words) => {
    const { config, problems } = load(withEdges(row));
    expect(config).toBeNull();
    expect(told(problems)).toContain(words);
  });

  it('refuses the same edge twice', () => {
    expect(told(load(withEdges(sound, sound)).problems)).toContain('stands here twice');
  });

  it('refuses lags that are none', () => {
    const { problems } = load({ ...withEdges(sound), 'config/lags.json': '{"lags": 3}' });
    expect(told(problems)).toContain('learn-lags');
  });

  it('leaves out an edge of a coin that is not watched, and says so', () => {
    const { config, problems, notes } = load(withEdges(sound.replace('DAI', 'DIA')));
    expect(problems).toEqual([]);
    expect(told(notes)).toContain('DIA is no known coin');
    expect(config?.spec.incidents.dependence?.some(({ to }) => to === 'DIA')).toBe(false);
  });

  it('ties coins of one pool both ways, once, and nothing that has no peg of ours', () => {
    const [pool] = makeSpec().sources;
    const weth = { ...usdx, symbol: 'WETH', coin: null };
    const sources = [
      { ...(pool as SourceSpec), tokens: [usdx, usdc] },
      { ...(pool as SourceSpec), tokens: [usdc, usdx, weth] },
    ];
    expect(pooledEdges(sources).map(({ from, kind, to }) => `${from} ${kind} ${to}`)).toEqual([
      'USDX pooledWith USDC',
      'USDC pooledWith USDX',
    ]);
  });
});
