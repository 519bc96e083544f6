// The sandbox as `npm start` runs it, only faster: four real nodes, real contracts, a depeg, the ordinary daemon. What
// it leaves behind is then read by the other commands. Then how it ends early, and what it refuses.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import type { TimelineRow } from '../../src/reports/timeline-row.js';
import { pegwatch } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { isRunning } from './is-running.js';
import { sandboxFolder, startSandbox } from './start-sandbox.js';

const chains = ['arbitrum', 'bsc', 'ethereum', 'polygon'];

interface Told {
  readonly reason: string;
  readonly severity: string;
  readonly incident: {
    readonly id: string;
    readonly coins: readonly string[];
    readonly chains: readonly string[];
    readonly leadChain: string;
  };
}

test('a staged depeg on four real nodes is told, ends, and can be read and replayed', {
  timeout: 180_000,
}, async () => {
  const data = sandboxFolder();
  const { output, ended, family } = startSandbox(data, '--fast', '--seed', '3');

  // Four nodes and the daemon are its children by the time that the first alert arrives.
  await Promise.race([eventually(() => output().includes('ALERT'), 120_000), ended]);
  const pids = family();
  expect(pids.length, output()).toBeGreaterThanOrEqual(5);
  expect(await ended, output()).toBe(0);
  await eventually(() => pids.every((pid) => !isRunning(pid)));

  const told = readFileSync(join(data, 'alerts.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
  expect(told[0]).toMatchObject({ reason: 'opened', incident: { chains: ['ethereum'] } });
  expect(told.at(-1)?.reason).toBe('resolved');
  // The healthy coins trade with the troubled one in every pool and are not taken for it.
  expect(told.filter(({ incident }) => !incident.coins.includes('USDX'))).toEqual([]);
  expect(told.some(({ severity }) => severity === 'critical')).toBe(true);
  const worst = told.findIndex(({ severity }) => severity === 'critical');
  expect(told.slice(worst).map(({ reason }) => reason)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^(easing|resolved)$/)]),
  );

  const from = ['--config', join(data, 'config'), '--json'];
  const [list, status, timeline, replay] = await Promise.all([
    pegwatch(['incidents', 'list', ...from]),
    pegwatch(['status', ...from]),
    pegwatch(['timeline', ...from]),
    pegwatch(['replay', ...from]),
  ]);
  for (const ran of [list, status, timeline, replay]) expect(ran).toMatchObject({ code: 0, err: '' });

  const incidents = JSON.parse(list.out) as Incident[];
  const depeg = incidents.find(({ id }) => id === told[worst]?.incident.id);
  expect(depeg).toMatchObject({ coins: ['USDX'], leadChain: 'ethereum', worst: 'critical', cascade: true });
  expect([...(depeg?.chains ?? [])].sort()).toEqual(chains);
  const shown = await pegwatch(['incidents', 'show', depeg?.id ?? '', ...from]);
  const { alerts } = JSON.parse(shown.out) as { alerts: { delivery: string }[] };
  expect(alerts).toHaveLength(told.filter(({ incident }) => incident.id === depeg?.id).length);
  expect(alerts.every(({ delivery }) => delivery === 'delivered')).toBe(true);

  const report = JSON.parse(status.out) as {
    chains: { chain: string }[];
    counts: Record<string, number>;
    pending: [];
  };
  expect(report.chains.map(({ chain }) => chain).sort()).toEqual(chains);
  expect(report.counts).toMatchObject({ incidents: incidents.length, alerts: told.length });
  expect(report.pending).toEqual([]);

  const rows = timeline.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TimelineRow);
  const kinds = new Set(rows.map(({ kind }) => kind));
  for (const kind of [
    'swap',
    'reserves',
    'liquidity',
    'supply',
    'answer',
    'signal',
    'incident',
    'alert',
    'receipt',
  ])
    expect(kinds).toContain(kind);
  const logged = rows.filter(({ logIndex }) => logIndex !== null && logIndex !== undefined);
  const places = logged.map(({ chain, blockHash, logIndex }) => `${chain} ${blockHash} ${logIndex}`);
  expect(new Set(places).size).toBe(places.length);
  // Not one of the crowd's and the whale's deeds could not be read.
  expect(rows.filter(({ kind, text }) => kind === 'problem' && !text.startsWith('call-failed'))).toEqual([]);

  const { live, replayed, difference } = JSON.parse(replay.out);
  expect(difference).toBeNull();
  expect(replayed).toEqual(live);
  expect(live).toMatchObject({ incidents: incidents.length, alerts: told.length });
});

test('Ctrl-C in the middle ends every process and leaves a store that can be read', {
  timeout: 180_000,
}, async () => {
  const folder = sandboxFolder();
  const { output, ended, family, kill } = startSandbox(folder, '--fast');
  await eventually(() => output().includes('ALERT'), 120_000);
  const pids = family();
  // Four nodes, the daemon and the guardian at least.
  expect(pids.length).toBeGreaterThanOrEqual(6);
  kill('SIGINT');
  expect(await ended, output()).toBe(0);
  await eventually(() => pids.every((pid) => !isRunning(pid)));
  const listed = await pegwatch(['incidents', 'list', '--config', join(folder, 'config')]);
  expect(listed.code, listed.err).toBe(0);
  expect(listed.out).toContain('USDX');
});

test('a folder that holds something else is refused and left alone', async () => {
  const folder = sandboxFolder();
  const precious = join(folder, 'thesis.txt');
  writeFileSync(precious, 'years of work');
  const { ended, output } = startSandbox(folder);
  expect(await ended).toBe(1);
  expect(output()).toContain('holds something that no sandbox made');
  expect(readFileSync(precious, 'utf8')).toBe('years of work');
});

test.each([
  [['--seed', 'x'], 'It must be a whole number.'],
  [['--http-port', '70000'], 'It must be from 1 to 65535.'],
  [['--sed', '1'], "unknown option '--sed'"],
])('%j is refused with a clear word', async (args, words) => {
  const { ended, output } = startSandbox(sandboxFolder(), ...args);
  expect(await ended).toBe(1);
  expect(output()).toContain(words);
});
