// The sandbox as `npm start` runs it, only faster: four real nodes, real contracts, a depeg, the ordinary daemon. What
// it leaves behind is then read by the other commands.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import type { TimelineRow } from '../../src/reports/timeline-row.js';
import { repository } from '../helpers/config-folder.js';
import { pegwatch } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';

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
  const data = mkdtempSync(join(tmpdir(), 'pegwatch-test-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const args = ['--import', 'tsx', 'scripts/sandbox/main.ts', '--fast', '--seed', '3', '--data', data];
  const child = spawn(process.execPath, args, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
  // It ends its own children when it is asked to, and when it is killed.
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const over = ended.then(() => true);

  // Four nodes and the daemon are its children by the time that the first alert arrives.
  await Promise.race([eventually(() => said.includes('ALERT'), 120_000), over]);
  const family = descendantsOf(child.pid ?? 0);
  expect(family.length, said).toBeGreaterThanOrEqual(5);
  expect(await ended, said).toBe(0);
  await eventually(() => family.every((pid) => !isRunning(pid)), 10_000);

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

function descendantsOf(root: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const found: number[] = [];
  const wanted = [root];
  for (let parent = wanted.pop(); parent !== undefined; parent = wanted.pop()) {
    for (const [pid, ppid, command] of rows) {
      // `ps` itself is ours.
      if (Number(ppid) !== parent || command === 'ps') continue;
      found.push(Number(pid));
      wanted.push(Number(pid));
    }
  }
  return found;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
