// Back-fill from a real node: the same ranges of the same chain for everybody, one after the other.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BackfillOptions, Filled } from './backfill/contender.js';
import { type Storm, startStorm } from './backfill/storm.js';
import { startPart } from './children.js';
import type { BenchOptions } from './main.js';
import type { Row } from './report.js';

const contenders = [
  ['transport', 'transport and JSON.parse only'],
  ['lean', 'lean decode, durable'],
  ['viem', 'viem decode, durable'],
  ['ours', 'pegwatch, judged and durable'],
] as const;

export async function backfill(options: BenchOptions): Promise<readonly Row[]> {
  const logsPerBlock = 500;
  const storm = await startStorm({ blocks: options.quick ? 80 : 400, logsPerBlock });
  try {
    // A node that answers for the first time is slower: nobody is measured on that.
    await fill('transport', storm, options);
    const runs = new Map<string, Filled[]>();
    for (let round = 0; round < (options.quick ? 1 : 3); round++) {
      for (const [contender] of contenders) {
        runs.set(contender, [...(runs.get(contender) ?? []), await fill(contender, storm, options)]);
      }
    }
    const all = new Map([...runs].map(([contender, filled]) => [contender, middle(filled)]));
    const ceiling = speedOf(all.get('transport'));
    const lean = speedOf(all.get('lean'));
    return contenders.map(([contender, what]) => {
      const filled = all.get(contender);
      const perSecond = speedOf(filled);
      const values = {
        'logs/s': perSecond,
        'of transport': perSecond / ceiling,
        'of lean': perSecond / lean,
        'CPU µs/log': ((filled?.cpuSeconds ?? Number.NaN) * 1e6) / storm.logs,
      };
      return { section: `back-fill of ${storm.logs.toLocaleString('en')} logs`, what, values };
    });
  } finally {
    await storm.stop();
  }
}

async function fill(
  contender: BackfillOptions['contender'],
  { stop: _, ...storm }: Storm,
  options: BenchOptions,
): Promise<Filled> {
  const folder = mkdtempSync(join(options.folder, `${contender}-`));
  const argument: BackfillOptions = { contender, storm, range: 20, folder };
  const part = startPart({
    file: './backfill/contender.ts',
    argument,
    profile: contender === 'ours' ? options.profile : null,
  });
  try {
    await part.hear('ready');
    part.tell({ kind: 'go' });
    const filled = await part.hear<Filled>('filled');
    if (filled.logs !== storm.logs) throw new Error(`${contender} saw ${filled.logs} of ${storm.logs} logs`);
    return filled;
  } finally {
    await part.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of several runs the one of median speed: other programs of the machine disturb some of them. */
function middle(runs: readonly Filled[]): Filled | undefined {
  return runs.toSorted((a, b) => speedOf(a) - speedOf(b))[Math.floor(runs.length / 2)];
}

function speedOf(filled: Filled | undefined): number {
  return filled === undefined ? Number.NaN : filled.logs / filled.seconds;
}
