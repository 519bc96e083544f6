// The last words of the sandbox: what happened, and what a person may look at next.

import { relative } from 'node:path';
import type { Crowd } from './crowd.js';
import type { DataFolder } from './data-folder.js';
import type { Market } from './market.js';
import type { Receiver } from './receiver.js';

export interface Happened {
  readonly markets: readonly Market[];
  readonly blocks: readonly number[];
  readonly crowds: ReadonlyMap<string, Crowd>;
  readonly receiver: Receiver;
  readonly folder: DataFolder;
  /** When the first large sale began. */
  readonly troubleMs: number;
}

export function summary(happened: Happened): string {
  const { markets, blocks, crowds, receiver } = happened;
  const chains = markets.map(({ chain }, i) => {
    return `  ${chain.padEnd(9)} ${blocks[i]} blocks, ${crowds.get(chain)?.trades() ?? 0} everyday trades`;
  });
  const lines = ['', 'What happened', ...chains, '', ...alertLines(happened)];
  if (receiver.repetitions() > 0)
    lines.push(`  ${receiver.repetitions()} came twice and were dropped by their id`);
  for (const why of receiver.refused) lines.push(`  a request was refused: ${why}`);
  return [...lines, '', nextCommands(happened.folder), ''].join('\n');
}

function alertLines({ receiver, troubleMs }: Happened): readonly string[] {
  const [first] = receiver.alerts;
  if (first === undefined)
    return ['No alert arrived, and there should have been some: see the log of the daemon.'];
  const critical = receiver.alerts.find(({ severity }) => severity === 'critical');
  const after = (atMs: number): string => `${((atMs - troubleMs) / 1000).toFixed(1)} s`;
  return [
    `${receiver.alerts.length} alerts arrived: ${tally(receiver.alerts.map(({ reason }) => reason))}`,
    `  the first ${after(first.atMs)} after the whale began (${first.severity}, ${first.reason})`,
    ...(critical === undefined ? [] : [`  the first critical one after ${after(critical.atMs)}`]),
  ];
}

/** What to try now; paths are as a person in the project's folder would type them. */
export function nextCommands(folder: DataFolder): string {
  const near = relative(process.cwd(), folder.config);
  const config = near.startsWith('..') ? folder.config : near;
  const command = (words: string): string => `  node dist/main.js ${words} --config ${config}`;
  return ['Look at what was stored', command('incidents list'), command('timeline'), command('replay')].join(
    '\n',
  );
}

/** `3 opened, 1 resolved`, in order of first appearance. */
function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}
