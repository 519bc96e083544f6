// The doctor against nodes that each have one thing wrong with them, beside one that is well.
import { afterEach, describe, expect, it } from 'vitest';
import { type Ailment, diagnose } from '../../src/chain/diagnose.js';
import type { Probe } from '../../src/chain/probe-endpoint.js';
import type { EndpointConfig } from '../../src/config/config.js';
import { doctor } from '../../src/doctor.js';
import { eventually } from '../helpers/eventually.js';
import { chainConfig } from '../helpers/following.js';
import { makeSpec } from '../helpers/make-spec.js';
import { type PretendNode, type PretendNodeOptions, startPretendNode } from '../helpers/pretend-node.js';

const blockTimeMs = 100;
const nodes: PretendNode[] = [];
const miners: NodeJS.Timeout[] = [];

afterEach(async () => {
  for (const miner of miners.splice(0)) clearInterval(miner);
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

/** A node with a dozen blocks up to now, which goes on mining. */
async function mining(
  options: PretendNodeOptions & { readonly silent?: boolean; readonly still?: boolean } = {},
): Promise<PretendNode> {
  const node = await startPretendNode({
    startMs: Date.now() - 12 * blockTimeMs,
    blockTimeMs,
    finalDepth: 4,
    ...options,
  });
  nodes.push(node);
  for (let i = 0; i < 12; i++) node.addBlock([], { silent: true });
  const mine = (): void => void node.addBlock([], { silent: options.silent === true, timeMs: Date.now() });
  if (options.still !== true) miners.push(setInterval(mine, blockTimeMs));
  return node;
}

async function examined(endpoints: readonly Partial<EndpointConfig>[]) {
  const chain = chainConfig(endpoints, { blockTimeMs, silenceMs: 5_000, logRange: 8 });
  const { signal } = new AbortController();
  const [health] = await doctor({ chains: [chain], spec: makeSpec() }, { listenMs: 600, signal });
  return health!;
}

function both(name: string, { ws, http }: PretendNode): Partial<EndpointConfig> {
  return { name, ws, http };
}

describe('the doctor', () => {
  it('finds nothing wrong with an endpoint that is well, and says its head', async () => {
    const node = await mining();
    const { watchable, endpoints } = await examined([both('well', node)]);
    expect(watchable).toBe(true);
    expect(endpoints).toMatchObject([{ endpoint: 'well', health: 'well', findings: [] }]);
    expect(endpoints[0]!.head).toBeGreaterThan(12);
    await eventually(() => node.connections === 0);
  });

  const sick: readonly [
    Ailment,
    (node: PretendNode) => void,
    (PretendNodeOptions & { silent?: boolean })?,
  ][] = [
    ['wrong-chain', (node) => Object.assign(node, { chainId: 5 })],
    ['deaf', () => {}, { silent: true }],
    ['unauthorized', refusing(/./, -32000, 'invalid api key')],
    ['out-of-quota', refusing(/eth_blockNumber/, -32005, 'too many requests')],
    ['refuses-logs', refusing(/eth_getLogs/, -32005, 'limit exceeded')],
    ['unreachable', refusing(/./, -32000, 'no backend is currently healthy')],
  ];
  it.each(sick)('says %s, and that only', async (ailment, ail, options) => {
    const well = await mining();
    const ill = await mining(options);
    ail(ill);
    const { watchable, endpoints } = await examined([both('well', well), both('ill', ill)]);
    expect(watchable).toBe(true);
    expect(endpoints[0]).toMatchObject({ health: 'well' });
    expect(new Set(endpoints[1]!.findings.map((finding) => finding.ailment))).toEqual(new Set([ailment]));
    expect(endpoints[1]!.findings[0]!.advice).not.toBe('');
  });

  it('says which provider words narrow the range, and what it proposes', async () => {
    const node = await mining();
    node.intercept = (method, [filter]) =>
      method === 'eth_getLogs' && 'fromBlock' in (filter as object)
        ? { error: { code: -32000, message: 'maximum block range: 5' } }
        : undefined;
    const { endpoints } = await examined([both('narrow', node)]);
    expect(endpoints[0]).toMatchObject({ health: 'limping' });
    expect(
      endpoints[0]!.findings.map(({ ailment, words }) => [ailment, words.includes('proposes 5')]),
    ).toEqual([
      ['narrow-range', true],
      ['narrow-range', true],
    ]);
  });

  it('tells an endpoint that stands still behind its siblings from one that is well', async () => {
    const well = await mining();
    for (let i = 0; i < 100; i++) well.addBlock([], { timeMs: Date.now() });
    const { endpoints } = await examined([both('behind', await mining({ still: true })), both('well', well)]);
    expect(endpoints[0]!.findings.map((finding) => finding.ailment)).toContain('lagging');
    expect(endpoints[0]!.findings.find(({ ailment }) => ailment === 'lagging')!.words).toContain(
      'behind well',
    );
    expect(endpoints[1]).toMatchObject({ health: 'well' });
  });

  it('calls a chain unwatchable where its only node is years behind', async () => {
    const { watchable, endpoints } = await examined([
      both('old', await mining({ still: true, startMs: Date.UTC(2020, 0, 1) })),
    ]);
    expect(watchable).toBe(false);
    expect(endpoints[0]!.findings.map((finding) => finding.ailment)).toContain('stale');
  });

  it('shows no address of an endpoint in anything it says', async () => {
    const node = await mining();
    node.intercept = () => ({ error: { code: -32000, message: `no backend for ${node.http}/v2/s3cr3tkey` } });
    const found = await examined([{ name: 'leaky', http: `${node.http}/v2/s3cr3tkey` }]);
    expect(found.watchable).toBe(false);
    expect(JSON.stringify(found)).not.toMatch(/s3cr3tkey|127\.0\.0\.1/);
  });
});

describe('a diagnosis', () => {
  const block = { number: 100, hash: '0x01', parentHash: '0x00', timeMs: 1_000 } as const;
  const well: Probe = {
    endpoint: 'node-0',
    way: 'http',
    unusable: null,
    roundTripsMs: [80, 90, 100],
    first: block,
    last: { head: block, atMs: 1_100 },
    finalized: 90,
    heads: null,
    subscribe: null,
    logsOfBlock: null,
    logsOfRange: null,
    rateLimited: 0,
  };
  const ailments = (probe: Partial<Probe>): readonly Ailment[] =>
    diagnose(chainConfig([{}]), [{ ...well, ...probe }]).endpoints[0]!.findings.map(({ ailment }) => ailment);

  it('calls an endpoint slow by the median of its round trips', () => {
    expect(ailments({})).toEqual([]);
    expect(ailments({ roundTripsMs: [90, 100, 9_000] })).toEqual([]);
    expect(ailments({ roundTripsMs: [90, 1_500, 9_000] })).toEqual(['slow']);
  });

  it('misses the final block only where the chain says that it is served', () => {
    expect(ailments({ finalized: null })).toEqual(['no-finality']);
    const depth = chainConfig([{}], { finality: { tag: false, depth: 64, keep: 64 } });
    expect(diagnose(depth, [{ ...well, finalized: null }]).endpoints[0]!.findings).toEqual([]);
  });
});

function refusing(methods: RegExp, code: number, message: string): (node: PretendNode) => void {
  return (node) => {
    node.intercept = (method) =>
      methods.test(method) && method !== 'eth_chainId' ? { error: { code, message } } : undefined;
  };
}
