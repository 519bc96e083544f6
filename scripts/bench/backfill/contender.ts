// Everybody who fills up from the storm, each in a process of its own: the bare transport, a lean decode into a
// durable store, viem's decoder into the same, and pegwatch.

import { open } from 'lmdb';
import { decodeEventLog, getAddress, type Hex } from 'viem';
import { benchConfig, deployment } from '../bench-config.js';
import { endWithParent, hearParent, partArgument, tellParent } from '../children.js';
import { loadDaemon, startDaemon } from '../daemon.js';
import { eventAbi } from '../event-abi.js';
import type { Storm } from './storm.js';

export interface BackfillOptions {
  readonly contender: 'transport' | 'lean' | 'viem' | 'ours';
  readonly storm: Omit<Storm, 'stop'>;
  /** Blocks of one `eth_getLogs`. */
  readonly range: number;
  readonly folder: string;
}

export interface Filled {
  readonly kind: 'filled';
  readonly logs: number;
  readonly seconds: number;
  /** Processor time of the process, all its threads; the node's is not in it. */
  readonly cpuSeconds: number;
}

interface NodeLog {
  readonly address: Hex;
  readonly topics: [Hex, ...Hex[]];
  readonly data: Hex;
  readonly blockNumber: Hex;
  readonly transactionHash: Hex;
  readonly logIndex: Hex;
}

/** Ranges under way at the same time, for everybody. */
const ahead = 3;

const { contender, storm, range, folder } = partArgument<BackfillOptions>();
endWithParent();
tellParent({ kind: 'ready' });
await hearParent('go');
tellParent({ kind: 'filled', ...(contender === 'ours' ? await fillOurs() : await fillLean()) });

function clock(): () => Pick<Filled, 'seconds' | 'cpuSeconds'> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(startCpu);
    return { seconds: (performance.now() - startMs) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
}

async function fillLean(): Promise<Omit<Filled, 'kind'>> {
  const store = open<Buffer, string>({
    path: folder,
    noSubdir: false,
    encoding: 'binary',
    overlappingSync: false,
  });
  const scratch = Buffer.allocUnsafe(64 * 1024 * 1024);
  const passed = clock();
  let logs = 0;
  let stored: Promise<unknown> = Promise.resolve();
  const pending: Promise<readonly NodeLog[]>[] = [];
  for (let next = storm.before.number + 1; next <= storm.lastBlock || pending.length > 0; ) {
    while (pending.length < ahead && next <= storm.lastBlock) {
      pending.push(logsOf(next, Math.min(storm.lastBlock, next + range - 1)));
      next += range;
    }
    const chunk = (await pending.shift()) ?? [];
    logs += chunk.length;
    if (contender === 'transport') continue;
    const values = contender === 'lean' ? leanValues(chunk, scratch) : viemValues(chunk);
    await stored;
    stored = store.transaction(() => {
      for (const [key, value] of values) void store.put(key, value);
    });
  }
  await stored;
  const times = passed();
  await store.close();
  return { logs, ...times };
}

async function logsOf(from: number, to: number): Promise<readonly NodeLog[]> {
  const filter = {
    address: storm.emitters,
    fromBlock: `0x${from.toString(16)}`,
    toBlock: `0x${to.toString(16)}`,
  };
  const response = await fetch(storm.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getLogs', params: [filter] }),
  });
  return (JSON.parse(await response.text()) as { result: readonly NodeLog[] }).result;
}

/** One binary value per block: fixed offsets, nothing checked. */
function leanValues(logs: readonly NodeLog[], scratch: Buffer): [string, Buffer][] {
  const values: [string, Buffer][] = [];
  let at = 0;
  let from = 0;
  for (const [i, log] of logs.entries()) {
    at = scratch.writeUInt32BE(Number(log.logIndex), at);
    at += scratch.write(log.transactionHash.slice(2), at, 'hex');
    at = scratch.writeDoubleBE(Number(`0x${log.data.slice(130, 194)}`), at);
    at = scratch.writeDoubleBE(Number(`0x${log.data.slice(194, 258)}`), at);
    at += scratch.write(log.data.slice(2), at, 'hex');
    if (logs[i + 1]?.blockNumber === log.blockNumber) continue;
    values.push([log.blockNumber, Buffer.from(scratch.subarray(from, at))]);
    from = at;
  }
  return values;
}

function viemValues(logs: readonly NodeLog[]): [string, Buffer][] {
  return logs.map(({ topics, data, blockNumber, logIndex }) => {
    const { eventName, args } = decodeEventLog({ abi: eventAbi, topics, data });
    const words = Object.entries(args).map(([name, value]) => [name, String(value)]);
    return [`${blockNumber}/${logIndex}`, Buffer.from(JSON.stringify([eventName, words]))];
  });
}

async function fillOurs(): Promise<Omit<Filled, 'kind'>> {
  const chain = {
    chain: 'ethereum',
    chainId: storm.chainId,
    blockTimeMs: 1000,
    ws: storm.wsUrl,
    http: storm.url,
    logRange: range,
  };
  const config = await benchConfig(folder, [chain], stormCoins(), null);
  const { number, hash, timeMs } = storm.before;
  const cursor = { chain: 'ethereum', number, hash, timeMs, finalized: number };
  let logs = 0;
  let finished = (): void => {};
  const allDurable = new Promise<void>((resolve) => {
    finished = resolve;
  });
  // The programs of the others are loaded already, too.
  await loadDaemon();
  const passed = clock();
  const daemon = await startDaemon(
    { config, cursors: [cursor] },
    {
      durable(blocks) {
        for (const { events } of blocks) logs += events;
        if (logs >= storm.logs) finished();
      },
    },
  );
  await allDurable;
  const times = passed();
  await daemon.stop();
  return { logs, ...times };
}

function stormCoins(): Parameters<typeof benchConfig>[2] {
  const tokens = storm.emitters.map((_, i) => `0x${(i + 1).toString(16).padStart(40, '0')}`);
  const usdc = {
    coin: 'USDC',
    name: 'USD Coin',
    deployments: [deployment('ethereum', `0x${'9'.repeat(40)}`, 6)],
    sources: [],
  };
  const others = storm.emitters.map((address, i) => ({
    coin: `C${i}`,
    name: `The coin C${i}`,
    deployments: [deployment('ethereum', tokens[i] ?? '', 18)],
    sources: [
      {
        chain: 'ethereum',
        protocol: 'uniswap-v3',
        address: getAddress(address),
        tokens: [`C${i}`, 'USDC'],
      },
    ],
  }));
  return [usdc, ...others];
}
