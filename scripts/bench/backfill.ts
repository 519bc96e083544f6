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
    const speeds = new Map<string, number>();
    for (const [contender] of contenders) speeds.set(contender, await speedOf(contender, storm, options));
    const ceiling = speeds.get('transport') ?? Number.NaN;
    const lean = speeds.get('lean') ?? Number.NaN;
    return contenders.map(([contender, what]) => {
      const perSecond = speeds.get(contender) ?? Number.NaN;
      const values = {
        'logs/s': perSecond,
        'of transport': perSecond / ceiling,
        'of lean': perSecond / lean,
      };
      return { section: `back-fill of ${storm.logs.toLocaleString('en')} logs`, what, values };
    });
  } finally {
    await storm.stop();
  }
}

async function speedOf(
  contender: BackfillOptions['contender'],
  { stop: _, ...storm }: Storm,
  options: BenchOptions,
): Promise<number> {
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
    const { logs, seconds } = await part.hear<Filled>('filled');
    if (logs !== storm.logs) throw new Error(`${contender} saw ${logs} of ${storm.logs} logs`);
    return logs / seconds;
  } finally {
    await part.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
