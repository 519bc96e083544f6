// How one would write it on a first afternoon: viem decodes each log, and each event is a commit of its own.

import { open } from 'lmdb';
import { decodeEventLog, type Hex } from 'viem';
import WebSocket from 'ws';
import { endWithParent, partArgument, tellParent } from '../children.js';
import { eventAbi } from '../event-abi.js';
import { chainPlans } from '../scenario.js';
import { announcedHash, Measure } from './measure.js';
import type { ContenderOptions } from './ours.js';

interface NodeLog {
  readonly address: string;
  readonly topics: [Hex, ...Hex[]];
  readonly data: Hex;
  readonly blockHash: string;
  readonly logIndex: string;
}

const { port, folder, totalBlocks } = partArgument<ContenderOptions>();
endWithParent();
const measure = new Measure(totalBlocks);
const store = open<object, string>({
  path: folder,
  noSubdir: false,
  encoding: 'json',
  overlappingSync: false,
});

for (const { chain } of chainPlans) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${chain}`, { perMessageDeflate: false });
  await new Promise((resolve) => socket.once('open', resolve));
  let nextId = 2;
  /** Blocks of a chain are taken one after the other. */
  let taken = Promise.resolve();
  socket.on('message', (data) => {
    const text = String(data);
    const hash = announcedHash(text);
    if (hash !== null) {
      measure.arrived(hash);
      const params = [{ blockHash: hash }];
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: nextId++, method: 'eth_getLogs', params }));
      return;
    }
    const { result } = JSON.parse(text) as { result: unknown };
    if (Array.isArray(result)) taken = taken.then(() => take(result as readonly NodeLog[]));
  });
  socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}');
}
tellParent({ kind: 'ready', storeBytes: 0 });

async function take(logs: readonly NodeLog[]): Promise<void> {
  for (const log of logs) {
    const { eventName, args } = decodeEventLog({ abi: eventAbi, topics: log.topics, data: log.data });
    const values = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, String(value)]));
    await store.put(`${log.blockHash}/${log.logIndex}`, { address: log.address, eventName, ...values });
  }
  const [first] = logs;
  if (first === undefined) return;
  if (!measure.durable([{ hash: first.blockHash, events: logs.length }])) return;
  const measured = measure.result();
  await store.close();
  tellParent({ ...measured, storeBytes: Number.NaN });
}
