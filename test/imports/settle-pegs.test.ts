// Whose word about a peg counts, and what is said where nobody gave one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/cli/program.js';
import { settlePegs } from '../../src/imports/settle-pegs.js';
import { repository } from '../helpers/config-folder.js';

const coins = ['EURX', 'USD', 'USDC'].map((coin) => ({ coin, pegUsd: 1 }));
const watched = { chains: [], coins, sources: [] };

describe('the peg of a coin in an import', () => {
  it('is what the mapping says, else what the configuration says, else a dollar with a note for each coin', () => {
    const pegOf = (pegs: Record<string, number>, configured: Record<string, number>) => {
      const known = Object.entries(configured).map(([coin, pegUsd]) => ({ coin, pegUsd }));
      const { coins: settled, notes } = settlePegs({ watched, pegs }, known);
      return [settled.find(({ coin }) => coin === 'EURX')?.pegUsd, notes] as const;
    };
    expect(pegOf({ EURX: 1.08 }, { USDC: 1, EURX: 1.1 })).toEqual([1.08, []]);
    expect(pegOf({}, { USDC: 1, EURX: 1.1 })).toEqual([1.1, []]);
    const [peg, notes] = pegOf({}, { USDC: 1 });
    expect(peg).toBe(1);
    expect(notes).toEqual([
      'EURX is in no configuration: its peg is taken to be 1 USD; say pegs.EURX in the mapping where it is not',
    ]);
    expect(pegOf({ EURX: 108 }, { USDC: 1 })[1]).toEqual([
      'pegs.EURX says that one EURX is worth 108 USD: is that meant?',
    ]);
  });

  it('decides whether a euro is off its peg, in the commands too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pegwatch-pegs-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const bars = Array.from({ length: 60 }, (_, i) => `${1_704_067_200 + i * 60},1.08`);
    writeFileSync(join(folder, 'a.csv'), ['at,close', ...bars].join('\n'));
    const told = async (pegs: string) => {
      writeFileSync(
        join(folder, 'mapping.yaml'),
        `about: a euro
pegs: ${pegs}
series:
  - id: kraken/eurx-usd
    kind: price
    file: a.csv
    tokens: [EURX, USD]
    resolution: 1m
    time: { column: at, unit: s, knownAfter: 1m }
    columns: { price: close }
`,
      );
      const [out, err]: [string[], string[]] = [[], []];
      const args = ['-c', join(repository, 'config'), '-m', join(folder, 'mapping.yaml'), '-d', folder];
      const store = join(folder, `store-${pegs.length}`);
      await runCommandLine(['import', ...args, '-s', store], {
        env: {},
        out: (line) => out.push(line),
        err: (line) => err.push(line),
        signal: new AbortController().signal,
      });
      return { out: out.join('\n'), err };
    };
    const silent = await told('{ EURX: 1.08 }');
    expect([silent.err, silent.out]).toEqual([[], expect.stringContaining(' 0 signals')]);
    const wrong = await told('{}');
    expect(wrong.err).toHaveLength(1);
    expect(wrong.err[0]).toContain('EURX is in no configuration');
    expect(wrong.out).not.toContain(' 0 signals');
  });
});
