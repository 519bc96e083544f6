// Replay: the journal that the live benchmark wrote at full load, folded again with its decisions compared.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { built } from './built.js';
import type { BenchOptions } from './main.js';
import type { Row } from './report.js';

/** What a busy day brings live. */
const liveEventsPerSecond = 10_000 / 60;

/** `root` is the folder of a live run: its store lies below. */
export async function replay(_options: BenchOptions, root: string): Promise<readonly Row[]> {
  const { openReader } = await built('store/open-reader');
  const { LogCursor } = await built('core/packed-logs');
  const { replay: fold } = await built('replay');
  const folder = join(root, 'store');
  if (!readdirSync(folder).includes('data.mdb')) throw new Error(`no store in ${folder}`);
  const reader = openReader(folder);
  try {
    let events = 0;
    for (const { input } of reader.journal(1)) {
      if (input.kind === 'block') events += new LogCursor(input.logs).count;
    }
    const startMs = performance.now();
    const { inputs, difference } = fold(reader);
    const seconds = (performance.now() - startMs) / 1000;
    const values = {
      'inputs/s': inputs / seconds,
      'events/s': events / seconds,
      'times 10k/min': events / seconds / liveEventsPerSecond,
      decisions: difference === null ? 'the same' : `differ at step ${difference.seq}`,
      'store MiB': statSync(join(folder, 'data.mdb')).size / 1024 / 1024,
    };
    return [{ section: 'replay', what: `${events.toLocaleString('en')} events`, values }];
  } finally {
    await reader.close();
  }
}
