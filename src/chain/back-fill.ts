import type { Outcome } from './json-rpc.js';
import type { LogReader } from './log-reader.js';

/**
 * Far behind: final blocks by range, several chunks under way at once, given on in order. A chunk holds the blocks with
 * logs and its last block. Ends early with the failure of a chunk that could not be read.
 */
export async function* backFill<Range>(
  logs: Pick<LogReader, 'width'> & { range(from: number, to: number): Promise<Outcome<Range>> },
  from: number,
  to: number,
  ahead: number,
): AsyncGenerator<Outcome<Range>> {
  const chunks: Promise<Outcome<Range>>[] = [];
  for (let next = from; ; ) {
    while (chunks.length < ahead && next <= to) {
      const end = Math.min(to, next + logs.width.blocks - 1);
      chunks.push(logs.range(next, end));
      next = end + 1;
    }
    const chunk = await chunks.shift();
    if (chunk === undefined) return;
    yield chunk;
    if (!chunk.ok) return;
  }
}
